/**
 * What page and worker say to each other: plain values, one direction each.
 *
 * @module
 */
import type { FormatId, FormatOptions } from "../../../handover/formats/contract.ts";
import type { Screen } from "../contract.ts";

/** From the page to the worker. */
export type Order =
  | { readonly order: "start"; readonly code: string; readonly baseUrl: string }
  | { readonly order: "openWith"; readonly pin: string }
  | {
      readonly order: "rows";
      readonly id: number;
      readonly filter: string;
      readonly from: number;
      readonly count: number;
    }
  | { readonly order: "reveal"; readonly id: number; readonly index: number }
  | {
      readonly order: "save";
      readonly format: FormatId | "inner";
      readonly options: FormatOptions;
    }
  | { readonly order: "confirm"; readonly name: string }
  | { readonly order: "retry" };

/** From the worker to the page. */
export type Report =
  | { readonly report: "screen"; readonly screen: Screen }
  | { readonly report: "answer"; readonly id: number; readonly value: unknown }
  | { readonly report: "file"; readonly file: Blob; readonly fileName: string };

/** Where the engine's results go. */
export interface EngineOutput {
  show(screen: Screen): void;
  handOut(file: Blob, fileName: string): void;
}
