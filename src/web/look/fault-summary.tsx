/**
 * What has to be corrected, summed up above a form.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import { Notice } from "./notice.tsx";

/** A fault and the field that it is about. */
export interface FieldFault {
  readonly field: string;
  readonly text: string;
}

/**
 * Lists faults with a way to each field, and takes the focus when it appears. Whoever shows it
 * gives it a key of the try, so that the same fault twice is heard twice.
 */
export function FaultSummary(props: {
  readonly title: string;
  readonly faults: readonly FieldFault[];
}) {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  if (props.faults.length === 0) {
    return null;
  }
  return (
    <section class="summary" aria-label={props.title} tabIndex={-1} ref={box}>
      <Notice sign="bad">
        <p>
          <strong>{props.title}</strong>
        </p>
        <ul>
          {props.faults.map(({ field, text }) => (
            <li key={field}>
              <a href={`#${field}`} onClick={(event) => goTo(event, field)}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      </Notice>
    </section>
  );
}

/** The address keeps its fragment: it is the secret of the link. */
function goTo(event: Event, field: string): void {
  event.preventDefault();
  document.getElementById(field)?.focus();
}
