/**
 * Whether there is room for everything at once.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";

const WIDE = "(min-width: 900px)";

export function useWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const wide = matchMedia(WIDE);
    const follow = () => setWide(wide.matches);
    wide.addEventListener("change", follow);
    return () => wide.removeEventListener("change", follow);
  }, []);
  return isWide;
}
