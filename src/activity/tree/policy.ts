/**
 * C2SP tlog-policy: which logs and witnesses are known, and whose cosignatures suffice.
 *
 * A file is octets, not text: names are compared byte by byte, and a last line without its newline
 * is refused, because a file that was cut short could ask for less than it says.
 *
 * @module
 */
import { ED25519, parseVkey, type VerifierKey } from "./note.ts";
import { type PolicyWitness, parseGroup, type Quorum } from "./policy-group.ts";
import { type Primitives, sameBytes } from "./primitives.ts";

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url: string | null;
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Null = `quorum none`. */
  readonly quorum: Quorum | null;
}

/** A policy that cannot be used; `line` counts from 1. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly code = "POLICY";
  readonly line: number;

  constructor(line: number, detail: string) {
    super(`policy line ${line}: ${detail}`);
    this.line = line;
  }
}

const NONE = "none";

/** @throws {@link PolicyError} */
export function parsePolicy(primitives: Primitives, file: Uint8Array): Policy {
  const logs: PolicyLog[] = [];
  const witnesses: PolicyWitness[] = [];
  const names = new Map<string, Quorum>();
  const members = new Set<string>();
  let quorum: Quorum | null | undefined;
  let line = 0;
  const fail = (detail: string): never => {
    throw new PolicyError(line, detail);
  };

  function readKey(text: string, type: "log" | "witness"): VerifierKey {
    const key = parseVkey(primitives, utf8Of(text) ?? fail("expected a key in UTF-8"));
    const isLog = type === "log";
    if (key === null || (key.type === ED25519) !== isLog) {
      const kind = isLog ? "an Ed25519 verifier key (type 0x01)" : "a cosigner's key (type 0x04)";
      return fail(`${type}: expected ${kind}, name+id+base64`);
    }
    const known = isLog ? logs : witnesses;
    if (known.some((other) => sameBytes(other.key.publicKey, key.publicKey))) {
      fail(`${type}: its key is there already`);
    }
    return key;
  }

  function define(name: string, meaning: Quorum): void {
    if (name === NONE || names.has(name)) {
      fail(name === NONE ? "none: is a name of its own" : "the name is there already");
    }
    names.set(name, meaning);
  }

  function readUrl(text: string | undefined): string | null {
    return text === undefined ? null : (utf8Of(text) ?? fail("expected an address in UTF-8"));
  }

  const statements: Readonly<Record<string, (items: readonly string[]) => void>> = {
    log([vkey = "", url, ...more]) {
      demand(more.length === 0, "log: expected a key and at most an address");
      logs.push({ key: readKey(vkey, "log"), url: readUrl(url) });
    },
    witness([name = "", vkey = "", url, ...more]) {
      demand(more.length === 0, "witness: expected a name, a key and at most an address");
      const label = utf8Of(name) ?? name;
      const witness = { name: label, key: readKey(vkey, "witness"), url: readUrl(url) };
      define(name, { witness });
      witnesses.push(witness);
    },
    group([name = "", threshold = "", ...listed]) {
      demand(listed.length > 0, "group: expected a name, a threshold and members");
      define(name, parseGroup(threshold, listed, names, members, fail));
    },
    quorum([name = "", ...more]) {
      demand(quorum === undefined, "quorum: there is one already");
      demand(name !== "" && more.length === 0, "quorum: expected one name");
      quorum = name === NONE ? null : (names.get(name) ?? fail("quorum: expected a defined name"));
    },
  };

  function demand(condition: boolean, detail: string): void {
    if (!condition) {
      fail(detail);
    }
  }

  const text = latin1(file);
  for (const content of text.replace(/\n$/, "").split("\n")) {
    line++;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: all but tab and newline are refused
    demand(!/[\u0000-\u0008\u000b-\u001f\u007f]/.test(content), "expected no control characters");
    const [word = "", ...items] = content.split(/[ \t]+/).filter((item) => item !== "");
    if (word !== "" && !word.startsWith("#")) {
      const statement = Object.hasOwn(statements, word) ? statements[word] : undefined;
      (statement ?? (() => fail("expected log, witness, group or quorum")))(items);
    }
  }
  demand(text === "" || text.endsWith("\n"), "expected a newline at its end");
  if (quorum === undefined) {
    return fail("expected a quorum line before the end");
  }
  return { logs, witnesses, quorum };
}

/** A character per octet, so that names are what their octets are. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Keys and addresses are UTF-8 in the end; null when these octets are not. */
function utf8Of(octets: string): string | null {
  try {
    const bytes = Uint8Array.from(octets, (symbol) => symbol.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
