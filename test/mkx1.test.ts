import { createHash, hkdfSync } from "node:crypto";
import test from "ava";
import { nodeScrypt } from "../src/handover/collect/node-scrypt.ts";
import { fixedBase64url, toBase64url } from "../src/handover/protocol/base64url.ts";
import {
  demandPoint,
  exportClaimKeys,
  generateClaimKeys,
  importClaimKeys,
} from "../src/handover/protocol/claim-keys.ts";
import {
  deriveLink,
  derivePackageKeys,
  derivePin,
  linkContext,
} from "../src/handover/protocol/derive.ts";
import {
  decryptPackage,
  issuerFingerprint,
  verifyPackage,
} from "../src/handover/protocol/package.ts";
import { parsePin } from "../src/handover/protocol/pin.ts";
import {
  checkReceipt,
  encodeReceipt,
  signReceipt,
  verifyReceiptSignature,
} from "../src/handover/protocol/receipt.ts";
import { openShare, sealShare } from "../src/handover/protocol/share.ts";
import { createSealer, type SealTrouble, sealRequest } from "./support/sealer.ts";

async function opened(trouble: SealTrouble = {}) {
  const sealer = createSealer(trouble);
  const sealed = await sealer.seal(sealRequest());
  const fragment = fixedBase64url(sealed.fragment, 32) ?? new Uint8Array();
  const { linkId, pinSalt } = deriveLink(fragment);
  const { pinKey } = await derivePin(parsePin(sealed.pin), pinSalt, nodeScrypt);
  const { dek } = derivePackageKeys(linkId, fragment, sealed.share, pinKey);
  const context = linkContext(linkId, sealed.header);
  const plaintext = await decryptPackage(dek, context, sealed.ciphertext);
  const expected = { linkId, header: sealed.header, now: new Date(), issuer: null };
  return { sealer, sealed, dek, context, plaintext, expected, fragment };
}

test("a package sealed by the second implementation opens, to the same hashes", async (t) => {
  const { sealer, sealed, plaintext, expected } = await opened();
  const found = verifyPackage(plaintext, expected);
  t.is(found.content.meters.length, 3);
  t.is(found.content.meters[0]?.name, "Kæld <b>4</b>");
  t.deepEqual(Buffer.from(found.packageHash), Buffer.from(sealed.packageHash));
  t.deepEqual(Buffer.from(found.kcvHash), Buffer.from(sealed.kcvHash));
  t.is(found.issuerFingerprint, issuerFingerprint(sealer.issuer));
});

test("link, PIN and share derive what the second implementation derived", async (t) => {
  const { sealer, sealed, fragment } = await opened();
  const values = deriveLink(fragment);
  t.deepEqual(Buffer.from(values.linkId), Buffer.from(sealed.linkId));
  const { authKey, dek } = sealer.secrets();
  t.deepEqual(Buffer.from(values.authKey), authKey);
  const { pinKey, pinProof } = await derivePin(parsePin(sealed.pin), values.pinSalt);
  t.deepEqual(createHash("sha256").update(pinProof).digest(), Buffer.from(sealed.pinHash));
  const keys = derivePackageKeys(values.linkId, fragment, sealed.share, pinKey);
  t.deepEqual(Buffer.from(keys.dek), dek);
});

test("RFC 5869 §2: the link values are plain HKDF-SHA-256", (t) => {
  const fragment = Uint8Array.from({ length: 32 }, (_, i) => i);
  const expected = hkdfSync("sha256", fragment, "meterseal/mkx1", "pin-salt", 32);
  t.deepEqual(Buffer.from(deriveLink(fragment).pinSalt), Buffer.from(expected));
});

test("abuse case 22: any changed bit of ciphertext or header is refused", async (t) => {
  const { dek, sealed, expected } = await opened();
  for (const at of [0, 100, sealed.ciphertext.length - 1]) {
    const spoiled = Uint8Array.from(sealed.ciphertext);
    spoiled[at] = spoiled[at]! ^ 1;
    const context = linkContext(expected.linkId, sealed.header);
    await t.throwsAsync(decryptPackage(dek, context, spoiled), { code: "PACKAGE_INTEGRITY" });
  }
  const header = Uint8Array.from(sealed.header);
  header[20] = (header[20] ?? 0) ^ 1;
  const other = linkContext(expected.linkId, header);
  await t.throwsAsync(decryptPackage(dek, other, sealed.ciphertext), { code: "PACKAGE_INTEGRITY" });
});

test("abuse case 22: changed parts of the plaintext are refused by name", async (t) => {
  const { plaintext, expected } = await opened();
  const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(0);
  const flip = (at: number) => Uint8Array.from(plaintext, (b, i) => (i === at ? b ^ 1 : b));
  const verify = (bytes: Uint8Array) => () => verifyPackage(bytes, expected);
  t.throws(verify(flip(4 + length)), { code: "PACKAGE_SIGNATURE" });
  t.throws(verify(flip(plaintext.length - 3)), { code: "PACKAGE_SIGNATURE" });
  t.throws(verify(flip(0)), { code: "PACKAGE_FORMAT" });
  t.throws(verify(plaintext.subarray(0, 3)), { code: "PACKAGE_FORMAT" });
  t.throws(verify(flip(4)), { code: "PACKAGE_FORMAT" });
});

test("abuse case 22: a signed manifest of another count, link, header or time is refused", async (t) => {
  const other = Buffer.alloc(32).toString("base64url");
  const changes: Record<string, unknown>[] = [
    { meters: 4 },
    { keys: 2 },
    { linkId: Buffer.alloc(16).toString("base64url") },
    { headerHash: other },
    { expiresAt: "2020-01-01T00:00:00.000Z" },
    { createdAt: "2990-01-01T00:00:00.000Z", expiresAt: "2991-01-01T00:00:00.000Z" },
  ];
  for (const change of changes) {
    const { plaintext, expected } = await opened({
      manifest: (m) => void Object.assign(m, change),
    });
    t.throws(() => verifyPackage(plaintext, expected), { code: "PACKAGE_MISMATCH" });
  }
  const hash = await opened({ manifest: (m) => void Object.assign(m, { rowsHash: other }) });
  t.throws(() => verifyPackage(hash.plaintext, hash.expected), { code: "PACKAGE_SIGNATURE" });
});

test("abuse case 23: a package of another issuer is refused once the issuer is pinned", async (t) => {
  const { sealer, plaintext, expected } = await opened();
  const pinned = issuerFingerprint(sealer.issuer);
  t.regex(pinned, /^([0-9A-F]{4}-){7}[0-9A-F]{4}$/);
  const loose = pinned.toLowerCase().replaceAll("-", "");
  t.notThrows(() => verifyPackage(plaintext, { ...expected, issuer: loose }));
  const another = issuerFingerprint(createSealer().issuer);
  t.throws(() => verifyPackage(plaintext, { ...expected, issuer: another }), {
    code: "ISSUER_MISMATCH",
  });
  const lying = await opened({
    manifest: (m) => void Object.assign(m, { issuer: toBase64url(sealer.issuer) }),
  });
  t.throws(() => verifyPackage(lying.plaintext, { ...lying.expected, issuer: pinned }), {
    code: "PACKAGE_SIGNATURE",
  });
});

test("abuse case 24: header and package of two links do not mix", async (t) => {
  const one = await opened();
  const two = await opened();
  const mixed = linkContext(one.expected.linkId, two.sealed.header);
  await t.throwsAsync(decryptPackage(one.dek, mixed, one.sealed.ciphertext), {
    code: "PACKAGE_INTEGRITY",
  });
  t.throws(() => verifyPackage(one.plaintext, { ...one.expected, header: Buffer.from("{}") }), {
    code: "PACKAGE_MISMATCH",
  });
});

test("RFC 9180: a share opens for its claimer, link and header only", async (t) => {
  const keys = await generateClaimKeys(true);
  const context = { linkId: new Uint8Array(16), header: new Uint8Array(9), sigPk: keys.sigPk };
  const share = Uint8Array.from({ length: 32 }, (_, i) => i);
  const sealed = await sealShare(keys.pk, share, context);
  t.is(sealed.length, 65 + 32 + 16);
  t.deepEqual(await openShare(keys, sealed, context), share);
  const again = await importClaimKeys(await exportClaimKeys(keys));
  t.deepEqual(again.pk, keys.pk);
  t.deepEqual(await openShare(again, sealed, context), share);
  const wrong = [
    { ...context, linkId: Uint8Array.from({ length: 16 }, () => 1) },
    { ...context, header: new Uint8Array(8) },
    { ...context, sigPk: keys.pk },
  ];
  for (const other of wrong) {
    await t.throwsAsync(openShare(keys, sealed, other), { code: "SHARE_INTEGRITY" });
  }
  await t.throwsAsync(demandPoint(new Uint8Array(65)), { code: "KEY_POINT" });
  await t.throwsAsync(importClaimKeys({ hpke: {}, sign: {} }), { code: "RESUME_FORMAT" });
});

test("RFC 9180 §4.1: shares open with keys that cannot be exported, each of them", async (t) => {
  for (let i = 0; i < 16; i++) {
    const keys = await generateClaimKeys(false);
    const context = { linkId: new Uint8Array(16), header: new Uint8Array(9), sigPk: keys.sigPk };
    const share = Uint8Array.from({ length: 32 }, () => i);
    t.deepEqual(await openShare(keys, await sealShare(keys.pk, share, context), context), share);
  }
});

test("a receipt binds reference and hashes, and only its signer's key verifies it", async (t) => {
  const keys = await generateClaimKeys(true);
  const named = {
    reference: "REF-7K3Q-9D",
    packageHash: new Uint8Array(32),
    kcvHash: new Uint8Array(32),
  };
  const receipt = encodeReceipt({ ...named, at: new Date(0).toISOString(), name: "Ida" });
  const sig = await signReceipt(keys.signPrivate, receipt);
  t.is(sig.length, 64);
  t.true(await verifyReceiptSignature(keys.sigPk, receipt, sig));
  t.false(await verifyReceiptSignature(keys.pk, receipt, sig));
  t.notThrows(() => checkReceipt(receipt, named));
  t.throws(() => checkReceipt(receipt, { ...named, reference: "REF-0000-00" }), {
    code: "RECEIPT_INVALID",
  });
  t.throws(() => checkReceipt(Buffer.from("null"), named), { code: "RECEIPT_INVALID" });
});
