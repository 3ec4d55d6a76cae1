/**
 * The readings of one frame. Often the second is the first without its last bytes: then only its
 * length is packed, and what it is made of is not touched unless the first reading fails.
 *
 * @module
 */
import type { FrameBody } from "./frame-contract.ts";
import type { PackedReader, PackedWriter } from "./packed-bytes.ts";

const WHOLE = 0;
const CUT = 1;

export function packBodies(out: PackedWriter, bodies: readonly FrameBody[]): void {
  const [first] = bodies;
  out.u8(bodies.length);
  for (const body of bodies) {
    const { ciphertext, tag, clear } = body;
    if (first !== undefined && body !== first && isCutOf(first, body)) {
      out.u8(CUT);
      out.u32(ciphertext.length);
    } else {
      out.u8(WHOLE);
      out.bytes(ciphertext);
      out.bytes(tag);
      out.bytes(clear);
    }
  }
}

export function unpackBodies(from: PackedReader): FrameBody[] {
  const bodies: FrameBody[] = [];
  for (let count = from.u8(); count > 0; count--) {
    bodies.push(
      from.u8() === CUT
        ? new CutBody(bodies[0]!, from.u32())
        : { ciphertext: from.bytes(), tag: from.bytes(), clear: from.bytes() },
    );
  }
  return bodies;
}

/** The beginning of another reading's ciphertext. */
class CutBody implements FrameBody {
  readonly tag: Uint8Array;
  readonly clear: Uint8Array;
  readonly #first: FrameBody;
  readonly #length: number;

  constructor(first: FrameBody, length: number) {
    this.#first = first;
    this.#length = length;
    this.tag = first.tag;
    this.clear = first.clear;
  }

  get ciphertext(): Uint8Array {
    return this.#first.ciphertext.subarray(0, this.#length);
  }
}

/** Views of one buffer from one place on, all else the same. */
function isCutOf(first: FrameBody, { ciphertext, tag, clear }: FrameBody): boolean {
  return (
    ciphertext.buffer === first.ciphertext.buffer &&
    ciphertext.byteOffset === first.ciphertext.byteOffset &&
    ciphertext.length < first.ciphertext.length &&
    tag === first.tag &&
    clear === first.clear
  );
}
