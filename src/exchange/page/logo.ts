/**
 * The sender's logo: a PNG, or an SVG that draws and does nothing else.
 *
 * A browser runs no script of an image and fetches nothing for it; who opens the file itself gets
 * it under a policy that allows nothing. That an active one is refused is a second lock.
 *
 * @module
 */
import { ConfigError } from "../../base/config.ts";

export interface Logo {
  readonly name: "logo.svg" | "logo.png";
  readonly bytes: Buffer;
  readonly mediaType: "image/svg+xml" | "image/png";
}

const MAX_BYTES = 65_536;
/** PNG (Third Edition) §5.2. */
const PNG_SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const SVG_START = /^(?:\uFEFF)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<svg[\s>]/;
/** Scripts, handlers, foreign content, entities, and references to anything outside the file. */
const ACTIVE =
  /<script|<foreignObject|<iframe|<!DOCTYPE|<!ENTITY|\son[a-z]+\s*=|href\s*=\s*["']?(?!["']?(?:#|data:image\/))|url\(\s*["']?(?!["']?#)|@import/i;

/** @throws {@link ConfigError} */
export function checkLogo(bytes: Buffer): Logo {
  if (bytes.length > MAX_BYTES) {
    throw new ConfigError("brandLogoFile: expected at most 64 KiB");
  }
  if (bytes.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) {
    return { name: "logo.png", bytes, mediaType: "image/png" };
  }
  const text = bytes.toString("utf8");
  if (!SVG_START.test(text)) {
    throw new ConfigError("brandLogoFile: expected SVG or PNG");
  }
  if (ACTIVE.test(text)) {
    throw new ConfigError("brandLogoFile: expected an SVG without scripts and outside references");
  }
  return { name: "logo.svg", bytes, mediaType: "image/svg+xml" };
}
