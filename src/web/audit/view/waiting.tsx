/**
 * Between question and answer: nothing at first, then a word; or why there is no answer.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { Notice } from "../../look/notice.tsx";
import type { AuditError } from "../contract.ts";
import { type Speech, useSpeech } from "./speech.ts";

const PATIENCE_MS = 300;

/** Says that something is coming; only when it takes longer than a moment. */
export function Waiting(props: { readonly isWaiting: boolean; readonly text?: string }) {
  const { words } = useSpeech();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [props.isWaiting]);
  return (
    <p role="status" class="quiet">
      {props.isWaiting && isLate ? (props.text ?? words.page.loading) : null}
    </p>
  );
}

/** Says why there is no answer, and offers to ask again. */
export function Fault(props: { readonly fault: AuditError; readonly onAgain: () => void }) {
  const speech = useSpeech();
  return (
    <div role="alert">
      <Notice sign="bad">
        <p>{faultText(speech, props.fault)}</p>
        <button type="button" onClick={props.onAgain}>
          {speech.words.page.retry}
        </button>
      </Notice>
    </div>
  );
}

export function faultText({ words, say }: Speech, { code }: AuditError): string {
  const { faults } = words;
  switch (code) {
    case "OFFLINE":
      return faults.offline;
    case "SCOPE":
      return faults.scope;
    case "FORBIDDEN":
      return faults.role;
    case "METER_UNKNOWN":
      return faults.meter;
    case "ENTRY_UNKNOWN":
      return faults.unknown;
    default:
      return say(faults.refused, { code });
  }
}
