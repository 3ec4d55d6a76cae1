import { createHash, createPrivateKey, hkdfSync, sign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import test from "ava";
import { splitAccessSet } from "../src/handover/access-set.ts";
import { fixedBase64url, fromBase64url, toBase64url } from "../src/handover/protocol/base64url.ts";
import { canonicalJson } from "../src/handover/protocol/canonical.ts";
import {
  chainHash,
  EMPTY_CHAIN,
  keyName,
  readHead,
  signHead,
} from "../src/handover/protocol/chain.ts";
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
  contentDigest,
  parseSignature,
  signatureBase,
} from "../src/handover/protocol/http-signature.ts";
import { formatLink, parseLink } from "../src/handover/protocol/link.ts";
import {
  decryptPackage,
  issuerFingerprint,
  verifyPackage,
} from "../src/handover/protocol/package.ts";
import { CROCKFORD, formatPin, parsePin } from "../src/handover/protocol/pin.ts";
import {
  checkReceipt,
  encodeReceipt,
  signReceipt,
  verifyReceiptSignature,
} from "../src/handover/protocol/receipt.ts";
import { openShare, sealShare } from "../src/handover/protocol/share.ts";
import { fastScrypt } from "./support/exchange.ts";
import { createSealer, type SealTrouble, sealRequest } from "./support/sealer.ts";

async function opened(trouble: SealTrouble = {}) {
  const sealer = createSealer(trouble);
  const sealed = await sealer.seal(sealRequest());
  const fragment = fixedBase64url(sealed.fragment, 32) ?? new Uint8Array();
  const { linkId, pinSalt } = deriveLink(fragment);
  const { pinKey } = await derivePin(parsePin(sealed.pin), pinSalt, fastScrypt);
  const { dek } = derivePackageKeys(linkId, fragment, sealed.share, pinKey);
  const context = linkContext(linkId, sealed.header);
  const plaintext = await decryptPackage(dek, context, sealed.ciphertext);
  const expected = { linkId, header: sealed.header, now: new Date(), issuer: null };
  return { sealer, sealed, dek, context, plaintext, expected, fragment };
}

test("a package sealed by the second implementation opens, to the same hashes", async (t) => {
  const { sealer, sealed, plaintext, expected } = await opened();
  const found = verifyPackage(plaintext, expected);
  t.is(found.meters.length, 3);
  t.is(found.meters[0]?.name, "Kæld <b>4</b>");
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
    spoiled[at] = (spoiled[at] ?? 0) ^ 1;
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
  t.deepEqual(await openShare(keys.hpkePrivate, sealed, context), share);
  const again = await importClaimKeys(await exportClaimKeys(keys));
  t.deepEqual(again.pk, keys.pk);
  t.deepEqual(await openShare(again.hpkePrivate, sealed, context), share);
  const wrong = [
    { ...context, linkId: Uint8Array.from({ length: 16 }, () => 1) },
    { ...context, header: new Uint8Array(8) },
    { ...context, sigPk: keys.pk },
  ];
  for (const other of wrong) {
    await t.throwsAsync(openShare(keys.hpkePrivate, sealed, other), { code: "SHARE_INTEGRITY" });
  }
  await t.throwsAsync(demandPoint(new Uint8Array(65)), { code: "KEY_POINT" });
  await t.throwsAsync(importClaimKeys({ hpke: {}, sign: {} }), { code: "RESUME_FORMAT" });
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

test("abuse case 45: a PIN may be typed as people type", (t) => {
  const symbols = "01ABCXYZ";
  const shown = formatPin(symbols);
  const typed = [
    shown,
    shown.toLowerCase(),
    shown.replaceAll("0", "o").replaceAll("1", "l"),
    shown.replaceAll("0", "O").replaceAll("1", "I"),
    ` ${[...shown.replaceAll("-", "")].join(" ")} `,
    shown.replaceAll("-", "–"),
    [...shown]
      .map((c) => (/[0-9A-Z]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c))
      .join(""),
  ];
  for (const text of typed) {
    t.is(parsePin(text), symbols, text);
  }
});

test("every single wrong symbol of a PIN is caught before it costs a try", (t) => {
  const shown = formatPin("K7QF3M9X").replaceAll("-", "");
  for (let i = 0; i < shown.length; i++) {
    for (const symbol of CROCKFORD) {
      const typed = shown.slice(0, i) + symbol + shown.slice(i + 1);
      if (typed !== shown) {
        t.throws(() => parsePin(typed), { code: "PIN_FORMAT" });
      }
    }
  }
  for (const bad of ["", "K7QF-3M9X", "K7QF-3M9X-TT", "K7QF-3M9U-T", "💧".repeat(9)]) {
    t.throws(() => parsePin(bad), { code: "PIN_FORMAT" });
  }
});

test("abuse case 13: links as they arrive, whole and broken", (t) => {
  const fragment = Uint8Array.from({ length: 32 }, (_, i) => i * 7);
  const link = formatLink("https://keys.example/", fragment);
  t.regex(link, /^https:\/\/keys\.example\/r#[A-Za-z0-9_-]{43}$/);
  for (const text of [link, ` ${link}\n`, `<${link}>`, `${link}.`, `${link}),`]) {
    t.deepEqual(parseLink(text), { baseUrl: "https://keys.example", fragment });
  }
  const code = link.slice(-43);
  for (const bad of [
    "",
    "keys.example",
    "https://keys.example/r",
    "https://keys.example/r#",
    link.slice(0, -1),
    `${link}A`,
    link.replace("/r#", "/x#"),
    `javascript:alert(1)/r#${code}`,
    // The same bytes in another spelling: RFC 4648 §3.5.
    `${link.slice(0, -1)}${code.endsWith("A") ? "B" : "_"}`,
  ]) {
    t.throws(() => parseLink(bad), { code: "LINK_FORMAT" }, bad);
  }
  t.throws(() => parseLink(link.replace("https", "http")), { code: "INSECURE_URL" });
  t.is(parseLink(`http://127.0.0.1:7300/r#${code}`).baseUrl, "http://127.0.0.1:7300");
  const error = t.throws(() => parseLink(`${link}A`));
  t.false(error?.message.includes(code));
});

test("RFC 4648 §3.5: base64url has one spelling per byte string", (t) => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 41) & 255);
    t.is(toBase64url(bytes), Buffer.from(bytes).toString("base64url"));
    t.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
  }
  for (const bad of ["A", "AB", "AAB", "AA==", "A+", "A/", "A A", "Aé"]) {
    t.is(fromBase64url(bad), null, bad);
  }
});

test("RFC 8785 §3.2.3: names are sorted by UTF-16 code units", (t) => {
  t.is(
    canonicalJson({ b: [1, null, true], a: { d: "é\n", c: 0 } }),
    '{"a":{"c":0,"d":"é\\n"},"b":[1,null,true]}',
  );
  t.throws(() => canonicalJson(1.5), { instanceOf: RangeError });
});

test("RFC 9421 §B.2.6: the signature base and Ed25519 signature of the example", (t) => {
  const pem = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----`;
  const components = ["date", "@method", "@path", "@authority", "content-type", "content-length"];
  const parameters =
    '("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"';
  const request = {
    method: "POST",
    path: "/foo",
    query: "?param=Value&Pet=dog",
    authority: "example.com",
    fields: {
      date: "Tue, 20 Apr 2021 02:07:55 GMT",
      "content-type": "application/json",
      "content-length": "18",
    },
  };
  const base = signatureBase(request, components, parameters);
  const signature = sign(null, base ?? new Uint8Array(), createPrivateKey(pem));
  t.is(
    signature.toString("base64"),
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
  );
  t.is(signatureBase({ ...request, fields: {} }, components, parameters), null);
});

test("RFC 9530 §2: a content digest is the SHA-256 of the body", (t) => {
  t.is(
    contentDigest(Buffer.from('{"hello": "world"}')),
    "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
  );
});

test("only the one shape of signature is read", (t) => {
  const input = 'sig1=("@method" "@path");created=1;keyid="k";nonce="0123456789abcdef";tag="a:b"';
  const signature = `sig1=:${Buffer.alloc(64).toString("base64")}:`;
  const parsed = parseSignature(input, signature);
  t.deepEqual(parsed?.components, ["@method", "@path"]);
  t.is(parsed?.parameters, input.slice(5));
  const spoiled = [
    "",
    input.replace("sig1", "sig2"),
    `${input};expires=1`,
    input.replace("1;", "x;"),
    input.replace(' "@path"', '  "@path"'),
  ];
  for (const bad of spoiled) {
    t.is(parseSignature(bad, signature), null, bad);
  }
  t.is(parseSignature(input, "sig1=:AAAA:"), null);
  t.is(parseSignature(undefined, undefined), null);
});

test("a signed head verifies under its key, and not when changed", (t) => {
  const { secretKey, publicKey } = ed25519.keygen();
  const hash = chainHash(EMPTY_CHAIN, Buffer.from("{}"));
  const head = {
    exchange: keyName(publicKey),
    n: 1,
    hash,
    at: "2026-01-01T00:00:00.000Z",
    link: null,
    put: null,
    state: null,
  };
  const signed = signHead(head, (message) => ed25519.sign(message, secretKey));
  t.deepEqual(readHead(signed, publicKey), head);
  const other = signHead({ ...head, n: 2 }, (message) => ed25519.sign(message, secretKey));
  for (const bad of [null, {}, { ...signed, sig: other.sig }, { ...signed, head: other.head }]) {
    t.throws(() => readHead(bad, publicKey), { code: "HEAD_INVALID" });
  }
  t.throws(() => readHead(signed, ed25519.keygen().publicKey), { code: "HEAD_INVALID" });
});

test("an access set splits below the size of an entry and loses no meter", (t) => {
  const keys = Array.from(
    { length: 30_000 },
    (_, i) => [i === 0 ? 1_000_000 : 1 + (i % 900), 1 + (i % 3)] as const,
  );
  const parts = splitAccessSet(keys);
  t.true(parts.length > 3);
  const absolute = (pairs: readonly (readonly [number, number])[]) => {
    let number = 0;
    return pairs.map(([d, version]) => `${(number += d)}:${version}`);
  };
  t.true(parts.every((part) => JSON.stringify(part).length <= 60_002));
  t.deepEqual(parts.flatMap(absolute), absolute(keys));
  t.deepEqual(splitAccessSet([]), [[]]);
});
