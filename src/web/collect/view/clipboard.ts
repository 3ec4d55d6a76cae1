/**
 * A key on the clipboard, and taking it off again (abuse 35).
 *
 * It is cleared after a minute, but only if nothing else can have been copied since: the page may
 * not read the clipboard (Permissions-Policy clipboard-read=()), so "unchanged" is known only
 * while the window has kept the focus and nothing was copied in it. Otherwise the reader is told
 * that the key may still be there and gets a button, instead of losing something of his own.
 *
 * @module
 */

const KEPT_MS = 60_000;

export type ClipboardState =
  /** A key was put there less than a minute ago. */
  | "copied"
  /** The browser did not allow it. */
  | "refused"
  | "cleared"
  /** The minute is over; the key may or may not still be there. */
  | "lingers";

export interface Clipboard {
  copy(text: string): Promise<void>;
  clear(): Promise<void>;
  /** Ends the watch and clears at once what is certainly still there. */
  end(): Promise<void>;
}

/** Watches over one key at a time and calls back with what became of it. */
export function guardClipboard(onState: (state: ClipboardState) => void): Clipboard {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let watch: AbortController | null = null;
  let certain = false;

  const stop = () => {
    if (timer !== null) {
      clearTimeout(timer);
      timer = null;
    }
    watch?.abort();
    certain = false;
  };
  const clear = async () => {
    stop();
    onState((await write("")) ? "cleared" : "lingers");
  };
  return {
    async copy(text) {
      stop();
      if (!(await write(text))) {
        onState("refused");
        return;
      }
      certain = true;
      watch = new AbortController();
      const { signal } = watch;
      const doubt = () => {
        certain = false;
      };
      for (const [target, type] of [
        [window, "blur"],
        [document, "copy"],
        [document, "cut"],
      ] as const) {
        target.addEventListener(type, doubt, { signal });
      }
      timer = setTimeout(() => (certain ? clear() : onState("lingers")), KEPT_MS);
      onState("copied");
    },
    clear,
    async end() {
      const still = certain;
      stop();
      if (still) {
        await write("");
      }
    },
  };
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
