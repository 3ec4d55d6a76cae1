/**
 * Names of files: what the sender wrote is reduced to what every file system and header takes.
 *
 * @module
 */
import type { Bundle } from "../protocol/bundle.ts";

/** Longer references are cut: names have 255 bytes at most. */
const LONGEST = 60;

/** `meterseal-REF-7K3Q-9D.csv`: letters, digits, hyphens and full stops only. */
export function fileNameOf(bundle: Bundle, extension: string): string {
  const reference = safeName(bundle.delivery.reference);
  return `meterseal${reference === "" ? "" : "-"}${reference}.${extension}`;
}

/** Text as a part of a file name; empty when nothing of it can stay. */
export function safeName(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, "");
}
