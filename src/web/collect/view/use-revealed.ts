/**
 * The keys that are shown just now: few, and none of them once the page is left or printed.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import type { Collecting } from "../contract.ts";

const NONE: ReadonlyMap<number, string> = new Map();

export interface Revealed {
  readonly values: ReadonlyMap<number, string>;
  /** Shows a key or hides it; answers false when the key is gone. */
  toggle(index: number): Promise<boolean>;
  hideAll(): void;
}

/** Holds revealed keys, and drops them before printing (abuse 34) and when the page is left. */
export function useRevealed(collecting: Collecting): Revealed {
  const [values, setValues] = useState(NONE);
  useEffect(() => {
    const hide = () => setValues(NONE);
    addEventListener("beforeprint", hide);
    addEventListener("pagehide", hide);
    return () => {
      removeEventListener("beforeprint", hide);
      removeEventListener("pagehide", hide);
    };
  }, []);
  return {
    values,
    hideAll: () => setValues(NONE),
    async toggle(index) {
      if (values.has(index)) {
        setValues(new Map([...values].filter(([at]) => at !== index)));
        return true;
      }
      const value = await collecting.reveal(index);
      if (value !== null) {
        setValues((now) => new Map(now).set(index, value));
      }
      return value !== null;
    },
  };
}
