/**
 * Explains the layers from the first CI field on, of wireless and wired M-Bus alike; ciphertext
 * appears as a length only.
 *
 * @module
 */
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { ciOf } from "./ci.ts";
import { addAddress } from "./inspect-address.ts";
import { inspectAfl } from "./inspect-afl.ts";
import { inspectTpl } from "./inspect-tpl.ts";
import type { EllHeader, Layers } from "./layers.ts";

/** Adds the rows of every layer that the walk has read. */
export function inspectLayers(
  frame: Uint8Array,
  { ell, afl, tpl, ci, stop }: Layers,
  add: AddRow,
): void {
  if (ell !== null) {
    addEll(frame, ell, add);
  }
  if (afl !== null) {
    add("CI", "90", ciOf(0x90).name);
    inspectAfl(afl, add);
  }
  if (tpl !== null) {
    inspectTpl(frame, tpl, add);
  } else if (stop !== null && ci !== -1 && ci !== ell?.ci && (ci !== 0x90 || afl === null)) {
    add("CI", hexOf(ci), ciOf(ci).name);
  }
}

function addEll(frame: Uint8Array, ell: EllHeader, add: AddRow): void {
  add("CI", hexOf(ell.ci), ciOf(ell.ci).name);
  add("CC", hexOf(ell.cc), "communication control");
  add("ELL ACC", hexOf(ell.acc), "access number");
  if (ell.address2 !== null) {
    addAddress("second address", ell.address2, add);
  }
  if (ell.sessionAt === 0) {
    return;
  }
  const session = ell.session;
  add(
    "SN",
    hexOf(...frame.subarray(ell.sessionAt, ell.sessionAt + 4)),
    `session number ${session}: minutes ${(session >>> 4) & 0x1ffffff}, session ${session & 15}`,
  );
  add(
    "ENC",
    String(ell.encryption),
    ["no encryption", "AES-128-CTR"][ell.encryption] ?? "reserved",
  );
  if (ell.encryption !== 0) {
    add("ciphertext", `${frame.length - ell.end} bytes`, "payload CRC (2) and data");
  }
}
