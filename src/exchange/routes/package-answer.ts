/**
 * Writes a claim's answer part by part: sixty-four claimers of large packages together need a few
 * parts of memory each, not their packages.
 *
 * @module
 */
import { once } from "node:events";
import type { Response } from "express";
import { toBase64url } from "../../handover/protocol/base64url.ts";
import { readPart } from "../ciphertexts.ts";
import type { Claimed } from "../claim.ts";
import type { ExchangeContext } from "../context.ts";
import { closedProblem, readMailbox } from "../mailbox.ts";
import { guarded } from "../store.ts";

/** A claimer that takes nothing for this long has gone. */
const STALLED_MS = 60_000;

/**
 * Answers the same bytes to every claim of the same claimer. What breaks off in the middle is
 * shorter than announced, and the claimer asks again.
 *
 * @throws {@link Problem} 410 when the link has ended since the claim, 503
 */
export async function answerPackage(
  x: ExchangeContext,
  linkId: Uint8Array,
  claimed: Claimed,
  res: Response,
): Promise<void> {
  // C and sealed: the protocol's own names.
  const before = `{"v":1,"header":"${toBase64url(claimed.header)}","C":"`;
  const after = `","sealed":"${toBase64url(claimed.sealed)}",${JSON.stringify({
    claimedAt: claimed.claimedAt,
    windowEndsAt: claimed.windowEndsAt,
  }).slice(1)}`;
  const { parts, bytes } = claimed.size;
  let part: Buffer | null = await guarded(() => readPart(x.db, linkId, 0));
  if (part === null) {
    throw await ended(x, linkId);
  }
  const length = before.length + Math.ceil((bytes * 4) / 3) + after.length;
  res.set({ "Content-Type": "application/json; charset=utf-8", "Content-Length": String(length) });
  try {
    let text = before + part.toString("base64url");
    for (let next = 1; next < parts; next++) {
      await write(res, text);
      part = await readPart(x.db, linkId, next);
      text = part?.toString("base64url") ?? "";
    }
    if (text === "") {
      throw new Error("the package has gone");
    }
    res.end(text + after, "latin1");
  } catch {
    // The status has left already: breaking off is the only way to say it.
    res.destroy();
  }
}

async function ended(x: ExchangeContext, linkId: Uint8Array) {
  const row = await guarded(() => readMailbox(x.db, linkId));
  const state = row?.state ?? "revoked";
  if (state === "open" || state === "claimed") {
    throw new TypeError("mailbox: a claimed one has its bytes");
  }
  return closedProblem(state);
}

async function write(res: Response, text: string): Promise<void> {
  if (text === "" || res.destroyed) {
    throw new Error("the package or the claimer has gone");
  }
  if (!res.write(text, "latin1")) {
    const gone = new AbortController();
    const leave = () => gone.abort();
    res.once("close", leave);
    try {
      const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(STALLED_MS)]);
      await once(res, "drain", { signal });
    } finally {
      res.off("close", leave);
    }
  }
}
