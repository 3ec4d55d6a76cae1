/**
 * The root key from a file.
 *
 * The file protects a stolen *database*: without it no row opens. It does not protect a stolen
 * directory, a backup that includes it, or a host whose root user is hostile; for these keep the
 * file on another volume or medium.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { KeystoreError } from "../errors.ts";
import { SecretKey } from "../secret-key.ts";
import { NO_ID, type WrappingKey } from "../wrap.ts";

const FORMAT = /^meterseal-root-key-1 epoch=(\d{1,9}) key=([A-Za-z0-9_-]{43})\n$/;

/** Draws a root key (epoch 1) into a new file, mode 0600; an existing file is never replaced. */
export function createRootKeyFile(path: string): void {
  const file = openSync(path, "wx", 0o600);
  const key = randomBytes(32);
  try {
    writeSync(file, `meterseal-root-key-1 epoch=1 key=${key.toString("base64url")}\n`);
    fsyncSync(file);
  } finally {
    key.fill(0);
    closeSync(file);
  }
  // A file whose name is not on disk is lost with the power, and every key with it.
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Reads the root key. @throws {@link KeystoreError} `ROOT_KEY` */
export function readRootKeyFile(path: string): WrappingKey {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw new KeystoreError("ROOT_KEY", "root key file: cannot be opened", { cause });
  }
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw new KeystoreError("ROOT_KEY", "root key file: expected mode 0600, others may read it");
    }
    const text = readFileSync(file, "ascii");
    const match = FORMAT.exec(text);
    if (match === null) {
      throw new KeystoreError("ROOT_KEY", "root key file: not in the expected format");
    }
    const bytes = new Uint8Array(Buffer.from(match[2] ?? "", "base64url"));
    return { id: NO_ID, version: Number(match[1]), key: SecretKey.adopt(bytes) };
  } finally {
    closeSync(file);
  }
}
