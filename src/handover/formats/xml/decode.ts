/**
 * Bytes of an XML file as text: UTF-8, or UTF-16 with its byte order mark (XML 1.0 §4.3.3).
 *
 * Other encodings are refused rather than guessed: a reader and a checker of signatures that
 * guess differently would see two documents.
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";

/** Largest file that is taken: about 100 000 meters. */
export const MAX_XML_BYTES = 64 * 1024 * 1024;

const READ: ReadonlySet<string> = new Set(["utf-8", "utf-16", "us-ascii"]);

const DECLARED = /^<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']/;

/** @throws {@link ReadError} `XML_SIZE`, `XML_ENCODING` */
export function decodeXml(bytes: Uint8Array): string {
  if (bytes.length > MAX_XML_BYTES) {
    throw new ReadError("XML_SIZE", `expected at most ${MAX_XML_BYTES >> 20} MiB of XML`);
  }
  const encoding = encodingOf(bytes);
  let text: string;
  try {
    // The decoder drops the byte order mark.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new ReadError("XML_ENCODING", `the file is not valid ${encoding.toUpperCase()}`);
  }
  const declared = DECLARED.exec(text)?.[1]?.toLowerCase() ?? "utf-8";
  // The bytes decide: programs that build XML in memory declare UTF-16 and store UTF-8.
  if (!READ.has(declared)) {
    throw new ReadError("XML_ENCODING", "expected XML in UTF-8 or UTF-16");
  }
  return text;
}

/** The encoding that the first bytes of a file name. */
export function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) {
    return "utf-16le";
  }
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
