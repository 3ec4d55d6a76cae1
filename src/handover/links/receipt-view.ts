/**
 * The receipt of a link, as its sender sees it.
 *
 * Only a receipt that was verified is stored, so what stands here was signed by the claimer. The
 * name is what somebody typed: it proves that the package was opened, not by whom.
 *
 * @module
 */
import type { LinkRow } from "../context.ts";

export interface ReceiptView {
  /** False when the exchange told of a receipt that did not fit. */
  readonly verified: boolean;
  readonly name: string | null;
  /** By the claimer's own clock. */
  readonly at: string | null;
}

/** Null while nobody has confirmed. */
export function receiptView({
  receipt,
  remote_state: remote,
  kcv_hash: kcvHash,
}: Pick<LinkRow, "receipt" | "remote_state" | "kcv_hash">): ReceiptView | null {
  if (receipt === null && kcvHash.length === 0) {
    // Erased with who signed it; that it was verified stands in the log.
    return null;
  }
  if (receipt === null) {
    return remote === "confirmed" ? { verified: false, name: null, at: null } : null;
  }
  const { name, at }: Record<string, unknown> = JSON.parse(receipt.toString("utf8"));
  return { verified: true, name: text(name), at: text(at) };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
