/**
 * An answer of the service while it is waited for, once it is there, and when it fails.
 *
 * @module
 */
import { useCallback, useEffect, useState } from "preact/hooks";
import { AuditError } from "../contract.ts";

export interface Answer<T> {
  /** The last that came; stays in sight while the next is waited for. */
  readonly value: T | null;
  readonly fault: AuditError | null;
  readonly isWaiting: boolean;
  again(): void;
}

/** Asks when `question` changes; an answer to an older question is dropped. */
export function useAnswer<T>(question: string, ask: () => Promise<T>): Answer<T> {
  const [state, setState] = useState<Omit<Answer<T>, "again">>({
    value: null,
    fault: null,
    isWaiting: true,
  });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    setState(({ value }) => ({ value, fault: null, isWaiting: true }));
    const tell = (next: Omit<Answer<T>, "again">) => {
      if (isCurrent) {
        setState(next);
      }
    };
    ask().then(
      (value) => tell({ value, fault: null, isWaiting: false }),
      (error: unknown) => tell({ value: null, fault: faultOf(error), isWaiting: false }),
    );
    return () => {
      isCurrent = false;
    };
  }, [question, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { ...state, again };
}

export function faultOf(error: unknown): AuditError {
  return error instanceof AuditError ? error : new AuditError("ANSWER");
}
