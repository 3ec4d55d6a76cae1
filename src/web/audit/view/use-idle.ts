/**
 * Signs out who has been away; any key, click or touch is a sign of a reader.
 *
 * @module
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { type IdleWatch, watchIdle } from "../../idle.ts";

const IDLE_MS = 900_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

/** Seconds that are left, null while there are more than two minutes; and staying. */
export function useIdle(onIdle: () => void): readonly [number | null, () => void] {
  const [seconds, setSeconds] = useState<number | null>(null);
  const watch = useRef<IdleWatch | null>(null);
  useEffect(() => {
    const idle = watchIdle(setSeconds, onIdle, IDLE_MS);
    watch.current = idle;
    const touch = () => idle.touch();
    for (const sign of SIGNS) {
      addEventListener(sign, touch, { passive: true });
    }
    return () => {
      idle.end();
      for (const sign of SIGNS) {
        removeEventListener(sign, touch);
      }
    };
  }, []);
  return [seconds, () => watch.current?.touch()];
}
