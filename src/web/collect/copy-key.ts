/**
 * A key on the clipboard, and off it after a minute, unless something else lies there by then.
 *
 * Reading the clipboard asks the reader for a permission that this page does not want, so it is
 * not read. What is done instead: an event of the clipboard says that it has changed, where the
 * browser has that event; elsewhere it counts as changed once the page was left, because whoever
 * is in another window may have copied something there. Then it is left alone.
 *
 * @module
 */

const CLEAR_AFTER_MS = 60_000;
/** The event of our own writing may come late, and that of others when the window is in front. */
const SETTLED_AFTER_MS = 1000;

let endPresent = () => {};

/** Copies a key; answers false when the browser does not allow it or the key is gone. */
export async function copyKey(value: Promise<string | null>): Promise<boolean> {
  endPresent();
  try {
    await writeSoon(value);
  } catch {
    return false;
  }
  endPresent = clearLater();
  return true;
}

/** The promise goes in as it is: some browsers take a copy only in the very click (Safari). */
async function writeSoon(value: Promise<string | null>): Promise<void> {
  const text = value.then((key) => {
    if (key === null) {
      throw new TypeError("key: it is gone");
    }
    return new Blob([key], { type: "text/plain" });
  });
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
}

function clearLater(): () => void {
  const writtenAt = Date.now();
  const listening = new AbortController();
  const { signal } = listening;
  const end = () => {
    clearTimeout(timer);
    listening.abort();
  };
  const clear = () => {
    if (document.hasFocus()) {
      end();
      // Refused by the browser, it stays where it is: there is nothing more that a page can do.
      navigator.clipboard.writeText("").catch(() => {});
    } else {
      // Only the window in front may write, and only there it hears of a change.
      const soon = () => setTimeout(() => signal.aborted || clear(), SETTLED_AFTER_MS);
      addEventListener("focus", soon, { once: true, signal });
    }
  };
  const timer = setTimeout(clear, CLEAR_AFTER_MS);
  addEventListener("copy", end, { signal });
  addEventListener("cut", end, { signal });
  if ("onclipboardchange" in navigator.clipboard) {
    const changed = () => {
      if (Date.now() - writtenAt > SETTLED_AFTER_MS) {
        end();
      }
    };
    navigator.clipboard.addEventListener("clipboardchange", changed, { signal });
  } else {
    addEventListener("blur", end, { signal });
  }
  return end;
}
