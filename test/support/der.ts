/**
 * Takes DER apart (X.690 §8.1), for tests that read what the product writes.
 *
 * @module
 */

/** One element; `whole` are the octets of its tag, its length and its body. */
export interface DerNode {
  readonly tag: number;
  readonly body: Buffer;
  readonly whole: Buffer;
}

export const SEQUENCE = 0x30;

/** Elements one after the other; with `tags`, these and no others. */
export function readDer(der: Buffer, tags?: readonly number[]): DerNode[] {
  const found: DerNode[] = [];
  for (let at = 0; at < der.length; ) {
    const first = der[at + 1] ?? 0x80;
    const extra = first < 0x80 ? 0 : first & 0x7f;
    const begin = at + 2 + extra;
    const end = begin + (first < 0x80 ? first : der.readUIntBE(at + 2, extra));
    if (end > der.length) {
      throw new Error("DER: expected an element to end within its parent");
    }
    found.push({ tag: der[at]!, body: der.subarray(begin, end), whole: der.subarray(at, end) });
    at = end;
  }
  const tagsFound = found.map(({ tag }) => tag);
  if (tags !== undefined && Buffer.compare(Buffer.from(tags), Buffer.from(tagsFound)) !== 0) {
    throw new Error(`DER: expected tags ${tags.join(" ")}, got ${tagsFound.join(" ")}`);
  }
  return found;
}

/** What is inside an element. */
export function readMembers({ body }: DerNode, tags?: readonly number[]): DerNode[] {
  return readDer(body, tags);
}
