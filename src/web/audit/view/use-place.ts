/**
 * The place in the address bar, and going to another one.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { fragmentOf, type Place, placeIn } from "../place.ts";

/** Follows the address bar: links, "back" and typing there all lead to the same. */
export function usePlace(): readonly [Place, (place: Place) => void] {
  const [place, setPlace] = useState<Place>(() => placeIn(location.hash));
  useEffect(() => {
    const follow = () => setPlace(placeIn(location.hash));
    follow();
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return [
    place,
    (next) => {
      location.hash = fragmentOf(next);
    },
  ];
}
