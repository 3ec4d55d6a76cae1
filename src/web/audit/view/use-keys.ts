/**
 * The keyboard: j and k move, Enter opens (the row's own link), Esc closes, / searches, ? helps.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";

export interface KeyActions {
  onClose(): void;
  onHelp(): void;
}

/** The links that rows are opened by. */
const ROWS = "a.open-row";

export function useKeys(actions: KeyActions): void {
  // Always the latest: a key may come between a drawing and what follows from it.
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      if (event.key === "Escape") {
        latest.current.onClose();
      } else if (!isTyping(event.target)) {
        act(event, latest.current.onHelp);
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function act(event: KeyboardEvent, onHelp: () => void): void {
  switch (event.key) {
    case "j":
      move(1);
      break;
    case "k":
      move(-1);
      break;
    case "/":
      event.preventDefault();
      document.getElementById("search")?.focus();
      break;
    case "?":
      onHelp();
      break;
    default:
  }
}

/** Moves the focus by rows; to the first when it is on none. */
function move(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const row = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]")
  );
}
