import { createPublicKey, randomBytes, X509Certificate } from "node:crypto";
import {
  Decrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import type { Profile, SealRecipient } from "../keystore/contract.ts";
import { ageFile } from "../keystore/recipients/age.ts";
import { cmsFile } from "../keystore/recipients/cms.ts";
import { parseRows } from "../src/handover/protocol/manifest.ts";
import { ageBytes } from "../src/handover/recipients/key.ts";
import { createCertificate } from "./support/certificates.ts";
import { innerEngine, recipientOf } from "./support/inner-engine.ts";
import { openCms } from "./support/open-cms.ts";
import { readCms, refusesCms } from "./support/read-cms.ts";
import { openKek, openWrapped, parseDocument } from "./support/recipients.ts";

const PROFILES: readonly Profile[] = ["wmbus", "ell", "dlms-suite-2", "lorawan", "cose"];

interface Opener {
  readonly recipient: SealRecipient;
  /** The keys inside, in hex. */
  open(file: Uint8Array): Promise<string[]>;
}

const valuesOf = (document: Uint8Array): string[] => {
  const { meters } = JSON.parse(Buffer.from(document).toString("utf8"));
  // Read by the protocol's own strict parser: the rows are those of an open package.
  const content = parseRows(Buffer.from(JSON.stringify(meters)));
  return content.inner === null
    ? content.meters.flatMap(({ keys }) => keys.map(({ value }) => value))
    : [];
};

async function ageOpener(identity: string): Promise<Opener> {
  const key = ageBytes(await identityToRecipient(identity)) ?? new Uint8Array();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const open = async (file: Uint8Array) => valuesOf(await decrypter.decrypt(file));
  return { recipient: recipientOf("age", key), open };
}

async function openers(t: ExecutionContext, engine: ReturnType<typeof innerEngine>) {
  const rsa = await createCertificate("RSA-2048");
  const ec = await createCertificate("P-384");
  const spki = createPublicKey(rsa.publicKey).export({ format: "der", type: "spki" });
  const kek = randomBytes(32);
  const { uid } = recipientOf("aes-kwp", kek);
  const { wrapped } = engine.engine.importRecipientKek(engine.ref, uid, Uint8Array.from(kek));
  const cms = (who: typeof rsa): Opener => ({
    recipient: recipientOf("cms", new X509Certificate(who.certificate).raw),
    open: async (file) => valuesOf(await readCms(t, file, who)),
  });
  const all: Opener[] = [
    await ageOpener(await generateX25519Identity()),
    await ageOpener(await generateHybridIdentity()),
    cms(rsa),
    cms(ec),
    {
      recipient: recipientOf("rsa-oaep", spki),
      open: async (file) => {
        const document = parseDocument(file);
        return openWrapped(document, openKek(document, rsa.privateKey));
      },
    },
    {
      recipient: recipientOf("aes-kwp", wrapped),
      open: async (file) => openWrapped(parseDocument(file), kek),
    },
  ];
  return all;
}

test("every kind of layer holds the keys that an open package holds, in its order", async (t) => {
  const engine = innerEngine();
  const all = await openers(t, engine);
  for (const profile of PROFILES) {
    const meters = engine.meters(3, profile);
    const open = await engine.sealed(meters);
    t.is(open.tier, 1);
    const { content } = open;
    const keys =
      content.inner === null
        ? content.meters.flatMap((meter) => meter.keys.map(({ value }) => value))
        : [];
    t.is(keys.length, open.made.keyCount);
    for (const { recipient, open: read } of all) {
      const { content: listed, kcvHash, made, tier } = await engine.sealed(meters, recipient);
      t.is(tier, ["age", "cms"].includes(recipient.kind) ? 2 : 3);
      t.deepEqual(Buffer.from(kcvHash), Buffer.from(open.kcvHash));
      t.deepEqual(Buffer.from(kcvHash), Buffer.from(made.kcvHash));
      t.is(made.keyCount, open.made.keyCount);
      t.like(listed.inner, { kind: recipient.kind, recipient: recipient.fingerprint });
      t.deepEqual(await read(listed.inner?.file ?? new Uint8Array()), keys, recipient.kind);
      const named = content.meters.map(({ keys: list, ...meter }) => ({
        ...meter,
        keys: list.map((key) => ({ ...key, value: undefined })),
      }));
      t.deepEqual(JSON.parse(JSON.stringify(listed.meters)), JSON.parse(JSON.stringify(named)));
    }
  }
});

test("a link for a certificate's holder is tier 3, whatever its layer", async (t) => {
  const engine = innerEngine();
  const { recipient } = await ageOpener(await generateX25519Identity());
  const change = { ...recipient, demandsCertificate: true };
  t.is((await engine.sealed(engine.meters(1, "cose"), change)).tier, 3);
});

test("C2SP age, payload: chunks end where they end, an empty one only if all is empty", async (t) => {
  const identity = await generateX25519Identity();
  const key = ageBytes(await identityToRecipient(identity)) ?? new Uint8Array();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const plain = new Uint8Array(randomBytes(length));
    const file = ageFile(key, plain);
    t.deepEqual(await decrypter.decrypt(file), plain, `${length} bytes`);
    const stanza = "-> X25519 ".length + 43 + 1 + 43 + 1;
    const header = "age-encryption.org/v1\n".length + stanza + "--- ".length + 43 + 1;
    const tags = 16 * Math.max(1, Math.ceil(length / 65_536));
    t.is(file.length, header + 16 + length + tags);
  }
});

test("a changed bit anywhere in an age file is refused", async (t) => {
  for (const generate of [generateX25519Identity, generateHybridIdentity]) {
    const identity = await generate();
    const key = ageBytes(await identityToRecipient(identity)) ?? new Uint8Array();
    const file = ageFile(key, Buffer.from("keys"));
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(7), async (at, bit) => {
        const changed = new Uint8Array(file);
        changed[at]! ^= 1 << bit;
        await t.throwsAsync(decrypter.decrypt(changed));
      }),
      { numRuns: 50 },
    );
  }
});

test("a changed ciphertext, tag or wrapped key in CMS is refused, by OpenSSL, too", async (t) => {
  const who = await createCertificate("P-256");
  const file = cmsFile(new X509Certificate(who.certificate).raw, Buffer.from("keys of a meter"));
  t.is((await readCms(t, file, who)).toString(), "keys of a meter");
  // The tag is last, the ciphertext before it, the wrapped key before its parameters.
  for (const fromEnd of [1, 16, 19, 33, 80, 95]) {
    const changed = new Uint8Array(file);
    changed[changed.length - fromEnd]! ^= 1;
    await refusesCms(t, changed, who, `${fromEnd} from the end`);
  }
  for (const at of file.keys()) {
    const changed = new Uint8Array(file);
    changed[at]! ^= 1 << (at % 8);
    t.throws(() => openCms(changed, who), undefined, `octet ${at}`);
  }
});

test("a key that cannot be used is refused by its code, and nothing is sealed", async (t) => {
  const engine = innerEngine();
  const meters = engine.meters(1, "wmbus");
  const p521 = new X509Certificate((await createCertificate("P-521")).certificate).raw;
  const kek = new Uint8Array(randomBytes(32));
  const { wrapped } = engine.engine.importRecipientKek(engine.ref, new Uint8Array(16).fill(8), kek);
  t.true(
    kek.every((octet) => octet === 0),
    "the keystore has wiped what it was given",
  );
  const cases = [
    [recipientOf("age", new Uint8Array(31)), "RECIPIENT_KEY"],
    // The point of order one: every shared secret is zero (RFC 7748 §6.1).
    [recipientOf("age", new Uint8Array(32)), "RECIPIENT_KEY"],
    [recipientOf("age", new Uint8Array(1216).fill(255)), "RECIPIENT_KEY"],
    [recipientOf("cms", p521), "RECIPIENT_KEY"],
    [recipientOf("cms", randomBytes(300)), "RECIPIENT_KEY"],
    [recipientOf("rsa-oaep", randomBytes(300)), "RECIPIENT_KEY"],
    [recipientOf("aes-kwp", wrapped), "KEY_INTEGRITY"],
    [recipientOf("aes-kwp", new Uint8Array(61)), "KEY_INTEGRITY"],
  ] as const;
  for (const [recipient, code] of cases) {
    await t.throwsAsync(engine.sealed(meters, recipient), { code }, recipient.kind);
  }
  const short = new Uint8Array(24).fill(1);
  t.throws(() => engine.engine.importRecipientKek(engine.ref, meters[0]!.keys[0]!.uid, short), {
    code: "KEY_LENGTH",
  });
  t.true(short.every((octet) => octet === 0));
});
