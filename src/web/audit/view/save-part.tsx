/**
 * Saving what the filters show.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { saveFile } from "../../save-file.ts";
import { MAX_PROOFS } from "../engine/export.ts";
import { queryOf } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { type Speech, useSpeech } from "./speech.ts";
import { faultOf } from "./use-answer.ts";
import { faultText } from "./waiting.tsx";

type Form = "csv" | "json";

export function SavePart() {
  const { auditing, place } = useDesk();
  const speech = useSpeech();
  const { words, say, number } = speech;
  const [text, setText] = useState<string | null>(null);
  const working = useRef<AbortController | null>(null);
  useEffect(() => () => working.current?.abort(), []);
  const save = async (form: Form) => {
    const abort = new AbortController();
    working.current = abort;
    setText(words.page.loading);
    setText(await saved(form, abort));
    working.current = null;
  };
  const saved = async (form: Form, { signal }: AbortController): Promise<string> => {
    try {
      const result = await auditing.save({
        form,
        filters: queryOf(place),
        signal,
        onProgress: (read) => setText(speech.plural(words.save.working, read)),
      });
      if (result === null || result === false) {
        return result === null ? words.save.stopped : words.save.failed;
      }
      saveFile(result.file, result.fileName);
      return doneText(speech, form, result);
    } catch (error) {
      return faultText(speech, faultOf(error));
    }
  };
  const isBusy = working.current !== null;
  return (
    <div class="save screen-only">
      <button
        type="button"
        class="small"
        aria-describedby="save-help"
        aria-disabled={isBusy}
        onClick={() => !isBusy && save("csv")}
      >
        {words.save.csv}
      </button>
      <button
        type="button"
        class="small"
        aria-describedby="save-help"
        aria-disabled={isBusy}
        onClick={() => !isBusy && save("json")}
      >
        {words.save.json}
      </button>
      {isBusy && (
        <button type="button" class="small" onClick={() => working.current?.abort()}>
          {words.badge.stop}
        </button>
      )}
      <p id="save-help" class="hidden">
        {say(words.save.help, { count: number(MAX_PROOFS) })}
      </p>
      <p role="status">{text}</p>
    </div>
  );
}

function doneText(
  { words, plural, say, number }: Speech,
  form: Form,
  { entries, hasProofs, isCut }: { entries: number; hasProofs: boolean; isCut: boolean },
): string {
  const { save } = words;
  return [
    plural(save.done, entries),
    ...(form === "csv" ? [] : [hasProofs ? save.proofs : save.noProofs]),
    ...(isCut ? [say(save.cut, { count: number(entries) })] : []),
  ].join(" ");
}
