/**
 * What became of the key that was copied last, in words.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { type ClipboardState, guardClipboard } from "./clipboard.ts";
import { useSpeech } from "./speech.ts";

/** Copies one key at a time and says what became of it. */
export function useClipboard() {
  const { words, say } = useSpeech();
  const [state, setState] = useState<ClipboardState | null>(null);
  const [serial, setSerial] = useState("");
  const [clipboard] = useState(() => guardClipboard(setState));
  useEffect(
    () => () => {
      void clipboard.end();
    },
    [clipboard],
  );
  const { table } = words;
  return {
    lingers: state === "lingers",
    clear: () => clipboard.clear(),
    async copy(of: string, value: Promise<string | null>): Promise<void> {
      setSerial(of);
      await clipboard.copy(value);
    },
    /** The line to show; a key that is no longer there comes before all else. */
    text(gone: boolean): string | null {
      if (gone) {
        return table.gone;
      }
      switch (state) {
        case null:
        case "replaced":
          return null;
        case "copied":
          return say(table.copied, { serial });
        case "refused":
          return table.copyRefused;
        case "cleared":
          return table.cleared;
        case "lingers":
          return table.lingers;
      }
    },
  };
}
