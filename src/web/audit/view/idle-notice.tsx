/**
 * The countdown to signing out: seen by the second, heard a few times, put off by one press
 * (WCAG 2.2.1).
 *
 * @module
 */
import { Notice } from "../../look/notice.tsx";
import { useSpeech } from "./speech.ts";
import { useIdle } from "./use-idle.ts";

/** Heard at these; in between the countdown is only seen. */
const HEARD = [10, 30, 60, 120];

export function IdleNotice({ onIdle }: { readonly onIdle: () => void }) {
  const { words, plural } = useSpeech();
  const [seconds, stay] = useIdle(onIdle);
  const heard = seconds === null ? undefined : HEARD.find((step) => seconds <= step);
  return (
    <div class="idle floating">
      <p role="status" class="hidden">
        {heard !== undefined && plural(words.page.idle, heard)}
      </p>
      {seconds !== null && (
        <Notice sign="care">
          <p aria-hidden="true">{plural(words.page.idle, seconds)}</p>
          <button type="button" class="primary" onClick={stay}>
            {words.page.stay}
          </button>
        </Notice>
      )}
    </div>
  );
}
