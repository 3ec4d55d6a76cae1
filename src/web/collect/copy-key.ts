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
  let isOurs = true;
  const changed = () => {
    isOurs = false;
    end();
  };
  const hasEvent = "onclipboardchange" in navigator.clipboard;
  const clear = async () => {
    if (!document.hasFocus()) {
      // Only the window in front may write: as soon as it is that again.
      addEventListener("focus", () => setTimeout(clear, 0), { once: true });
      return;
    }
    if (isOurs) {
      end();
      await navigator.clipboard.writeText("").catch(() => {});
    }
  };
  const timer = setTimeout(clear, CLEAR_AFTER_MS);
  const end = () => {
    clearTimeout(timer);
    removeEventListener("copy", changed);
    removeEventListener("cut", changed);
    removeEventListener("blur", changed);
    navigator.clipboard.removeEventListener("clipboardchange", changed);
  };
  addEventListener("copy", changed);
  addEventListener("cut", changed);
  if (hasEvent) {
    navigator.clipboard.addEventListener("clipboardchange", changed);
  } else {
    addEventListener("blur", changed);
  }
  return end;
}
