/**
 * What every form of file becomes before it is sent: rows with their place, and remarks.
 *
 * @module
 */
import type { MeterRow, Signer } from "../../src/handover/formats/read-contract.ts";

/** A form of file that meters are imported from. */
export type ImportForm = "csv" | "kem" | "kem2" | "pskc" | "eddi24" | "text";

/** What is said of one place of the file: a code and our own sentence, never its content. */
export interface Remark {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/** One place of the file. */
export type ImportItem =
  | { readonly line: number; readonly row: MeterRow; readonly warnings?: readonly Remark[] }
  | { readonly line: number; readonly rejected: Remark };

/** A file that is known to be readable, from its first byte or as a whole. */
export interface ImportSource {
  readonly form: ImportForm;
  /** What `line` counts. */
  readonly place: "line" | "meter";
  /** Null = not signed; undefined = files of this form never are. */
  readonly signer?: Signer | null;
  /** Said beside the result. */
  readonly notes: readonly string[];
  /** All of the file, from the start, as often as asked for. */
  items(): AsyncIterable<ImportItem>;
}
