/**
 * The page of rows in sight, asked for again when filter or place change.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { Collecting, KeyRow } from "../contract.ts";

/** Rows on one page: few enough to stay quick with 100 000 keys, and to be read aloud. */
export const PAGE_ROWS = 50;

/** Typing pauses this long before the worker is asked. */
const TYPING_MS = 150;

export interface ShownRows {
  readonly filter: string;
  readonly from: number;
  readonly total: number;
  readonly rows: readonly KeyRow[];
}

/** Fetches rows; answers null until the first have come, then the last ones that came. */
export function useRows(collecting: Collecting, filter: string, from: number): ShownRows | null {
  const [shown, setShown] = useState<ShownRows | null>(null);
  useEffect(() => {
    let current = true;
    const ask = async () => {
      const { total, rows } = await collecting.rows(filter, from, PAGE_ROWS);
      if (current) {
        setShown({ filter, from, total, rows });
      }
    };
    const timer = setTimeout(ask, filter === "" ? 0 : TYPING_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [collecting, filter, from]);
  return shown;
}
