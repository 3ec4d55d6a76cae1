/**
 * Explains the authentication and fragmentation layer (EN 13757-7):
 * FCL(2) [MCL] [KI(2)] [MCR(4)] [MAC] [ML(2)].
 *
 * @module
 */
import { type AddRow, hexOf } from "../inspection.ts";

/** MAC length by AT, bits 3 to 0 of the message control field. */
const MAC_LENGTH: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8, 6: 12, 7: 16, 8: 12 };

/** Adds the rows of an AFL, as far as its fields fit into it. */
export function inspectAfl(afl: Uint8Array, add: AddRow): void {
  const fcl = afl[0]! | (afl[1]! << 8);
  add(
    "AFL FCL",
    hexOf(fcl >> 8, fcl & 0xff),
    (fcl & 0x4000) === 0
      ? `last fragment, id ${fcl & 0xff}`
      : `more fragments follow, id ${fcl & 0xff}`,
  );
  let at = 2;
  let macLength = 0;
  const take = (present: number, size: number): Uint8Array | null => {
    if ((fcl & present) === 0 || size === 0 || at + size > afl.length) {
      return null;
    }
    at += size;
    return afl.subarray(at - size, at);
  };
  const mcl = take(0x2000, 1);
  if (mcl !== null) {
    macLength = MAC_LENGTH[mcl[0]! & 0x0f] ?? 0;
    add("AFL MCL", hexOf(mcl[0]!), `authentication type ${mcl[0]! & 0x0f}`);
  }
  const ki = take(0x0200, 2);
  if (ki !== null) {
    add("AFL KI", hexOf(...ki), `key version ${ki[1]}, key id ${ki[0]! & 0x0f}`);
  }
  const mcr = take(0x0800, 4);
  if (mcr !== null) {
    const [a, b, c, d] = mcr;
    add("AFL MCR", String((a! | (b! << 8) | (c! << 16) | (d! << 24)) >>> 0), "message counter");
  }
  if (take(0x0400, macLength) !== null) {
    add("AFL MAC", `${macLength} bytes`, "over ciphertext");
  }
  const ml = take(0x1000, 2);
  if (ml !== null) {
    add("AFL ML", String(ml[0]! | (ml[1]! << 8)), "message length");
  }
}
