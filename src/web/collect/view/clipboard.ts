/**
 * A key on the clipboard, and taking it off again after a minute (abuse 35).
 *
 * Only if nothing else was copied since, and without reading the clipboard, which would ask the
 * reader for a permission that this page does not want. An event tells of changes where the
 * browser has it; elsewhere the page cannot know once its window was left, so it says that the
 * key may still be there and offers to clear, instead of taking away something of the reader's.
 *
 * @module
 */

const KEPT_MS = 60_000;

/** The event of our own writing may come late, and that of others when the window is in front. */
const SETTLED_MS = 1000;

export type ClipboardState =
  /** A key was put there less than a minute ago. */
  | "copied"
  /** The browser did not allow it, or the key was gone. */
  | "refused"
  | "cleared"
  /** The minute is over; the key may or may not still be there. */
  | "lingers"
  /** Something else was copied: what is there now is not ours. */
  | "replaced";

export interface Clipboard {
  copy(text: Promise<string | null>): Promise<void>;
  clear(): Promise<void>;
  /** Ends the watch, and clears at once if the key is certainly still there. */
  end(): Promise<void>;
}

/** Watches over one key at a time and calls back with what became of it. */
export function guardClipboard(onState: (state: ClipboardState) => void): Clipboard {
  let watch = new AbortController();
  let holds: "nothing" | "key" | "unknown" = "nothing";

  const stop = () => {
    watch.abort();
    watch = new AbortController();
    holds = "nothing";
  };
  const clear = async () => {
    stop();
    onState((await write("")) ? "cleared" : "lingers");
  };
  const minuteOver = (signal: AbortSignal) => {
    if (signal.aborted) {
      return;
    }
    if (holds === "unknown") {
      onState("lingers");
    } else if (document.hasFocus()) {
      void clear();
    } else {
      // Only the window in front may write, and only there it hears of a change.
      const soon = () => setTimeout(minuteOver, SETTLED_MS, signal);
      addEventListener("focus", soon, { once: true, signal });
    }
  };
  const guard = () => {
    const { signal } = watch;
    const replaced = () => {
      stop();
      onState("replaced");
    };
    holds = "key";
    addEventListener("copy", replaced, { signal });
    addEventListener("cut", replaced, { signal });
    if ("onclipboardchange" in navigator.clipboard) {
      const since = performance.now();
      const changed = () => performance.now() - since > SETTLED_MS && replaced();
      navigator.clipboard.addEventListener("clipboardchange", changed, { signal });
    } else {
      const left = () => {
        holds = "unknown";
      };
      addEventListener("blur", left, { signal });
    }
    setTimeout(minuteOver, KEPT_MS, signal);
  };
  return {
    async copy(text) {
      stop();
      const done = await writeComing(text);
      if (done) {
        guard();
      }
      onState(done ? "copied" : "refused");
    },
    clear,
    async end() {
      const certain = holds === "key" && document.hasFocus();
      stop();
      if (certain) {
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

/** The promise goes in as it is: Safari takes a copy only in the very press of the button. */
async function writeComing(coming: Promise<string | null>): Promise<boolean> {
  const blob = coming.then((text) => {
    if (text === null) {
      throw new TypeError("key: it is gone");
    }
    return new Blob([text], { type: "text/plain" });
  });
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    return true;
  } catch {
    return false;
  }
}
