/**
 * What `link collect` needs of the hand-over, as far as a command sees it.
 *
 * @module
 */
import { Refusal } from "../errors.ts";

/** What is shown before the PIN is asked for. */
export interface Waiting {
  readonly sender: string;
  readonly to: string;
  readonly purpose: string;
  readonly count: number;
  readonly reference: string;
}

export interface Collected {
  readonly bundle: {
    readonly delivery: { readonly reference: string };
    readonly meters: readonly unknown[];
  };
  readonly issuer: string;
  readonly pinned: boolean;
  readonly windowEndsAt: string;
  confirm(name: string): Promise<{ readonly confirmedAt: string }>;
}

export type CollectLink = (options: {
  readonly link: string;
  readonly pin: (waiting: Waiting) => Promise<string>;
  readonly issuer: string | null;
  readonly clock: () => Date;
  readonly resume?: unknown;
  readonly store?: (state: unknown) => Promise<void>;
}) => Promise<Collected>;

/** Loads the hand-over when it is needed. */
export async function loadCollect(): Promise<CollectLink> {
  throw new Refusal("NOT_WIRED", "link collect is not wired");
}
