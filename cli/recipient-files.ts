/**
 * Reads the files that recipients are enrolled with. Messages name the option, never the content:
 * one of them is a key.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { Misuse } from "./errors.ts";

const KEK_BYTES = 32;
const KEK_DIGITS = /^[0-9A-Fa-f]{64}$/;

/** Reads a text file, if one was named. */
export async function readText(
  path: string | undefined,
  option: string,
): Promise<string | undefined> {
  return path === undefined ? undefined : (await read(path, option)).toString("utf8");
}

/** Reads a KEK, raw or in hex; answers hex. */
export async function readKek(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) {
    return undefined;
  }
  const bytes = await read(path, "--kek-file");
  if (bytes.length === KEK_BYTES) {
    return bytes.toString("hex");
  }
  const text = bytes.toString("ascii").trim();
  if (!KEK_DIGITS.test(text)) {
    throw new Misuse(`--kek-file: expected ${KEK_BYTES} bytes, or as many in hex`);
  }
  return text;
}

async function read(path: string, option: string): Promise<Buffer> {
  return await readFile(path).catch(() => {
    throw new Misuse(`${option}: the file cannot be read`);
  });
}
