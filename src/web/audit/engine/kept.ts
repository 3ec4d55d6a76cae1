/**
 * The head that this browser remembers: a signed checkpoint is public, a token never comes here.
 *
 * @module
 */

export interface KeptHead {
  /** The key under which it was checked. */
  readonly vkey: string;
  /** The signed checkpoint as it was. */
  readonly note: string;
  readonly size: number;
  /** When it was checked, RFC 3339. */
  readonly at: string;
}

export interface HeadKeeper {
  read(): KeptHead | null;
  /** False when this browser keeps nothing. */
  write(kept: KeptHead): boolean;
  forget(): void;
}

/** Keeps one head per service: a listener may be reached under a path. */
export function createHeadKeeper(base: string): HeadKeeper {
  const name = `meterseal-audit-head ${new URL(base).pathname}`;
  // Where storage is switched off, at least this visit remembers.
  let memory: KeptHead | null = null;
  return {
    read() {
      try {
        return parseKept(localStorage.getItem(name)) ?? memory;
      } catch {
        return memory;
      }
    },
    write(kept) {
      memory = kept;
      try {
        localStorage.setItem(name, JSON.stringify(kept));
        return true;
      } catch {
        return false;
      }
    },
    forget() {
      memory = null;
      try {
        localStorage.removeItem(name);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

function parseKept(text: string | null): KeptHead | null {
  const { vkey, note, size, at } = JSON.parse(text ?? "{}") as Partial<KeptHead>;
  return typeof vkey === "string" &&
    typeof note === "string" &&
    typeof at === "string" &&
    Number.isSafeInteger(size)
    ? { vkey, note, size: size ?? 0, at }
    : null;
}
