/**
 * What every part of the desk needs: whom to ask, where the reader is, and names.
 *
 * @module
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Auditing, VisitState } from "../auditing.ts";
import type { Place } from "../place.ts";

export interface Desk {
  readonly auditing: Auditing;
  readonly visit: VisitState;
  readonly place: Place;
  go(place: Place): void;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) {
    throw new TypeError("desk: expected a reader who is signed in");
  }
  return desk;
}
