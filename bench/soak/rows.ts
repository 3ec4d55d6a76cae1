/**
 * Counts the rows of an answer as its bytes come in, and sees that none is missing, out of order or
 * an error; a row is never kept.
 *
 * @module
 */

const NEWLINE = 0x0a;
const COMMA = 0x2c;
/** `{"ref":` */
const PREFIX = 7;
/** After the ref comes `,"meter"` or `,"error"`. */
const METER = 0x6d;

export interface RowCounter {
  take(chunk: Buffer): void;
  /** Rows so far. */
  readonly rows: number;
  /** Rows that were not the next one, or none that opened. */
  readonly wrong: number;
}

/** Expects the refs from `first` on. */
export function countRows(first = 0): RowCounter {
  let rest: Buffer = Buffer.alloc(0);
  let rows = 0;
  let wrong = 0;
  return {
    take(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        let at = from + PREFIX;
        let ref = 0;
        while (at < end && bytes[at] !== COMMA) {
          ref = ref * 10 + bytes[at++]! - 0x30;
        }
        wrong += ref === first + rows && bytes[at + 2] === METER ? 0 : 1;
        rows++;
        from = end + 1;
      }
      rest = bytes.subarray(from);
    },
    get rows() {
      return rows;
    },
    get wrong() {
      return wrong;
    },
  };
}
