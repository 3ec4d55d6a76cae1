/**
 * The frames of one batch, as the freshness journal stores them: what `Window.judge` was told.
 *
 * meter u32 ‖ version u32 ‖ flags u8 ‖ counter u32 ‖ digest u32 ‖ proof u32, little endian; flag 1
 * = counter vouched for, flag 2 = proof of a version that is not yet in force.
 *
 * @module
 */

/** One verified frame, told apart from others. */
export interface Sighting {
  readonly meter: number;
  readonly version: number;
  /** Counter, when a tag or MAC vouches for it; else null. */
  readonly counter: number | null;
  /** Keyed hash over the frame's cryptographic parts. */
  readonly digest: number;
  /** What a lucky hit on a 16-bit check cannot be varied in; null once the version is in force. */
  readonly proof: number | null;
}

const LENGTH = 21;
const COUNTED = 1;
const PROVING = 2;

export function packSightings(sightings: readonly Sighting[]): Buffer {
  const to = Buffer.allocUnsafe(sightings.length * LENGTH);
  let at = 0;
  sightings.forEach(({ meter, version, counter, digest, proof }) => {
    at = to.writeUInt32LE(meter, at);
    at = to.writeUInt32LE(version, at);
    at = to.writeUInt8((counter === null ? 0 : COUNTED) | (proof === null ? 0 : PROVING), at);
    at = to.writeUInt32LE(counter ?? 0, at);
    at = to.writeUInt32LE(digest, at);
    at = to.writeUInt32LE(proof ?? 0, at);
  });
  return to;
}

export function unpackSightings(bytes: Uint8Array): Sighting[] {
  const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(from.length / LENGTH) }, (_, i) => {
    const at = i * LENGTH;
    const flags = from[at + 8]!;
    return {
      meter: from.readUInt32LE(at),
      version: from.readUInt32LE(at + 4),
      counter: (flags & COUNTED) === 0 ? null : from.readUInt32LE(at + 9),
      digest: from.readUInt32LE(at + 13),
      proof: (flags & PROVING) === 0 ? null : from.readUInt32LE(at + 17),
    };
  });
}
