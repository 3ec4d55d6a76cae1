/**
 * Makes the messages of collectors (RFC 9052 §5.2) for tests and measurements; independent of the
 * parsers, as are the other encoders.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";

export interface CoseOptions {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** Null = the message names nobody. */
  readonly kid: string | null;
  /** 12 bytes, never twice under one key. */
  readonly iv: Uint8Array;
  readonly frames: readonly Uint8Array[];
  readonly tagged?: boolean;
  /** Content in place of the array of frames. */
  readonly plaintext?: Uint8Array;
  /** The protected header's content, {1: 3} unless told otherwise. */
  readonly protectedHeader?: readonly number[];
  /** Least bytes of each number behind its initial byte; 0 = the shortest form. */
  readonly width?: 0 | 1 | 2 | 4 | 8;
}

/** Encodes a COSE_Encrypt0 message with A256GCM. */
export function encodeCose(options: CoseOptions): Uint8Array {
  const { key, kid, iv, frames, tagged = true, width = 0 } = options;
  const { protectedHeader = [0xa1, 0x01, 0x03] } = options;
  const head = (major: number, n: number): number[] => cborHead(major, n, width);
  const bytes = (value: Iterable<number>): number[] => {
    const all = [...value];
    return [...head(2, all.length), ...all];
  };
  const content = options.plaintext ?? [...head(4, frames.length), ...frames.flatMap(bytes)];
  // RFC 9052 §5.3, in the shortest form whatever the message's own lengths are like.
  const aad = [
    ...[0x83, 0x68, ...Buffer.from("Encrypt0", "ascii")],
    ...[...cborHead(2, protectedHeader.length, 0), ...protectedHeader, 0x40],
  ];
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(aad));
  const sealed = [...cipher.update(Buffer.from(content)), ...cipher.final()];
  const parameters = [
    ...(kid === null ? [] : [[...head(0, 4), ...bytes(Buffer.from(kid, "utf8"))]]),
    [...head(0, 5), ...bytes(iv)],
  ];
  return Uint8Array.from([
    ...(tagged ? [0xd0] : []),
    ...[0x83, ...bytes(protectedHeader)],
    ...[...head(5, parameters.length), ...parameters.flat()],
    ...bytes([...sealed, ...cipher.getAuthTag()]),
  ]);
}

/** RFC 8949 §3: initial byte and argument. */
function cborHead(major: number, n: number, width: 0 | 1 | 2 | 4 | 8): number[] {
  const fitting = n < 24 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : 4;
  const size = Math.max(fitting, width);
  if (size === 0) {
    return [major * 32 + n];
  }
  const argument = Buffer.alloc(8);
  argument.writeBigUInt64BE(BigInt(n));
  return [major * 32 + 24 + Math.log2(size), ...argument.subarray(8 - size)];
}
