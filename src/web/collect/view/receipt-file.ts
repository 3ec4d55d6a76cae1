/**
 * The receipt as a file.
 *
 * @module
 */

import { saveFile } from "../../save-file.ts";
import type { ShownReceipt } from "../contract.ts";

/** Saves a receipt as JSON, with all that is needed to verify its signature. */
export function saveReceipt(receipt: ShownReceipt): void {
  const document_ = { format: "meterseal-receipt", version: 1, ...receipt };
  const text = `${JSON.stringify(document_, null, 2)}\n`;
  // A reference is what the core wrote, but it came by the network: nothing of it names a path.
  const name = receipt.reference.replaceAll(/[^A-Za-z0-9-]/g, "");
  saveFile(new Blob([text], { type: "application/json" }), `receipt-${name}.json`);
}
