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
import { askOpenssl } from "./installed.ts";
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
  const second = await openByOpenssl(t, file, owner).catch(() => null);
  t.is(second, null, message);
}

/** Null when there is no OpenSSL here; an exception when it refuses. */
async function openByOpenssl(
  t: ExecutionContext,
  file: Uint8Array,
  { certificate, privateKey }: TestCertificate,
): Promise<Buffer | null> {
  const folder = temporaryFolder(t);
  const place = (name: string) => join(folder, name);
  await writeFile(place("keys.p7m"), file);
  await writeFile(place("key"), privateKey);
  await writeFile(place("pem"), certificate);
  const decrypt = ["cms", "-decrypt", "-binary", "-inform", "DER", "-in", place("keys.p7m")];
  return await askOpenssl(t, ...decrypt, "-recip", place("pem"), "-inkey", place("key"));
}
