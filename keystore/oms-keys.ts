/**
 * Key derivation function A of OMS (EN 13757-7:2018 §9.6, OMS Vol. 2): the keys of one message.
 *
 * @module
 */
import { mix } from "./cmac.ts";
import type { FrameKey } from "./frame-key.ts";

const BLOCK = 16;
/** The low half of the derivation constant D: the key that encrypts, the key that authenticates. */
const KDF_ENC = 0x00;
const KDF_MAC = 0x01;
const KDF_FILL = 0x07;

/** Which way a message goes: D of its encryption key (EN 13757-7:2018 §9.6). */
export interface OmsMessage {
  readonly direction: number;
  /** C, 4 bytes as on air. */
  readonly counter: Uint8Array;
  readonly id: Uint8Array;
}

/**
 * Derives the keys of one message (KDF-A of EN 13757-7:2018 §9.6 and OMS Vol. 2):
 * AES-CMAC(master key, D ‖ C ‖ ID ‖ 07 × 7), each one block, so both in one call of the cipher.
 * Answers the encryption key ‖ the MAC key. The caller owns the result.
 */
export function deriveOmsKeys(masterKey: FrameKey, message: OmsMessage): Uint8Array {
  const contexts = new Uint8Array(2 * BLOCK).fill(KDF_FILL);
  for (let at = 0; at < contexts.length; at += BLOCK) {
    contexts[at] = message.direction | (at === 0 ? KDF_ENC : KDF_MAC);
    contexts.set(message.counter, at + 1);
    contexts.set(message.id, at + 5);
    mix(contexts, at, masterKey.cmacSubkey);
  }
  const keys = masterKey.encryptBlocks(contexts);
  // What went in gives K1 to who knows the context.
  contexts.fill(0);
  return keys;
}
