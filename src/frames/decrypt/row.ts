/**
 * The answer to one frame: plaintext or why there is none.
 *
 * Rows become text by hand: this runs for every frame, and nearly all of a row are ids, hex and
 * words of our own that need no escaping.
 *
 * @module
 */
import type { DecryptOutcome, Verification } from "../../../keystore/index.ts";
import type { Freshness } from "../freshness/window.ts";
import type { Ref } from "../request.ts";
import type { FrameCode } from "../sealed-frame.ts";
import { plainTelegram } from "../telegram/telegram.ts";
import type { Verdict } from "./verdict.ts";

/** Whose frame it was, and under which key. */
interface Sender {
  readonly meter: string;
  readonly address: string;
  readonly customer: string;
  readonly name: string | null;
  readonly protocol: string;
  readonly keyVersion: number;
}

/** What is said of a frame that opened, whatever was in it. */
interface Opened extends Sender {
  readonly ref: Ref;
  readonly verification: Verification;
  readonly counter: number | null;
  readonly freshness: Freshness;
}

export interface FrameRow extends Opened {
  readonly plaintext: string;
  /** The frame as if it had been sent unencrypted; only where it was asked for. */
  readonly telegram?: string;
}

export interface RefusedRow {
  readonly ref: Ref;
  readonly error: { readonly code: FrameCode; readonly detail: string };
}

/** A frame inside a collector's message: it answers no line of its own, so its `ref` is null. */
export type InnerRow = FrameRow | RefusedRow;

/** A collector's message: in place of its plaintext the rows of the frames that it carries. */
export interface MessageRow extends Opened {
  readonly frames: readonly InnerRow[];
}

export type DecryptRow = FrameRow | MessageRow | RefusedRow;

/** The row of a verdict whose entry is durable; its plaintext is wiped. */
export function rowOf(verdict: Verdict, freshness: Freshness): FrameRow | RefusedRow {
  const { ref, meter, outcome } = verdict;
  if (meter === null) {
    return { ref, error: { code: outcome.code, detail: outcome.message } };
  }
  if (!outcome.ok) {
    return { ref, error: { code: outcome.code, detail: DETAILS[outcome.code] } };
  }
  const { protocol, readings, frame } = verdict.trace;
  const { plaintext, candidate, keyVersion, verification } = outcome;
  const { clear, counter } = readings[candidate]!;
  const text = hex(plaintext) + (clear.length === 0 ? "" : hex(clear));
  const telegram = frame === null ? null : plainTelegram(frame, { protocol, clear }, plaintext);
  plaintext.fill(0);
  const row = {
    ref,
    meter: meter.id,
    address: meter.addressText,
    customer: meter.customer,
    name: meter.name,
    protocol,
    keyVersion,
    plaintext: text,
    verification,
    counter,
    freshness,
  };
  return telegram === null ? row : { ...row, telegram };
}

/** The row of a message whose own row is `row`: the rows of its frames in place of its content. */
export function messageRow(row: FrameRow, frames: readonly InnerRow[]): MessageRow {
  const { plaintext: _, telegram: __, ...opened } = row;
  return { ...opened, frames };
}

/** One row as a line of NDJSON: the text that `JSON.stringify` gives, inner rows without `ref`. */
export function rowText(row: DecryptRow): string {
  return `{"ref":${refText(row.ref)},${fieldsText(row)}}\n`;
}

function fieldsText(row: DecryptRow): string {
  if ("error" in row) {
    return `"error":${JSON.stringify(row.error)}`;
  }
  const { verification, counter, freshness } = row;
  const checked = `"verification":"${verification}","counter":${counter},"freshness":"${freshness}"`;
  if ("frames" in row) {
    const frames = row.frames.map((inner) => `{${fieldsText(inner)}}`).join(",");
    return `${meterText(row)},${checked},"frames":[${frames}]`;
  }
  const { plaintext, telegram } = row;
  const more = telegram === undefined ? "" : `,"telegram":${JSON.stringify(telegram)}`;
  return `${meterText(row)},"plaintext":"${plaintext}",${checked}${more}`;
}

/** What the rows of one meter begin with is the same as long as nobody changes the meter. */
const meterTexts = new Map<string, { readonly of: Sender; readonly text: string }>();
const MAX_TEXTS = 50_000;

function meterText(row: Sender): string {
  const known = meterTexts.get(row.meter);
  if (known !== undefined && isSameMeter(known.of, row)) {
    return known.text;
  }
  const { meter, address, customer, name, protocol, keyVersion } = row;
  const who: Sender = { meter, address, customer, name, protocol, keyVersion };
  const text = JSON.stringify(who).slice(1, -1);
  if (meterTexts.size >= MAX_TEXTS) {
    meterTexts.clear();
  }
  meterTexts.set(meter, { of: who, text });
  return text;
}

function isSameMeter(a: Sender, b: Sender): boolean {
  return (
    a.keyVersion === b.keyVersion &&
    a.name === b.name &&
    a.protocol === b.protocol &&
    a.address === b.address &&
    a.customer === b.customer
  );
}

function refText(ref: Ref): string {
  return typeof ref === "number" ? `${ref}` : JSON.stringify(ref);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

type OutcomeCode = Extract<DecryptOutcome, { ok: false }>["code"];

/** Why a frame that met a key did not open, for people. */
export const DETAILS: Readonly<Record<OutcomeCode, string>> = {
  NO_KEY: "the key that this frame needs is not on file (an authenticated frame needs both)",
  KEY_LENGTH: "the key on file does not have the length that this frame's suite uses",
  KEY_INTEGRITY: "the stored key does not open: its row was damaged, moved or exchanged",
  CHECK_FAILED: "the check bytes do not fit: another key, or a meter that leaves them out",
  MAC_FAILED: "the MAC does not fit: another key, or the frame was changed",
  TAG_FAILED: "the tag does not fit: another key, or the frame was changed",
  NOT_AUTHENTICATED: "the meter has an authentication key and the frame is not authenticated",
  NOT_ENCRYPTED: "the frame says that it is encrypted and is not",
};
