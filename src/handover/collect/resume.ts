/**
 * The stored form of a collection that may be broken off: the claimer's two private keys.
 *
 * With it, link and PIN the same claimer can come back within the window. The file it goes to
 * must be readable by its owner alone.
 *
 * @module
 */
import {
  type ClaimKeys,
  exportClaimKeys,
  importClaimKeys,
  type StoredClaimKeys,
} from "../protocol/claim-keys.ts";
import { HandoverError } from "../protocol/errors.ts";

const FORMAT = "meterseal-resume";

/** Content of a resume file. */
export interface ResumeState {
  readonly format: typeof FORMAT;
  readonly version: 1;
  /** Short id of the link that the keys are bound to. */
  readonly link: string;
  readonly keys: StoredClaimKeys;
}

/** Writes the state of a collection. */
export async function exportResume(link: string, keys: ClaimKeys): Promise<ResumeState> {
  return { format: FORMAT, version: 1, link, keys: await exportClaimKeys(keys) };
}

/**
 * Reads it back for the same link.
 *
 * @throws {@link HandoverError} `RESUME_FORMAT`
 */
export async function importResume(link: string, state: unknown): Promise<ClaimKeys> {
  const { format, version, link: stored, keys } = (state ?? {}) as Partial<ResumeState>;
  if (format !== FORMAT || version !== 1 || keys === undefined) {
    throw new HandoverError("RESUME_FORMAT", "resume file: not one of this program");
  }
  if (stored !== link) {
    throw new HandoverError("RESUME_FORMAT", "resume file: belongs to another link");
  }
  return await importClaimKeys(keys);
}
