/**
 * Says in the log that the clock went back.
 *
 * @module
 */
import { type EntryDraft, SYSTEM } from "../entries/entry.ts";

/** Smaller steps are the clock being disciplined. */
export const CLOCK_STEP_US = 2_000_000;

/** The entry about a clock that went back, or null. */
export function clockStep(lastAt: number, now: number): EntryDraft | null {
  if (now >= lastAt - CLOCK_STEP_US) {
    return null;
  }
  const fields = { seconds: Math.round((lastAt - now) / 1_000_000) };
  return { ...SYSTEM, action: "clock.stepped", outcome: "ok", fields };
}
