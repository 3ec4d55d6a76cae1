/**
 * The head of the log: signed by its key, and a continuation of every head seen before.
 *
 * What was seen before is what this browser remembers. A head that does not continue it is
 * never remembered: the old one stays as evidence.
 *
 * @module
 */
import { openCheckpoint, type SignedHead } from "../../../activity/tree/checkpoint.ts";
import { parseVkey, type VerifierKey } from "../../../activity/tree/note.ts";
import { sameBytes } from "../../../activity/tree/primitives.ts";
import { TileError } from "../../../activity/tree/tile-reader.ts";
import { AuditError } from "../contract.ts";
import type { Client } from "./client.ts";
import type { HeadKeeper, KeptHead } from "./kept.ts";
import { MERKLE, PRIMITIVES } from "./primitives.ts";
import { tilesFrom } from "./tiles.ts";

export type HeadFault = "CHANGED" | "SHRUNK" | "KEY" | "SIGNATURE" | "TILES";

export interface CheckedHead extends SignedHead {
  readonly note: string;
  readonly vkey: string;
  /** When it was checked here, RFC 3339. */
  readonly at: string;
}

export type HeadState =
  | { readonly at: "checking"; readonly head: CheckedHead | null }
  | {
      readonly at: "verified";
      readonly head: CheckedHead;
      readonly isPinned: boolean;
      readonly isKept: boolean;
      /** What the browser remembered when it signed in; null at first sight. */
      readonly before: KeptHead | null;
    }
  | { readonly at: "unchecked"; readonly code: string }
  | {
      readonly at: "broken";
      readonly fault: HeadFault;
      readonly old: KeptHead | null;
      readonly note: string;
      readonly size: number | null;
    };

export interface HeadCheck {
  /** Asks for the present head and checks it. */
  check(): Promise<HeadState>;
  /** Checks the head that came with a proof against the others. */
  join(note: string): Promise<HeadState>;
  /** Forgets what was remembered: the reader has saved it and goes on. */
  accept(): Promise<HeadState>;
}

export interface HeadCheckOptions {
  readonly client: Client;
  readonly keeper: HeadKeeper;
  /** The log's key as the reader knows it; null = as the service says. */
  readonly pinned: string | null;
  readonly now: () => Date;
}

export function createHeadCheck(options: HeadCheckOptions): HeadCheck {
  const { client, keeper, pinned, now } = options;
  const before = keeper.read();
  let isNew = before === null;
  let seen: CheckedHead | null = null;
  let key: { readonly text: string; readonly key: VerifierKey } | null = null;
  let queue: Promise<unknown> = Promise.resolve();

  const broken = (fault: HeadFault, note: string, size: number | null): HeadState => {
    return { at: "broken", fault, old: keeper.read(), note, size };
  };

  async function readKey(): Promise<typeof key> {
    const text = (await client.text("log/vkey")).trim();
    const parsed = parseVkey(PRIMITIVES, text);
    return parsed === null ? null : { text, key: parsed };
  }

  async function judge(
    note: string,
    kept: KeptHead | null,
    mayBeOlder: boolean,
  ): Promise<HeadState> {
    key ??= await readKey();
    const expected = pinned ?? kept?.vkey;
    if (key === null || (expected !== undefined && expected !== key.text)) {
      return broken("KEY", note, null);
    }
    const head = openCheckpoint(PRIMITIVES, note, key.key);
    if (head === null) {
      return broken("SIGNATURE", note, null);
    }
    const fault = await compare(kept, key.key, head, mayBeOlder);
    if (fault !== null) {
      return broken(fault, note, head.size);
    }
    return remember(note, key.text, head, kept);
  }

  /** Null when one head continues the other. */
  async function compare(
    kept: KeptHead | null,
    by: VerifierKey,
    head: SignedHead,
    mayBeOlder: boolean,
  ): Promise<HeadFault | null> {
    const old = kept === null ? null : openCheckpoint(PRIMITIVES, kept.note, by);
    if (kept !== null && old === null) {
      return "KEY";
    }
    const first = old ?? { size: 0, root: MERKLE.emptyRoot };
    if (first.size > head.size && !mayBeOlder) {
      return "SHRUNK";
    }
    const [low, high] = first.size > head.size ? [head, first] : [first, head];
    try {
      const path = await tilesFrom(client, high.size).consistencyProof(low.size);
      if (!MERKLE.isConsistent(low, high, path)) {
        return "CHANGED";
      }
      const root = old === null ? await tilesFrom(client, head.size).root() : null;
      return root !== null && !sameBytes(root, head.root) ? "TILES" : null;
    } catch (error) {
      if (error instanceof TileError || isMissing(error)) {
        return "TILES";
      }
      throw error;
    }
  }

  function remember(
    note: string,
    vkey: string,
    head: SignedHead,
    kept: KeptHead | null,
  ): HeadState {
    const at = now().toISOString();
    let isKept = kept !== null;
    if (kept === null || head.size >= kept.size) {
      seen = { ...head, note, vkey, at };
      isKept = keeper.write({ vkey, note, size: head.size, at });
    } else if (seen !== null) {
      seen = { ...seen, at };
    }
    const shown = seen ?? { ...head, note, vkey, at };
    return {
      at: "verified",
      head: shown,
      isPinned: pinned !== null,
      isKept,
      before: isNew ? null : before,
    };
  }

  /** One check after the other: two at once could each remember past the other. */
  const inTurn = (work: () => Promise<HeadState>): Promise<HeadState> => {
    const turn = queue.then(work).catch((error: unknown): HeadState => {
      const code = error instanceof AuditError ? error.code : "ANSWER";
      return { at: "unchecked", code };
    });
    queue = turn;
    return turn;
  };

  const checkPresent = async (): Promise<HeadState> => {
    // Read first: another tab may remember a later one while this one asks.
    const kept = keeper.read();
    return await judge(await client.text("log/checkpoint"), kept, false);
  };

  return {
    check: () => inTurn(checkPresent),
    // A proof may come with a head from just before the one that was checked last.
    join: (note) => inTurn(async () => await judge(note, keeper.read(), true)),
    accept: () =>
      inTurn(async () => {
        keeper.forget();
        isNew = true;
        seen = null;
        key = null;
        return await checkPresent();
      }),
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof AuditError && error.code === "TILE_MISSING";
}
