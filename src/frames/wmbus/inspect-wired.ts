/**
 * Explains a long frame of wired M-Bus.
 *
 * @module
 */
import { formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { inspectLayers } from "./inspect-layers.ts";
import { inspectNeeds } from "./inspect-tpl.ts";
import { readLayers } from "./layers.ts";
import { controlName } from "./link.ts";
import { readWired, WIRED_HEADER } from "./wired.ts";

/** Adds the rows of a frame and answers whose key opens it, null where it does not say. */
export function inspectWired(bytes: Uint8Array, add: AddRow): string | null {
  add("transport", "wired M-Bus", "long frame 68 L L 68");
  add("L", hexOf(bytes[1]!), `${bytes[1]} bytes from C to the checksum`);
  const frame = readWired(bytes);
  add("C", hexOf(frame[4]!), controlName(frame[4]!));
  add("A", hexOf(frame[5]!), "place on the bus, no meter's address");
  const layers = readLayers(frame, WIRED_HEADER);
  inspectLayers(frame, layers, add);
  add("checksum", hexOf(bytes[frame.length]!), "correct");
  const own = layers.tpl?.address ?? null;
  const address = own === null ? null : formatAddress({ kind: "wmbus", bytes: own });
  add("key address", address ?? "not in the frame", "the key of this address opens the frame");
  inspectNeeds(frame, layers, add);
  return address;
}
