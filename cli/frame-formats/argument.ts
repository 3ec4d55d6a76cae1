/**
 * A frame on the command line.
 *
 * @module
 */
import { Misuse } from "../errors.ts";
import { readOneFrame } from "./formats.ts";

/** Reads a frame in any of the forms that fit into a line. @throws {@link Misuse} */
export function frameArgument(text: string): Uint8Array {
  const hex = readOneFrame(text);
  if (typeof hex !== "string") {
    throw new Misuse(hex.message.replace(/^line: /, ""));
  }
  return new Uint8Array(Buffer.from(hex, "hex"));
}
