/**
 * The receipt as a file.
 *
 * @module
 */
import type { ShownReceipt } from "../contract.ts";

/** Long enough for the browser to have begun to write. */
const RELEASE_AFTER_MS = 60_000;

/** Saves a receipt as JSON, with all that is needed to verify its signature. */
export function saveReceipt(receipt: ShownReceipt): void {
  const document_ = { format: "meterseal-receipt", version: 1, ...receipt };
  const text = `${JSON.stringify(document_, null, 2)}\n`;
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  // A reference is what the core wrote, but it came by the network: nothing of it names a path.
  link.download = `receipt-${receipt.reference.replaceAll(/[^A-Za-z0-9-]/g, "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), RELEASE_AFTER_MS);
}
