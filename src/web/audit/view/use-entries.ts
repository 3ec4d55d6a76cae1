/**
 * Entries that fit, newest first, page after page.
 *
 * @module
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Auditing } from "../auditing.ts";
import type { AuditError, LogItem } from "../contract.ts";
import type { Filters } from "../place.ts";
import { faultOf } from "./use-answer.ts";

/** Rows of one page: two screens full. */
const PAGE_ROWS = 60;

export interface Entries {
  /** Null until the first page has come. */
  readonly items: readonly LogItem[] | null;
  readonly next: number | null;
  readonly size: number;
  readonly fault: AuditError | null;
  readonly isWaiting: boolean;
}

export interface EntryPages extends Entries {
  older(): void;
  again(): void;
}

const NONE: Entries = { items: null, next: null, size: 0, fault: null, isWaiting: true };

/** Starts anew when the filters change. */
export function useEntries(auditing: Auditing, filters: Filters): EntryPages {
  const [state, setState] = useState(NONE);
  const [turn, setTurn] = useState(0);
  const question = JSON.stringify(filters);
  const asked = useRef("");
  const load = async (mark: string, before: number | null) => {
    const tell = (change: (old: Entries) => Entries) => {
      if (asked.current === mark) {
        setState(change);
      }
    };
    tell((old) => ({ ...old, fault: null, isWaiting: true }));
    try {
      const page = await auditing.ask.list(filters, before, PAGE_ROWS);
      tell((old) => ({
        items: before === null ? page.items : [...(old.items ?? []), ...page.items],
        next: page.next,
        // Older pages do not make the first one newer.
        size: before === null ? page.size : old.size,
        fault: null,
        isWaiting: false,
      }));
    } catch (error) {
      tell((old) => ({
        ...old,
        items: before === null ? null : old.items,
        fault: faultOf(error),
        isWaiting: false,
      }));
    }
  };
  useEffect(() => {
    asked.current = `${turn} ${question}`;
    void load(asked.current, null);
    return () => {
      asked.current = "";
    };
  }, [question, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return {
    ...state,
    again,
    older() {
      if (state.next !== null && !state.isWaiting) {
        void load(asked.current, state.next);
      }
    },
  };
}
