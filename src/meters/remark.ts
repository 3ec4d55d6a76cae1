/**
 * What a report says of one line of an import: a code and our own sentence, never the line.
 *
 * @module
 */
export interface Remark {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}
