/**
 * The two ways in which a command ends early: misused (exit 2), or refused and failed (exit 1).
 *
 * A sentence for people and a code for programs. Neither holds a token, a key, a PIN or a row of
 * somebody's file; what another party wrote is cleaned before it reaches a terminal.
 *
 * @module
 */

/** The command line or the settings cannot be used; nothing was sent. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

/** The command was understood and did not succeed; `code` is the service's or one of ours. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: string;

  constructor(code: string, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
  }
}

/** Says whether an error carries a code worth printing. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
}
