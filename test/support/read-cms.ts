/**
 * Opens CMS twice: with the reader of these tests, and with OpenSSL where it is installed.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { TestCertificate } from "./certificates.ts";
import { temporaryFolder } from "./databases.ts";
import { ask } from "./installed.ts";
import { openCms } from "./open-cms.ts";

/** The content, which both have found; an exception from the first that refuses. */
export async function readCms(
  t: ExecutionContext,
  file: Uint8Array,
  owner: TestCertificate,
): Promise<Buffer> {
  const content = openCms(file, owner);
  t.deepEqual((await openByOpenssl(t, file, owner)) ?? content, content);
  return content;
}

/** Fails the test when one of both opens the file. */
export async function refusesCms(
  t: ExecutionContext,
  file: Uint8Array,
  owner: TestCertificate,
  message: string,
): Promise<void> {
  t.throws(() => openCms(file, owner), undefined, message);
  if (await hasOpenssl(t)) {
    await t.throwsAsync(openByOpenssl(t, file, owner), undefined, message);
  }
}

async function openByOpenssl(
  t: ExecutionContext,
  file: Uint8Array,
  { certificate, privateKey }: TestCertificate,
): Promise<Buffer | null> {
  if (!(await hasOpenssl(t))) {
    return null;
  }
  const folder = temporaryFolder(t);
  const place = (name: string) => join(folder, name);
  await writeFile(place("keys.p7m"), file);
  await writeFile(place("key"), privateKey);
  await writeFile(place("pem"), certificate);
  const args = ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", place("keys.p7m")];
  return await ask(t, "openssl", [...args, "-recip", place("pem"), "-inkey", place("key")]);
}

/** Older ones, and LibreSSL, know EnvelopedData only. */
async function hasOpenssl(t: ExecutionContext): Promise<boolean> {
  const version = await ask(t, "openssl", ["version"]);
  return /^OpenSSL (?:[3-9]|\d\d)\./.test(version?.toString("utf8") ?? "");
}
