/**
 * Explains the authentication and fragmentation layer.
 *
 * @module
 */
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { type AflHeader, authenticationType, GMAC } from "./afl.ts";
import { u16, u32 } from "./little-endian.ts";

/** Adds the rows of an AFL; those of a fragment end with its control field. */
export function inspectAfl(afl: AflHeader, add: AddRow): void {
  const { fcl, isFragment, ki, mcr, mac, ml } = afl;
  const meaning = isFragment ? "one fragment of a message" : "the whole message";
  add("AFL FCL", hexOf(fcl >> 8, fcl & 0xff), `${meaning}, fragment id ${fcl & 0xff}`);
  if (afl.mcl !== null) {
    add("AFL MCL", hexOf(...afl.mcl), `authentication type ${authenticationType(afl)}`);
  }
  if (ki !== null) {
    const word = u16(ki, 0);
    add(
      "AFL KI",
      hexOf(word >> 8, word & 0xff),
      `key version ${word >> 8}, key derivation ${(word >> 4) & 3}, key id ${word & 15}`,
    );
  }
  if (mcr !== null) {
    add("AFL MCR", String(u32(mcr, 0)), "message counter");
  }
  if (mac !== null) {
    const kind = authenticationType(afl) === GMAC ? "GMAC" : "CMAC";
    add("AFL MAC", `${mac.length} bytes`, `${kind} over header and ciphertext`);
  }
  if (ml !== null) {
    add("AFL ML", String(u16(ml, 0)), "message length");
  }
}
