/**
 * A log and a witness for tests, made a second time: tree, notes and cosignatures of C2SP with
 * @noble alone, nothing of src/activity.
 *
 * @module
 */
import { join } from "node:path";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ExecutionContext } from "ava";
import { startWitness } from "../../src/programs/witness.ts";
import { addLog, initialiseWitness, openStore } from "../../src/witness/directory.ts";
import { temporaryFolder } from "./databases.ts";

export interface SignedLog {
  readonly origin: string;
  readonly vkey: string;
  root(size: number): Uint8Array;
  /** RFC 6962 §2.1.2, base64 lines. */
  proof(old: number, size: number): string[];
  /** A signed checkpoint; another root or more lines on request. */
  checkpoint(size: number, root?: Uint8Array): string;
  /** The body of add-checkpoint. */
  request(old: number, size: number): string;
}

/** A log whose entry n is the text `<salt> n`; the same salt and key make the same log. */
export function signedLog(
  origin: string,
  salt = "entry",
  keys = ed25519.keygen(),
): SignedLog & { readonly keys: typeof keys } {
  const leaf = (n: number) => sha256(concatBytes(Uint8Array.of(0), utf8ToBytes(`${salt} ${n}`)));
  const leaves: Uint8Array[] = [];
  const known = new Map<string, Uint8Array>();

  function hash(from: number, to: number): Uint8Array {
    if (to - from === 0) {
      return sha256(new Uint8Array());
    }
    if (to - from === 1) {
      leaves[from] ??= leaf(from);
      return leaves[from];
    }
    const name = `${from}-${to}`;
    const k = split(to - from);
    const found =
      known.get(name) ??
      sha256(concatBytes(Uint8Array.of(1), hash(from, from + k), hash(from + k, to)));
    known.set(name, found);
    return found;
  }

  function subproof(m: number, from: number, to: number, whole: boolean): Uint8Array[] {
    if (m === to - from) {
      return whole ? [] : [hash(from, to)];
    }
    const k = split(to - from);
    return m <= k
      ? [...subproof(m, from, from + k, whole), hash(from + k, to)]
      : [...subproof(m - k, from + k, to, false), hash(from, from + k)];
  }

  const log: SignedLog = {
    origin,
    vkey: vkeyOf(origin, 1, keys.publicKey),
    root: (size) => hash(0, size),
    proof: (old, size) => (old === 0 ? [] : subproof(old, 0, size, true).map(base64)),
    checkpoint(size, root = hash(0, size)) {
      const text = `${origin}\n${size}\n${base64(root)}\n`;
      const signature = ed25519.sign(utf8ToBytes(text), keys.secretKey);
      return `${text}\n${signatureLine(origin, 1, keys.publicKey, signature)}\n`;
    },
    request: (old, size) => requestBody(old, log.proof(old, size), log.checkpoint(size)),
  };
  return { ...log, keys };
}

export function requestBody(old: number | string, proof: readonly string[], note: string): string {
  return `old ${old}\n${proof.map((line) => `${line}\n`).join("")}\n${note}`;
}

/** Verifies a cosignature line over a checkpoint's text; answers its time, or null. */
export function openCosignature(vkey: string, note: string, line: string): number | null {
  const [name = "", id = "", key = ""] = vkey
    .split("+", 2)
    .concat(vkey.split("+").slice(2).join("+"));
  const publicKey = Buffer.from(key, "base64").subarray(1);
  const [dash, by, encoded] = line.replace(/\n$/, "").split(" ");
  const bytes = Buffer.from(encoded ?? "", "base64");
  if (dash !== "—" || by !== name || bytes.length !== 76 || bytes.toString("hex", 0, 4) !== id) {
    return null;
  }
  const seconds = Number(bytes.readBigUInt64BE(4));
  const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
  const message = utf8ToBytes(`cosignature/v1\ntime ${seconds}\n${text}`);
  return ed25519.verify(bytes.subarray(12), message, publicKey) ? seconds : null;
}

/** A cosignature line by @noble, for a witness that a test plays itself. */
export function cosign(
  name: string,
  keys: { readonly secretKey: Uint8Array; readonly publicKey: Uint8Array },
  note: string,
  seconds: number,
): string {
  const text = note.slice(0, note.lastIndexOf("\n\n") + 1);
  const message = utf8ToBytes(`cosignature/v1\ntime ${seconds}\n${text}`);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = concatBytes(time, ed25519.sign(message, keys.secretKey));
  return signatureLine(name, 4, keys.publicKey, signature);
}

export function vkeyOf(name: string, type: number, publicKey: Uint8Array): string {
  const typed = concatBytes(Uint8Array.of(type), publicKey);
  return `${name}+${Buffer.from(idOf(name, typed)).toString("hex")}+${base64(typed)}`;
}

export interface TestWitness {
  readonly directory: string;
  readonly url: string;
  readonly vkey: string;
  post(body: string | Uint8Array): Promise<Answer>;
  stop(): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** A real witness on a free port that knows these logs. */
export async function startTestWitness(
  t: ExecutionContext,
  name: string,
  vkeys: readonly string[],
): Promise<TestWitness> {
  const directory = join(temporaryFolder(t), "witness");
  const vkey = await initialiseWitness(directory, name);
  const store = await openStore(directory);
  for (const log of vkeys) {
    await addLog(store, log);
  }
  await store.close();
  const settings = { directory, host: "127.0.0.1", isBehindProxy: false, logLevel: "silent" };
  let program = await startWitness({ ...settings, port: 0 });
  const url = program.urls["witness"] ?? "";
  let isRunning = true;
  const stop = async () => {
    if (isRunning) {
      isRunning = false;
      await program.stop();
    }
  };
  t.teardown(stop);
  return {
    directory,
    url,
    vkey,
    stop,
    async restart() {
      program = await startWitness({ ...settings, port: Number(new URL(url).port) });
      isRunning = true;
    },
    post: (body) => postCheckpoint(url, body),
  };
}

export async function postCheckpoint(url: string, body: string | Uint8Array): Promise<Answer> {
  const response = await fetch(`${url}/add-checkpoint`, {
    method: "POST",
    body: Buffer.from(body),
  });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    text: await response.text(),
  };
}

function signatureLine(
  name: string,
  type: number,
  publicKey: Uint8Array,
  signature: Uint8Array,
): string {
  const id = idOf(name, concatBytes(Uint8Array.of(type), publicKey));
  return `— ${name} ${base64(concatBytes(id, signature))}`;
}

/** signed-note: the first 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key). */
function idOf(name: string, typed: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(`${name}\n`), typed)).subarray(0, 4);
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) {
    k *= 2;
  }
  return k;
}
