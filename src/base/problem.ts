/**
 * A refusal that a caller can read: RFC 9457 problem details with a stable code.
 *
 * `detail` is our own sentence and `pointer` our own path into the request; neither ever quotes
 * what was received, because a request may hold keys, PINs and tokens.
 *
 * @module
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly status: number;
  readonly code: string;
  /** JSON pointer (RFC 6901) to the part of the request at fault. */
  readonly pointer: string | null;

  constructor(status: number, code: string, detail: string, pointer: string | null = null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.pointer = pointer;
  }
}
