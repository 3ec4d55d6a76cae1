/**
 * The countdown to wiping memory: seen by the second, heard a few times, put off by one press
 * (WCAG 2.2.1).
 *
 * @module
 */
import { useEffect } from "preact/hooks";
import { Notice } from "../../look/notice.tsx";
import type { Collecting } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Heard at these; in between the countdown is only seen. */
const HEARD = [10, 30, 60, 120];

/** Signs of a reader count as one within this time. */
const SIGNS_MS = 10_000;

/** Shows the countdown; nothing while it is far away. */
export function Idle(props: { readonly collecting: Collecting; readonly seconds: number | null }) {
  const { collecting, seconds } = props;
  const { words, plural } = useSpeech();
  useSignsOfReader(collecting);
  const heard = seconds === null ? undefined : HEARD.find((step) => seconds <= step);
  return (
    <>
      <p role="status" class="hidden">
        {heard !== undefined && plural(words.keys.idle, heard)}
      </p>
      {seconds !== null && (
        <Notice sign="care" class="idle screen-only">
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

/** Who types, presses or scrolls is there; a moving pointer alone is not counted. */
function useSignsOfReader(collecting: Collecting): void {
  useEffect(() => {
    const end = new AbortController();
    let last = Number.NEGATIVE_INFINITY;
    const sign = () => {
      if (performance.now() - last > SIGNS_MS) {
        last = performance.now();
        collecting.stay();
      }
    };
    for (const type of ["keydown", "pointerdown", "wheel", "touchmove"]) {
      addEventListener(type, sign, { signal: end.signal, passive: true });
    }
    return () => end.abort();
  }, [collecting]);
}
