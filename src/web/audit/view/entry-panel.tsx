/**
 * One entry in full: its proof first, then every field in words, then the keys it used.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import { Scroll } from "../../look/scroll.tsx";
import { saveFile } from "../../save-file.ts";
import type { Entry } from "../contract.ts";
import type { CheckedEntry } from "../engine/entry-proof.ts";
import { useDesk } from "./desk-context.ts";
import { EntryFields } from "./entry-fields.tsx";
import { MeterUses } from "./meter-uses.tsx";
import { actionText } from "./naming.tsx";
import { ProofPart } from "./proof-part.tsx";
import { useSpeech } from "./speech.ts";
import { useAnswer } from "./use-answer.ts";
import { Fault, Waiting } from "./waiting.tsx";

/** Shows an entry beside the list, on a narrow page in its place. */
export function EntryPanel(props: {
  readonly index: number;
  /** What a list showed under this number. */
  readonly listed: Entry | null;
  readonly onClose: () => void;
}) {
  const { index } = props;
  const { auditing } = useDesk();
  const speech = useSpeech();
  const { words, say, number } = speech;
  const checked = useAnswer(String(index), () => auditing.entry(index, props.listed));
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const action = checked.value?.entry["action"];
  return (
    <section class="panel" aria-labelledby="entry-heading">
      <div class="panel-head">
        <h2 id="entry-heading" tabIndex={-1} ref={heading}>
          {say(words.entry.heading, { entry: number(index) })}
        </h2>
        <button type="button" class="small screen-only" onClick={props.onClose}>
          {words.page.close}
        </button>
      </div>
      <Waiting isWaiting={checked.isWaiting} text={words.entry.loading} />
      {checked.fault !== null && <Fault fault={checked.fault} onAgain={checked.again} />}
      {checked.value !== null && (
        <>
          {typeof action === "string" && <p class="lead">{actionText(speech, action)}</p>}
          <ProofPart checked={checked.value} />
          <EntryFields entry={checked.value.entry} />
          {Array.isArray(checked.value.entry["keys"]) && <MeterUses index={index} />}
          <details>
            <summary>{words.entry.raw}</summary>
            <Scroll class="raw" label={words.entry.raw}>
              {pretty(checked.value.text)}
            </Scroll>
          </details>
          <Actions checked={checked.value} />
        </>
      )}
    </section>
  );
}

function Actions({ checked }: { readonly checked: CheckedEntry }) {
  const { words } = useSpeech();
  const save = () => {
    const file = new Blob([checked.file], { type: "text/plain" });
    saveFile(file, `entry-${checked.index}.tlog-proof`);
  };
  return (
    <div class="row screen-only">
      <button type="button" onClick={save}>
        {words.entry.saveProof}
      </button>
      <button type="button" onClick={() => print()}>
        {words.entry.print}
      </button>
    </div>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
