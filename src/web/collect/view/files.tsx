/**
 * Saving: the spreadsheet first, every other format behind a disclosure.
 *
 * @module
 */
import { Notice } from "../../look/notice.tsx";
import type { Collecting, FileOutcome, Working } from "../contract.ts";
import { Outcome } from "./file-outcome.tsx";
import { FormatForm } from "./format-form.tsx";
import { useSpeech } from "./speech.ts";
import { WorkingOn } from "./working-on.tsx";

/** Shows the ways to save the keys. */
export function Files(props: {
  readonly collecting: Collecting;
  readonly working: Working | null;
  readonly file: FileOutcome | null;
}) {
  const { collecting, working, file } = props;
  const { words } = useSpeech();
  const { files } = words;
  const busy = working !== null;
  const saved = file?.ok === true;
  return (
    <section class="stack section screen-only" aria-labelledby="files-heading">
      <h2 id="files-heading">{files.heading}</h2>
      <p>
        {files.lead} {files.plaintext}
      </p>
      <button
        type="button"
        class={saved ? "" : "primary"}
        aria-disabled={busy}
        onClick={() => !busy && collecting.save("csv", {})}
      >
        {files.csv}
      </button>
      <WorkingOn step="writing" working={working} />
      <Outcome file={file} />
      <details>
        <summary>{files.others}</summary>
        <FormatForm collecting={collecting} busy={busy} file={file} />
      </details>
    </section>
  );
}

/** Shows the one file of a recipient with a key of its own: this page cannot read it. */
export function InnerFile(props: {
  readonly collecting: Collecting;
  readonly why: string;
  readonly working: Working | null;
  readonly file: FileOutcome | null;
}) {
  const { collecting, working, file } = props;
  const { words } = useSpeech();
  const saved = file?.ok === true;
  return (
    <section class="stack section screen-only" aria-labelledby="files-heading">
      <h2 id="files-heading">{words.files.button}</h2>
      <Notice sign="note">
        <p>{props.why}</p>
      </Notice>
      <button
        type="button"
        class={saved ? "" : "primary"}
        aria-disabled={working !== null}
        onClick={() => working === null && collecting.save("inner", {})}
      >
        {words.keys.innerSave}
      </button>
      <WorkingOn step="writing" working={working} />
      <Outcome file={file} />
    </section>
  );
}
