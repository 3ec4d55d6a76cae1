/**
 * The wrapper of DLMS over TCP and UDP (IEC 62056-47): version 0001, source port, destination
 * port, length, two bytes each, then the APDU.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";

const HEADER = 8;

export interface Wrapped {
  readonly source: number;
  readonly destination: number;
  readonly apdu: Uint8Array;
}

/** Says whether bytes begin with the version of the wrapper. */
export function isWrapper(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 1;
}

/**
 * Reads the wrapped APDUs: one, or several back to back between the same ports.
 *
 * @throws {@link FrameError} `FRAME_LENGTH`, `FRAME_FORMAT`
 */
export function readWrapped(bytes: Uint8Array): Wrapped[] {
  const wrapped: Wrapped[] = [];
  let at = 0;
  do {
    const rest = bytes.subarray(at);
    const end = HEADER + word(rest, 6);
    if (rest.length < HEADER || rest.length < end || end === HEADER) {
      throw new FrameError(
        "FRAME_LENGTH",
        "wrapper: expected version, ports, length and an APDU as long as that says",
      );
    }
    const next = { source: word(rest, 2), destination: word(rest, 4) };
    const first = wrapped[0] ?? next;
    const isSame = next.source === first.source && next.destination === first.destination;
    if (!isWrapper(rest) || !isSame) {
      throw new FrameError(
        "FRAME_FORMAT",
        "wrapper: expected only wrapped APDUs between the same ports",
      );
    }
    wrapped.push({ ...next, apdu: rest.subarray(HEADER, end) });
    at += end;
  } while (at < bytes.length);
  return wrapped;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
