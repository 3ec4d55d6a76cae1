import { createPrivateKey, sign } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import test from "ava";
import { fromBase64url, toBase64url } from "../src/handover/protocol/base64url.ts";
import { canonicalJson } from "../src/handover/protocol/canonical.ts";
import {
  chainHash,
  EMPTY_CHAIN,
  keyName,
  readHead,
  signHead,
} from "../src/handover/protocol/chain.ts";
import {
  contentDigest,
  parseSignature,
  signatureBase,
} from "../src/handover/protocol/http-signature.ts";
import { formatLink, parseLink } from "../src/handover/protocol/link.ts";
import { CROCKFORD, formatPin, parsePin } from "../src/handover/protocol/pin.ts";

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
    // Minutes, were every full stop tried as the start of the end.
    `${link}${".".repeat(1_000_000)}A`,
    `javascript:alert(1)/r#${code}`,
    // The same bytes in another spelling: RFC 4648 §3.5.
    `${link.slice(0, -1)}${code.endsWith("A") ? "B" : "_"}`,
  ]) {
    t.throws(() => parseLink(bad), { code: "LINK_FORMAT" }, bad.slice(0, 80));
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
