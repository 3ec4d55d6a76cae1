/**
 * The countdown to wiping memory: seen by the second, heard a few times, put off by one press
 * (WCAG 2.2.1).
 *
 * @module
 */
import { Notice } from "../../look/notice.tsx";
import type { Collecting } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Heard at these; in between the countdown is only seen. */
const HEARD = [10, 30, 60, 120];

/** Shows the countdown; nothing while it is far away. */
export function Idle(props: { readonly collecting: Collecting; readonly seconds: number | null }) {
  const { collecting, seconds } = props;
  const { words, plural } = useSpeech();
  const heard = seconds === null ? undefined : HEARD.find((step) => seconds <= step);
  return (
    <>
      <p role="status" class="hidden">
        {heard !== undefined && plural(words.keys.idle, heard)}
      </p>
      {seconds !== null && (
        <Notice sign="care">
          <p aria-hidden="true">{plural(words.keys.idle, seconds)}</p>
          <p>{words.keys.idleAgain}</p>
          <button type="button" class="primary" onClick={() => collecting.stay()}>
            {words.keys.stay}
          </button>
        </Notice>
      )}
    </>
  );
}
