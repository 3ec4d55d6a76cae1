/**
 * What an auditor is told when the witness's directory cannot be used as wished.
 *
 * @module
 */
export type WitnessErrorCode =
  | "WITNESS_EXISTS"
  | "WITNESS_NAME"
  | "WITNESS_MISSING"
  | "WITNESS_MODE"
  | "WITNESS_KEY"
  | "WITNESS_LOG_KEY"
  | "WITNESS_LOG_KNOWN"
  | "WITNESS_LOG_UNKNOWN"
  | "WITNESS_CHECKPOINT"
  | "WITNESS_MOVED"
  | "WITNESS_INSECURE";

export class WitnessError extends Error {
  override readonly name = "WitnessError";
  readonly code: WitnessErrorCode;

  constructor(code: WitnessErrorCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
