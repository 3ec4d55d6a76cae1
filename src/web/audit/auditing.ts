/**
 * One auditor's visit: signed in or not, the state of the head, and everything that can be asked.
 *
 * The token lives in the closures that signing in makes; signing out drops them.
 *
 * @module
 */
import { parseVkey } from "../../activity/tree/note.ts";
import { AuditError, type Entry } from "./contract.ts";
import { type Client, createClient } from "./engine/client.ts";
import { type CheckedEntry, checkEntry } from "./engine/entry-proof.ts";
import { type Exported, type ExportRequest, exportEntries } from "./engine/export.ts";
import type { FullCheck } from "./engine/full-check.ts";
import { startFullCheck } from "./engine/full-check-link.ts";
import { createHeadCheck, type HeadState } from "./engine/head.ts";
import { createHeadKeeper } from "./engine/kept.ts";
import { type LogQueries, logQueries } from "./engine/log-queries.ts";
import { type Names, NO_NAMES, readNames } from "./engine/names.ts";
import { PRIMITIVES } from "./engine/primitives.ts";

export type SignInFault = "token" | "key" | "refused" | "role" | "offline" | "other";

/** How far the check of every entry is. */
export type FullState =
  | { readonly at: "none" }
  | { readonly at: "working"; readonly done: number; readonly total: number }
  | { readonly at: "stopped"; readonly done: number }
  | { readonly at: "failed"; readonly code: string }
  | {
      readonly at: "done";
      readonly result: FullCheck;
      readonly size: number;
      readonly when: string;
    };

export interface VisitState {
  readonly isSignedIn: boolean;
  /** Signed out by itself: left alone, or the service knows the token no more. */
  readonly hasEnded: boolean;
  readonly head: HeadState;
  readonly full: FullState;
  readonly names: Names;
}

export interface Auditing {
  watch(listener: (state: VisitState) => void): () => void;
  /** Null = signed in. */
  signIn(token: string, key: string): Promise<SignInFault | null>;
  signOut(hasEnded?: boolean): void;
  /** Rejects with `UNAUTHENTICATED` when nobody is signed in. */
  readonly ask: LogQueries;
  entry(index: number, listed: Entry | null): Promise<CheckedEntry>;
  save(request: Omit<ExportRequest, "names" | "head">): Promise<Exported | null | false>;
  checkHead(): void;
  acceptHead(): void;
  startFull(): void;
  stopFull(): void;
}

interface Session {
  readonly client: Client;
  readonly queries: LogQueries;
  readonly heads: ReturnType<typeof createHeadCheck>;
  readonly startWorker: (handlers: Parameters<typeof startFullCheck>[1]) => (() => void) | null;
}

const OUT: VisitState = {
  isSignedIn: false,
  hasEnded: false,
  head: { at: "checking", head: null },
  full: { at: "none" },
  names: NO_NAMES,
};

/** @param base - where the service's paths begin, with a slash at its end */
export function createAuditing(base: string, now: () => Date = () => new Date()): Auditing {
  const listeners = new Set<(state: VisitState) => void>();
  let state = OUT;
  let session: Session | null = null;
  let stopWorker: (() => void) | null = null;

  const set = (change: Partial<VisitState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) {
      listener(state);
    }
  };

  const signOut = (hasEnded = false) => {
    stopWorker?.();
    stopWorker = null;
    session = null;
    set({ ...OUT, hasEnded });
  };

  const need = (): Session => {
    if (session === null) {
      throw new AuditError("UNAUTHENTICATED", 401);
    }
    return session;
  };

  /** What comes in after signing out is nobody's any more. */
  const during = (present: Session, change: Partial<VisitState>) => {
    if (session === present) {
      set(change);
    }
  };

  const showHead = async (present: Session, work: () => Promise<HeadState>) => {
    const head = state.head.at === "verified" ? state.head.head : null;
    // A broken head is not covered up, neither by the wait for another answer nor by that answer:
    // who shows two logs may show the good one now.
    const wasBroken = state.head.at === "broken" && work !== present.heads.accept;
    if (!wasBroken) {
      set({ head: { at: "checking", head } });
    }
    const next = await work();
    if (!wasBroken || next.at === "broken") {
      during(present, { head: next });
    }
  };

  const begin = async (token: string, pinned: string | null): Promise<SignInFault | null> => {
    const client = createClient(base, token, () => {
      if (session?.client === client) {
        signOut(true);
      }
    });
    try {
      await client.text("log/checkpoint");
    } catch (error) {
      return faultOf(error);
    }
    const keeper = createHeadKeeper(base);
    const present: Session = {
      client,
      queries: logQueries(client),
      heads: createHeadCheck({ client, keeper, pinned, now }),
      startWorker(handlers) {
        const { head } = state;
        if (head.at !== "verified") {
          return null;
        }
        const { size, root } = head.head;
        return startFullCheck({ base, token, size, root }, handlers);
      },
    };
    session = present;
    set({ ...OUT, isSignedIn: true });
    void showHead(present, present.heads.check);
    void readNames(client).then((names) => during(present, { names }));
    return null;
  };

  const startFull = () => {
    const present = need();
    const { head } = state;
    if (head.at !== "verified" || stopWorker !== null) {
      return;
    }
    const total = head.head.size;
    const end = (full: FullState) => {
      stopWorker = null;
      during(present, { full });
    };
    set({ full: { at: "working", done: 0, total } });
    stopWorker = present.startWorker({
      onProgress: (done) => during(present, { full: { at: "working", done, total } }),
      onDone: (result) => end({ at: "done", result, size: total, when: now().toISOString() }),
      onFailed: (code) => end({ at: "failed", code }),
    });
  };

  return {
    watch(listener) {
      listeners.add(listener);
      listener(state);
      return () => listeners.delete(listener);
    },
    async signIn(typed, key) {
      const token = typed.trim();
      const pinned = key.trim();
      if (!/^ms_[\w-]{20,190}$/.test(token)) {
        return "token";
      }
      if (pinned !== "" && parseVkey(PRIMITIVES, pinned) === null) {
        return "key";
      }
      return await begin(token, pinned === "" ? null : pinned);
    },
    signOut,
    ask: {
      list: async (...wanted) => await need().queries.list(...wanted),
      terms: async (...wanted) => await need().queries.terms(...wanted),
      timeline: async (...wanted) => await need().queries.timeline(...wanted),
      metersOf: async (...wanted) => await need().queries.metersOf(...wanted),
      meter: async (...wanted) => await need().queries.meter(...wanted),
      link: async (...wanted) => await need().queries.link(...wanted),
      uncollected: async () => await need().queries.uncollected(),
    },
    async entry(index, listed) {
      const present = need();
      const checked = await checkEntry({ ...present, now }, index, listed);
      // A head that is broken stays so, whatever another answer says.
      if (state.head.at !== "broken" && checked.head.at !== "unchecked") {
        during(present, { head: checked.head });
      }
      return checked;
    },
    async save(request) {
      const present = need();
      const head = await present.heads.check();
      if (head.at !== "verified") {
        during(present, { head });
        return false;
      }
      during(present, { head });
      return await exportEntries(present, { ...request, names: state.names, head: head.head });
    },
    checkHead() {
      const present = need();
      void showHead(present, present.heads.check);
    },
    acceptHead() {
      const present = need();
      void showHead(present, present.heads.accept);
    },
    startFull,
    stopFull() {
      stopWorker?.();
      stopWorker = null;
      if (state.full.at === "working") {
        set({ full: { at: "stopped", done: state.full.done } });
      }
    },
  };
}

function faultOf(error: unknown): SignInFault {
  const { status, code } = error instanceof AuditError ? error : new AuditError("ANSWER");
  if (status === 401) {
    return "refused";
  }
  return status === 403 ? "role" : code === "OFFLINE" ? "offline" : "other";
}
