/**
 * The exchange's own Ed25519 key: it signs what the exchange says about its events.
 *
 * It lives in a file of the exchange's directory, readable by its owner alone.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyName } from "../handover/protocol/chain.ts";

const FILE = "exchange.key";
/** SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4) is a fixed prefix and the 32 bytes. */
const SPKI_PREFIX_LENGTH = 12;

export interface ExchangeKey {
  /** Name of the exchange: what the core's `tag` must say. */
  readonly id: string;
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** Draws the key of a new exchange. Fails when there is one already. */
export function createExchangeKey(directory: string): ExchangeKey {
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(join(directory, FILE), pem, { mode: 0o600, flag: "wx", flush: true });
  return loadExchangeKey(directory);
}

/** Reads the key; refuses a file that others can read. */
export function loadExchangeKey(directory: string): ExchangeKey {
  const file = join(directory, FILE);
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${FILE}: expected mode 0600, it is open to others`);
  }
  const privateKey = createPrivateKey(readFileSync(file));
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX_LENGTH));
  return {
    id: keyName(publicKey),
    publicKey,
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}
