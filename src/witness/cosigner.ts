/**
 * The witness's own key: a file that only its owner may read.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { formatVkey, PRIMITIVES, parseVkey } from "../activity/hashing.ts";
import { cosignatureLine, cosignedText } from "../activity/tree/checkpoint.ts";
import { COSIGNATURE, type VerifierKey } from "../activity/tree/note.ts";
import { WitnessError } from "./witness-error.ts";

export interface Cosigner {
  /** C2SP verifier key, type 0x04. */
  readonly vkey: string;
  /** The cosignature line over a checkpoint's text, at a time in seconds since 1970. */
  cosign(text: string, seconds: number): string;
}

/** Private key, PKCS #8 in PEM; the name and the public half lie beside it. */
const KEY_FILE = "witness.key";
const VKEY_FILE = "witness.vkey";

/**
 * Makes a directory and a key in it; answers its vkey.
 *
 * @throws {@link WitnessError} `WITNESS_NAME`, `WITNESS_EXISTS`, `WITNESS_MISSING`
 */
export function createCosigner(directory: string, name: string): string {
  if (!/^[^\s+\p{Cc}\p{Surrogate}]{1,200}$/u.test(name)) {
    throw new WitnessError("WITNESS_NAME", "name: expected 1 to 200 characters, no space, no plus");
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const vkey = formatVkey({ name, publicKey: rawKey(publicKey), type: COSIGNATURE });
  writeNew(join(directory, KEY_FILE), String(privateKey.export({ type: "pkcs8", format: "pem" })));
  writeNew(join(directory, VKEY_FILE), `${vkey}\n`);
  return vkey;
}

/** @throws {@link WitnessError} `WITNESS_MISSING`, `WITNESS_MODE`, `WITNESS_KEY` */
export function loadCosigner(directory: string): Cosigner {
  const secret = createKey(readPrivate(join(directory, KEY_FILE)));
  const key = parseVkey(readText(join(directory, VKEY_FILE)));
  const own = rawKey(createPublicKey(secret));
  if (key === null || key.type !== COSIGNATURE || Buffer.compare(own, key.publicKey) !== 0) {
    throw new WitnessError("WITNESS_KEY", "witness.vkey: is not the public half of witness.key");
  }
  return { vkey: formatVkey(key), cosign: (text, seconds) => cosign(secret, key, text, seconds) };
}

/** C2SP tlog-cosignature, Ed25519. */
function cosign(secret: KeyObject, key: VerifierKey, text: string, seconds: number): string {
  const signature = sign(null, cosignedText(text, seconds), secret);
  return cosignatureLine(PRIMITIVES, key, seconds, signature);
}

/** The last 32 bytes of its SubjectPublicKeyInfo (RFC 8410 §4). */
function rawKey(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: "spki", format: "der" }).subarray(-32));
}

function createKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new WitnessError("WITNESS_KEY", "witness.key: cannot be read as a private key");
  }
}

function writeNew(path: string, text: string): void {
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === "EEXIST";
    throw isThere
      ? new WitnessError("WITNESS_EXISTS", "there is a witness in this directory already")
      : new WitnessError("WITNESS_MISSING", "the directory cannot be written");
  }
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readPrivate(path: string): string {
  const file = openFile(path);
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw new WitnessError("WITNESS_MODE", "witness.key: expected mode 0600, others may read it");
    }
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function readText(path: string): string {
  const file = openFile(path);
  try {
    return readFileSync(file, "utf8").trim();
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch {
    throw new WitnessError(
      "WITNESS_MISSING",
      "there is no witness here: run `meterseal witness init`",
    );
  }
}
