/**
 * Outcomes of a part of a batch, on their way back from a worker.
 *
 * @module
 */
import type { DecryptOutcome } from "./frame-contract.ts";
import { member, PackedReader, type PackedWriter } from "./packed-bytes.ts";
import { VERIFICATIONS } from "./verification.ts";

const FAILURES = [
  "NO_KEY",
  "KEY_LENGTH",
  "KEY_INTEGRITY",
  "CHECK_FAILED",
  "MAC_FAILED",
  "TAG_FAILED",
  "NOT_AUTHENTICATED",
  "NOT_ENCRYPTED",
] as const;

const OPENED = 255;

export function packOutcome(out: PackedWriter, outcome: DecryptOutcome): void {
  if (outcome.ok) {
    out.u8(OPENED);
    out.u8(outcome.isDamaged ? 1 : 0);
    out.u8(outcome.candidate);
    out.u8(VERIFICATIONS.indexOf(outcome.verification));
    out.u32(outcome.keyVersion);
    out.bytes(outcome.plaintext);
  } else {
    out.u8(FAILURES.indexOf(outcome.code));
  }
  out.list(outcome.tried, (version) => out.u32(version));
}

/** Reads the outcomes of a part and hands each to `take`, in their order. */
export function unpackOutcomes(buffer: ArrayBuffer, take: (outcome: DecryptOutcome) => void): void {
  const from = new PackedReader(buffer);
  while (!from.isAtEnd) {
    const status = from.u8();
    if (status === OPENED) {
      take({
        ok: true,
        isDamaged: from.u8() === 1,
        candidate: from.u8(),
        verification: member(VERIFICATIONS, from.u8()),
        keyVersion: from.u32(),
        plaintext: from.bytes(),
        tried: unpackTried(from),
      });
    } else {
      take({ ok: false, code: member(FAILURES, status), tried: unpackTried(from) });
    }
  }
}

const NONE_TRIED: readonly number[] = [];

function unpackTried(from: PackedReader): readonly number[] {
  const tried = from.list(() => from.u32());
  return tried.length === 0 ? NONE_TRIED : tried;
}
