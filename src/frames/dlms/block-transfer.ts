/**
 * General block transfer (IEC 62056-5-3): an APDU cut into numbered blocks.
 *
 *     E0  block control  block number(2)  block number acknowledged(2)  len  data
 *
 * All blocks of one APDU come together, in order from 1, the last one marked. The numbers are all
 * there is: a block of the right number from another transfer is seen by the tag of what the
 * blocks carry, if that has one.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";
import { endOf, octetString } from "./length.ts";

/** Tag of a block. */
export const BLOCK = 0xe0;
const LENGTH_AT = 6;
const LAST = 0x80;
const STREAMING = 0x40;

export interface Block {
  readonly number: number;
  readonly acknowledged: number;
  readonly isLast: boolean;
  readonly isStreaming: boolean;
  /** How many blocks the sender can receive before it acknowledges. */
  readonly window: number;
  readonly data: Uint8Array;
}

/** Index at which the length fields of the blocks say the capture ends; -1 if they are none. */
export function blocksEnd(bytes: Uint8Array): number {
  let at = bytes[2] === 0 && bytes[3] === 1 ? 0 : -1;
  while (at >= 0 && bytes[at] === BLOCK) {
    const data = octetString(bytes, at + LENGTH_AT);
    at = data === null ? -1 : endOf(bytes, data);
  }
  return at;
}

/**
 * Reads the blocks in a message: one, or several back to back.
 *
 * @throws {@link FrameError} `FRAME_LENGTH`, `FRAME_FORMAT`
 */
export function readBlocks(message: Uint8Array): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  do {
    if (message[at] !== BLOCK) {
      throw new FrameError("FRAME_FORMAT", "block transfer: expected blocks (E0) and nothing else");
    }
    const data = octetString(message, at + LENGTH_AT);
    if (data === null) {
      throw new FrameError("FRAME_LENGTH", "block transfer: the frame ends within a block");
    }
    const control = message[at + 1]!;
    blocks.push({
      number: (message[at + 2]! << 8) | message[at + 3]!,
      acknowledged: (message[at + 4]! << 8) | message[at + 5]!,
      isLast: (control & LAST) !== 0,
      isStreaming: (control & STREAMING) !== 0,
      window: control & 0x3f,
      data,
    });
    at = endOf(message, data);
  } while (at < message.length);
  return blocks;
}

/**
 * Puts the APDU together.
 *
 * @throws {@link FrameError} `FRAME_FORMAT` for blocks out of order, `FRAME_LENGTH` without the last
 */
export function joinBlocks(blocks: readonly Block[]): Uint8Array {
  for (const [i, { number, isLast }] of blocks.entries()) {
    if (number !== i + 1) {
      throw new FrameError(
        "FRAME_FORMAT",
        `block transfer: expected block ${i + 1}, got ${number}`,
      );
    }
    if (isLast && i + 1 < blocks.length) {
      throw new FrameError("FRAME_FORMAT", "block transfer: blocks behind the last one");
    }
  }
  if (blocks.at(-1)?.isLast !== true) {
    throw new FrameError(
      "FRAME_LENGTH",
      "block transfer: the last block is missing (all blocks of an APDU come together)",
    );
  }
  return Buffer.concat(blocks.map(({ data }) => data));
}
