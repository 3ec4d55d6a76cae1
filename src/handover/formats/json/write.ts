/**
 * The document itself, for programs: `format: "meterseal-keys"` as one line of JSON.
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";

/** Writes every meter with every key; nothing is ever refused. */
export async function writeJson(bundle: Bundle): Promise<Exported> {
  return {
    bytes: new TextEncoder().encode(bundleText(bundle)),
    fileName: fileNameOf(bundle, "json"),
    mediaType: "application/json",
    refused: [],
  };
}

/** The document as text, the same wherever it goes: into a file, or under a cipher. */
export function bundleText(bundle: Bundle): string {
  return `${JSON.stringify(bundle)}\n`;
}
