/**
 * The badge: up to which entry this browser has verified the log, and what that means.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import { Icon, type Sign } from "../../look/icon.tsx";
import { saveFile } from "../../save-file.ts";
import type { VisitState } from "../auditing.ts";
import type { HeadState } from "../engine/head.ts";
import { useDesk } from "./desk-context.ts";
import { FullCheckPart } from "./full-check-part.tsx";
import { type Speech, useSpeech } from "./speech.ts";

type Verified = Extract<HeadState, { at: "verified" }>;

/** Shows the badge; unfolded, it says what was checked and how to check more. */
export function Badge() {
  const { auditing, visit } = useDesk();
  const speech = useSpeech();
  const { badge } = speech.words;
  const [sign, text] = badgeText(speech, visit);
  return (
    <details class={`badge ${sign}`}>
      <summary>
        <Icon sign={sign} />
        <span role="status">{text}</span>
      </summary>
      <div class="badge-body stack">
        <h2>{badge.heading}</h2>
        {visit.head.at === "verified" && <Facts head={visit.head} />}
        <div class="row">
          <button type="button" onClick={() => auditing.checkHead()}>
            {badge.again}
          </button>
          {visit.head.at === "verified" && (
            <SaveHead note={visit.head.head.note} name="checkpoint" label={badge.save} />
          )}
        </div>
        <FullCheckPart />
      </div>
    </details>
  );
}

function Facts({ head: { head, isPinned, isKept, before } }: { readonly head: Verified }) {
  const { words, say, time, number } = useSpeech();
  const { badge } = words;
  return (
    <>
      <ul class="plain stack">
        <li>{say(badge.signature, { origin: head.origin })}</li>
        <li>{isPinned ? badge.pinned : badge.trusted}</li>
        <li>
          {before === null
            ? badge.first
            : say(badge.since, { time: time(before.at), count: number(before.size) })}
        </li>
        {!isKept && <li>{badge.notKept}</li>}
        <li>{badge.rows}</li>
      </ul>
      <p class="quiet">
        <Code>{head.vkey}</Code>
      </p>
    </>
  );
}

/** Saves a signed head as it came: other programs can check it. */
export function SaveHead(props: {
  readonly note: string;
  readonly name: string;
  readonly label: string;
}) {
  return (
    <button
      type="button"
      onClick={() => saveFile(new Blob([props.note], { type: "text/plain" }), props.name)}
    >
      {props.label}
    </button>
  );
}

function badgeText(speech: Speech, { head, full }: VisitState): readonly [Sign, string] {
  const { words, say, number, clock } = speech;
  const { badge } = words;
  switch (head.at) {
    case "checking":
      return ["note", badge.checking];
    case "unchecked":
      return ["care", badge.unchecked];
    case "broken":
      return ["bad", badge.broken];
    case "verified": {
      const { size, at } = head.head;
      if (full.at === "done" && full.result.problem !== null) {
        return ["bad", badge.broken];
      }
      if (size === 0) {
        return ["note", badge.empty];
      }
      if (full.at === "done") {
        const values = { entry: number(full.size - 1), time: clock(full.when) };
        return ["ok", say(badge.every, values)];
      }
      return ["ok", say(badge.verified, { entry: number(size - 1), time: clock(at) })];
    }
  }
}
