/**
 * The loud one: the head of the log does not hold, in words and with the evidence to save.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { Notice } from "../../look/notice.tsx";
import { saveFile } from "../../save-file.ts";
import { useDesk } from "./desk-context.ts";
import { useSpeech } from "./speech.ts";

/** Shows nothing while the head is in order. */
export function BrokenHead() {
  const { auditing, visit } = useDesk();
  const { words, say, time, number } = useSpeech();
  const [saved, setSaved] = useState<readonly string[]>([]);
  const { head } = visit;
  if (head.at !== "broken") {
    return null;
  }
  const { broken } = words;
  const { heading, text } = broken[head.fault];
  const { old, note, size } = head;
  const save = (name: string, content: string) => {
    saveFile(new Blob([content], { type: "text/plain" }), name);
    setSaved([...saved, name]);
  };
  const canGoOn = old !== null && saved.includes("old-checkpoint") && saved.includes("checkpoint");
  return (
    <section class="broken" role="alert">
      <Notice sign="bad">
        <h2>{heading}</h2>
        <p>
          {say(text, {
            old: number(old?.size ?? 0),
            now: size === null ? "?" : number(size),
            time: old === null ? "?" : time(old.at),
          })}
        </p>
        <p>{broken.next}</p>
        <div class="row">
          {old !== null && (
            <button type="button" onClick={() => save("old-checkpoint", old.note)}>
              {broken.saveOld}
            </button>
          )}
          <button type="button" onClick={() => save("checkpoint", note)}>
            {broken.saveNew}
          </button>
          {canGoOn && (
            <button type="button" onClick={() => auditing.acceptHead()}>
              {broken.accept}
            </button>
          )}
        </div>
      </Notice>
    </section>
  );
}
