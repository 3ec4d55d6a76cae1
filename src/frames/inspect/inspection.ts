/**
 * The form in which a frame's headers are explained to people.
 *
 * @module
 */
import type { FrameCode, FrameError } from "../sealed-frame.ts";

/** One header field: what it is called, what stands there, what that means. */
export interface InspectionRow {
  readonly field: string;
  readonly value: string;
  readonly meaning: string;
}

/** What the headers of a frame say without any key. */
export interface Inspection {
  readonly protocol: "wmbus" | "dlms" | "mbus" | "cose" | null;
  /** Whose key opens it, as text; null where the frame does not say. */
  readonly address: string | null;
  /** In the order in which they stand in the frame. */
  readonly rows: readonly InspectionRow[];
  /** Why it cannot be decrypted, null if it can. */
  readonly refusal: { readonly code: FrameCode; readonly detail: string } | null;
}

/** Collects rows in order. */
export type AddRow = (field: string, value: string, meaning?: string) => void;

/** Writes bytes as upper-case hex. */
export function hexOf(...bytes: readonly number[]): string {
  return Buffer.from(bytes).toString("hex").toUpperCase();
}

/** Turns a parser's error into the refusal of an inspection. */
export function refusalOf({ code, message }: FrameError): NonNullable<Inspection["refusal"]> {
  return { code, detail: message };
}
