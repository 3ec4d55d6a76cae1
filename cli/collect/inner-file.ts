/**
 * What `link collect` does with an inner layer: writes the file that only the recipient's own key
 * opens, or opens an age file at once.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { Collected } from "../../src/handover/collect/collect.ts";
import { safeName } from "../../src/handover/formats/file-name.ts";
import type { Bundle } from "../../src/handover/protocol/bundle.ts";
import { type InnerLayer, parseRows } from "../../src/handover/protocol/manifest.ts";
import { Misuse, Refusal } from "../errors.ts";
import type { Output } from "../output.ts";
import { type PendingFile, preparePrivateFile } from "../private-file.ts";
import { count, show } from "../text.ts";

const ENDINGS: Readonly<Record<InnerLayer["kind"], string>> = {
  age: "age",
  cms: "p7m",
  "rsa-oaep": "json",
  "aes-kwp": "json",
};

const HOW_TO_OPEN: Readonly<Record<InnerLayer["kind"], string>> = {
  age: "open it with: age --decrypt --identity IDENTITY FILE, or link collect --identity IDENTITY",
  cms: "open it with: openssl cms -decrypt -binary -inform DER -in FILE -inkey KEY.pem -recip CERTIFICATE.pem",
  "rsa-oaep":
    "unwrap kek.value by RSA-OAEP with SHA-256, then each key by AES-KWP (RFC 5649) under it",
  "aes-kwp": "unwrap each key by AES-KWP (RFC 5649) under the KEK that both sides have",
};

/** Reads an age identity file, before anything is claimed. */
export async function readIdentities(path: string | undefined): Promise<readonly string[] | null> {
  if (path === undefined) {
    return null;
  }
  const text = await readFile(path, "utf8").catch(() => {
    throw new Misuse("--identity: the file cannot be read");
  });
  const lines = text.split("\n").map((line) => line.trim());
  const identities = lines.filter((line) => /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(line));
  if (identities.length === 0) {
    throw new Misuse("--identity: expected a file with AGE-SECRET-KEY-…");
  }
  return identities;
}

/**
 * Opens an age layer. Null when there is none to open, or these identities do not open it.
 *
 * @throws {@link Refusal} `INNER_LAYER` when what is inside is not what the package lists
 */
export async function openInner(
  { content }: Pick<Collected, "content">,
  identities: readonly string[],
): Promise<Bundle | null> {
  if (content.inner?.kind !== "age") {
    return null;
  }
  const text = await decrypted(content.inner.file, identities);
  return text === null ? null : bundleFrom(text, content.meters);
}

async function decrypted(
  file: Uint8Array,
  identities: readonly string[],
): Promise<Uint8Array | null> {
  const { Decrypter } = await import("age-encryption");
  try {
    const decrypter = new Decrypter();
    for (const identity of identities) {
      decrypter.addIdentity(identity);
    }
    return await decrypter.decrypt(file);
  } catch {
    return null;
  }
}

/** Writes the file to `pending`, to stdout, or beside the terminal to REFERENCE.age and so on. */
export async function deliverInner(
  output: Output,
  collected: Collected,
  reference: string,
  pending: PendingFile | null,
): Promise<void> {
  const { inner, meters } = collected.content;
  if (inner === null) {
    throw new TypeError("inner layer: expected a package with one");
  }
  // The sender's word: it names a file here and nowhere else.
  const name = `${safeName(reference)}.${ENDINGS[inner.kind]}`;
  if (pending === null && process.stdout.isTTY !== true) {
    await output.write(inner.file);
  } else {
    const file = pending ?? (await preparePrivateFile(name, name, false));
    await file.commit(inner.file);
    const { kind, recipient } = inner;
    const { issuer, pinned } = collected;
    const told = { reference, meters: meters.length, kind, recipient, issuer, pinned };
    await output.result(told, () => [
      `${count(meters.length, "meter")} collected, ${show(reference)}, encrypted to ${show(recipient)}`,
      ...(pending === null ? [`written to ${name}`] : []),
    ]);
  }
  output.note(`encrypted to ${inner.recipient}; ${HOW_TO_OPEN[inner.kind]}`);
}

/** Reads the document strictly; its meters must be those that the signed package lists. */
function bundleFrom(text: Uint8Array, listed: Collected["content"]["meters"]): Bundle {
  const { format, version, delivery, meters } = parse(text);
  const rows = parseRows(Buffer.from(JSON.stringify(meters ?? null)));
  const names = (list: Collected["content"]["meters"]) =>
    JSON.stringify(
      list.map(({ meter, keys }) => [meter, keys.map(({ type, kcv }) => [type, kcv])]),
    );
  if (
    format !== "meterseal-keys" ||
    version !== 1 ||
    typeof delivery !== "object" ||
    rows.inner !== null ||
    names(rows.meters) !== names(listed)
  ) {
    throw mismatch();
  }
  return { format, version, delivery: delivery as Bundle["delivery"], meters: rows.meters };
}

function parse(text: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(text).toString("utf8")));
  } catch {
    // No cause: the parser's message quotes what it read, and that may be a key.
    throw mismatch();
  }
}

function mismatch(): Refusal {
  return new Refusal("INNER_LAYER", "what the file holds is not what the package lists");
}
