/**
 * A log of any size and past, served as the core serves its own; nothing of the project in it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ed25519 } from "@noble/curves/ed25519.js";
import { refuse } from "./command.ts";

export interface MadeLog {
  readonly size: number;
  /** A file of the layout; null when the log has no such file. */
  file(path: string): Buffer | null;
}

const NAME = "made.example";

/** A log with a key of its own, or that of `secretKey`. */
export function logMaker(secretKey: Uint8Array = ed25519.utils.randomSecretKey()) {
  const typed = Buffer.concat([Buffer.of(1), ed25519.getPublicKey(secretKey)]);
  const id = sha256(Buffer.from(`${NAME}\n`), typed).subarray(0, 4);
  const vkey = `${NAME}+${id.toString("hex")}+${typed.toString("base64")}`;
  return {
    vkey,
    /** Entries are `entryOf` of their index. */
    make(size: number, entryOf: (index: number) => string): MadeLog {
      const entries = Array.from({ length: size }, (_, i) => Buffer.from(entryOf(i)));
      const levels = levelsOf(entries.map((entry) => sha256(Buffer.of(0), entry)));
      const text = `${NAME}\n${size}\n${rootOf(levels[0] ?? []).toString("base64")}\n`;
      const signature = Buffer.concat([id, ed25519.sign(Buffer.from(text), secretKey)]);
      const note = `${text}\n— ${NAME} ${signature.toString("base64")}\n`;
      return {
        size,
        file(path) {
          if (path === "checkpoint" || path === "vkey") {
            return Buffer.from(path === "vkey" ? `${vkey}\n` : note);
          }
          const [, level = "", name = "", width = "256"] =
            /^tile\/(\d+|entries)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? [];
          const from = Number(name.replaceAll(/[x/]/g, "")) * 256;
          const isBundle = level === "entries";
          const items = isBundle ? entries : (levels[Number(level)] ?? []);
          const part = items
            .slice(from, from + Number(width))
            .map((item) => (isBundle ? lengthFirst(item) : item));
          return level === "" || part.length < Number(width) ? null : Buffer.concat(part);
        },
      };
    },
  };
}

/** Answers as the core would; `change` sees each path first and may answer something else. */
export function serveLog(
  log: () => MadeLog,
  change: (path: string, response: ServerResponse) => Buffer | boolean = () => false,
): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ url = "" }, response) => {
    const path = url.replace(/^\/log\//, "");
    const changed = change(path, response);
    const bytes = typeof changed === "boolean" ? log().file(path) : changed;
    if (changed === true) {
      return;
    }
    if (bytes === null) {
      refuse(response, 404, "TILE_UNKNOWN", "the log has no such tile");
    } else {
      response.end(bytes);
    }
  };
}

function levelsOf(leaves: readonly Buffer[]): Buffer[][] {
  const levels = [[...leaves]];
  for (let below = levels[0] ?? []; below.length >= 256; below = levels.at(-1) ?? []) {
    const full = Math.floor(below.length / 256);
    const hashes = Array.from({ length: full }, (_, i) =>
      rootOf(below.slice(i * 256, (i + 1) * 256)),
    );
    levels.push(hashes);
  }
  return levels;
}

/** RFC 6962 §2.1, word by word. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  if (leaves.length < 2) {
    return leaves[0] ?? sha256();
  }
  const k = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

function lengthFirst(entry: Buffer): Buffer {
  return Buffer.concat([Buffer.of(entry.length >> 8, entry.length & 0xff), entry]);
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
