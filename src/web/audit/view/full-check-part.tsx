/**
 * Checking every entry: the button, how far it is, and what came out.
 *
 * @module
 */
import { Notice } from "../../look/notice.tsx";
import { Progress } from "../../look/progress.tsx";
import type { FullState } from "../auditing.ts";
import { AuditError } from "../contract.ts";
import { useDesk } from "./desk-context.ts";
import { useSpeech } from "./speech.ts";
import { faultText } from "./waiting.tsx";

export function FullCheckPart() {
  const { auditing, visit } = useDesk();
  const { words, say, number } = useSpeech();
  const { badge } = words;
  const { full, head } = visit;
  const isWorking = full.at === "working";
  return (
    <div class="stack section">
      <Progress
        text={
          full.at === "working"
            ? say(badge.allWorking, { done: number(full.done), total: number(full.total) })
            : null
        }
        part={full.at === "working" ? full.done / Math.max(1, full.total) : null}
      />
      <div role="status">
        <Outcome full={full} />
      </div>
      {isWorking ? (
        <button type="button" onClick={() => auditing.stopFull()}>
          {badge.stop}
        </button>
      ) : (
        <>
          <button
            type="button"
            aria-disabled={head.at !== "verified"}
            onClick={() => auditing.startFull()}
          >
            {badge.all}
          </button>
          <p class="quiet">{badge.allHelp}</p>
        </>
      )}
    </div>
  );
}

function Outcome({ full }: { readonly full: FullState }) {
  const speech = useSpeech();
  const { words, say, number, plural } = speech;
  const { badge } = words;
  switch (full.at) {
    case "none":
    case "working":
      return null;
    case "stopped":
      return <p>{say(badge.stopped, { done: number(full.done) })}</p>;
    case "failed":
      return (
        <Notice sign="care">
          <p>{faultText(speech, new AuditError(full.code))}</p>
        </Notice>
      );
    case "done": {
      const { entries, pruned, problem } = full.result;
      return problem === null ? (
        <Notice sign="ok">
          <p>
            {plural(badge.allGood, entries)} {pruned > 0 && plural(badge.pruned, pruned)}
          </p>
        </Notice>
      ) : (
        <Notice sign="bad">
          <p>
            <strong>
              {say(badge.problem, { entry: number(problem.index), code: problem.code })}
            </strong>
          </p>
        </Notice>
      );
    }
  }
}
