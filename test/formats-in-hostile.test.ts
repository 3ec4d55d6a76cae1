/**
 * XML that was made to hurt: refused by its own code, after a bounded part of it was looked at.
 *
 * No clock: what is counted is how many events the scanner gave before it refused, and that the
 * text it gave is no longer than the text it was given.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { signatureCheck } from "../cli/import/signature.ts";
import { readKem } from "../src/handover/formats/kem/read.ts";
import { readPskc } from "../src/handover/formats/pskc/read.ts";
import { ReadError } from "../src/handover/formats/read-contract.ts";
import { decodeXml, MAX_XML_BYTES } from "../src/handover/formats/xml/decode.ts";
import { checkXml, childrenOfRoot } from "../src/handover/formats/xml/element.ts";
import { MAX_DEPTH, scanXml } from "../src/handover/formats/xml/scan.ts";
import { MAX_ATTRIBUTES } from "../src/handover/formats/xml/tag.ts";
import { encryptKem, kem2Xml, kemXml, zipKem } from "./support/key-files.ts";
import vectors from "./vectors/pskc-files.json" with { type: "json" };

const LAUGHS = Array.from(
  { length: 10 },
  (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
).join("");

/** Document, code, and how many events may pass at most. */
const HOSTILE: Readonly<Record<string, readonly [string, string, number]>> = {
  "a document type": ["<!DOCTYPE a><a/>", "XML_DTD", 0],
  "a billion laughs": [`<!DOCTYPE a [<!ENTITY l0 "ha">${LAUGHS}]><a>&l10;</a>`, "XML_DTD", 0],
  "quadratic blowup": [
    `<!DOCTYPE a [<!ENTITY b "${"x".repeat(50_000)}">]><a>${"&b;".repeat(50_000)}</a>`,
    "XML_DTD",
    0,
  ],
  "an external entity": [
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "XML_DTD",
    0,
  ],
  "a parameter entity": [
    '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;]><a/>',
    "XML_DTD",
    0,
  ],
  "a document type inside": ["<a><!DOCTYPE b></a>", "XML_DTD", 1],
  "an entity of nobody": ["<a>&x;</a>", "XML_ENTITY", 1],
  "an entity of HTML": ["<a>&nbsp;</a>", "XML_ENTITY", 1],
  "a character that is none": ["<a>&#0;</a>", "XML_ENTITY", 1],
  "a surrogate by number": ["<a>&#xD800;</a>", "XML_ENTITY", 1],
  "an entity in an attribute": ['<a b="&x;"/>', "XML_ENTITY", 0],
  "a million levels": ["<a>".repeat(1_000_000), "XML_DEPTH", MAX_DEPTH],
  "a million attributes": [
    `<a${Array.from({ length: 1_000_000 }, (_, i) => ` b${i}=""`).join("")}/>`,
    "XML_ATTRIBUTES",
    0,
  ],
  "33 attributes": [
    `<a${Array.from({ length: MAX_ATTRIBUTES + 1 }, (_, i) => ` b${i}=""`).join("")}/>`,
    "XML_ATTRIBUTES",
    0,
  ],
  "33 namespaces": [
    `<a${Array.from({ length: MAX_ATTRIBUTES + 1 }, (_, i) => ` xmlns:b${i}="c"`).join("")}/>`,
    "XML_ATTRIBUTES",
    0,
  ],
  "an attribute without end": [`<a b="${"x".repeat(1_000_000)}`, "XML_ATTRIBUTES", 0],
  "a name without end": [`<${"x".repeat(1_000_000)}>`, "XML_FORMAT", 0],
  "blanks without end": [`<a${" ".repeat(1_000_000)}`, "XML_ATTRIBUTES", 0],
  "blanks in an end tag": [`<a></a${" ".repeat(1_000_000)}x>`, "XML_FORMAT", 1],
  "a comment without end": [`<!--${"-".repeat(1_000_000)}`, "XML_FORMAT", 0],
  "a CDATA section without end": [`<a><![CDATA[${"]".repeat(1_000_000)}`, "XML_FORMAT", 1],
  "an instruction": ["<a><?php x?></a>", "XML_FORMAT", 1],
  "a style sheet": ['<?xml-stylesheet href="http://127.0.0.1/"?><a/>', "XML_FORMAT", 0],
  "a null": ["<a>\0</a>", "XML_FORMAT", 1],
  "half a pair": ["<a>\ud800</a>", "XML_FORMAT", 1],
  "two roots": ["<a/><b/>", "XML_FORMAT", 2],
  "no root": ["<!-- -->", "XML_FORMAT", 0],
  "text around": ["<a/>x", "XML_FORMAT", 2],
  nothing: ["", "XML_FORMAT", 0],
  "an end that does not fit": ["<a><b></a></b>", "XML_FORMAT", 2],
  "an end without beginning": ["</a>", "XML_FORMAT", 0],
  "a prefix of nobody": ["<x:a/>", "XML_FORMAT", 0],
  "an attribute twice": ['<a b="1" b="2"/>', "XML_FORMAT", 0],
  "an attribute without quotes": ["<a b=1/>", "XML_FORMAT", 0],
  "a bracket in an attribute": ['<a b="<"/>', "XML_FORMAT", 0],
};

for (const [name, [xml, code, events]] of Object.entries(HOSTILE)) {
  test(`${name} is ${code}`, (t) => {
    let given = 0;
    const error = t.throws(
      () => {
        for (const _ of scanXml(xml)) {
          given += 1;
        }
      },
      { instanceOf: ReadError, code },
    );
    t.true(given <= events, `${given} events`);
    t.true((error?.message.length ?? 0) < 100);
  });
}

test("half a file gives what it holds and no more", (t) => {
  const xml = kemXml([{ serial: "76348799", key: "00" }]);
  for (let end = 0; end < xml.length; end++) {
    t.throws(() => checkXml(xml.slice(0, end)), { instanceOf: ReadError });
  }
});

test("bytes that are not the text they claim to be are refused", (t) => {
  const latin1 = Buffer.from("<a>Zähler</a>", "latin1");
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [latin1, "XML_ENCODING"],
    [Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?><a/>'), "XML_ENCODING"],
    [Buffer.from('<?xml version="1.0" encoding="utf-7"?><a/>'), "XML_ENCODING"],
    // Overlong, and a surrogate in UTF-8: two spellings of one text.
    [Uint8Array.of(0x3c, 0x61, 0x3e, 0xc0, 0xbc), "XML_ENCODING"],
    [Uint8Array.of(0x3c, 0x61, 0x3e, 0xed, 0xa0, 0x80), "XML_ENCODING"],
    [Uint8Array.of(0xff, 0xfe, 0x3c), "XML_ENCODING"],
    [new Uint8Array(MAX_XML_BYTES + 1), "XML_SIZE"],
  ];
  for (const [bytes, code] of cases) {
    t.throws(() => decodeXml(bytes), { instanceOf: ReadError, code });
  }
  t.is(decodeXml(Buffer.from('<?xml version="1.0" encoding="utf-16"?><a/>')).slice(-4), "<a/>");
});

test("text never grows, and every child is let go before the next", (t) => {
  const text = fc.array(fc.constantFrom("&lt;", "&amp;", "&#x10FFFF;", "&#65;", "x", "ß", " "), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const xml = `<a><b>${parts.join("")}</b><b/></a>`;
      let length = 0;
      for (const event of scanXml(xml)) {
        length += event.kind === "text" ? event.text.length : 0;
      }
      t.true(length <= xml.length);
      t.is([...childrenOfRoot(xml)].length, 2);
    }),
  );
});

/** What no message may quote. */
const SECRET = "5ec4e7c0ffee5ec4e7c0ffee5ec4e7c0";
const PASSPHRASE = "pass-5ec4e7";
const METERS = [{ serial: "76348799", key: SECRET }];
interface Seed {
  readonly bytes: Uint8Array;
  readonly passphrase?: string;
  readonly kek?: string;
}
const SEEDS: readonly Seed[] = [
  { bytes: Buffer.from(kemXml(METERS)) },
  { bytes: Buffer.from(kem2Xml(METERS)) },
  { bytes: Buffer.from(encryptKem(kemXml(METERS), PASSPHRASE)), passphrase: PASSPHRASE },
  { bytes: zipKem(encryptKem(kem2Xml(METERS), PASSPHRASE)), passphrase: PASSPHRASE },
  ...vectors.files.map(({ xml, ...secrets }) => ({ ...secrets, bytes: Buffer.from(xml) })),
];
const PIECES = ["<", ">", "&", "<!DOCTYPE x>", "<Signature/>", "</", "\0", '"', "]]>", "<!--", "é"];

/** A file with some of its bytes changed, cut out, doubled or replaced by what has meaning. */
const mutated = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(
      fc.tuple(
        fc.nat({ max: 9999 }),
        fc.oneof(fc.constant(0), fc.constant(1), fc.nat({ max: 40 })),
        fc.oneof(
          fc.constantFrom("", "0", "A", "f9", " ").map((piece) => Buffer.from(piece)),
          fc.constantFrom(...PIECES).map((piece) => Buffer.from(piece)),
          fc.uint8Array({ maxLength: 8 }),
        ),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([seed, edits]) => {
    let bytes = Buffer.from(seed.bytes);
    for (const [where, cut, piece] of edits) {
      const at = Math.floor((where / 10_000) * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + cut)]);
    }
    return { ...seed, bytes };
  });

test("a damaged file gives rows and remarks, or one of our errors, and quotes nothing", async (t) => {
  const checkSignature = signatureCheck(null);
  let read = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(mutated, async ({ bytes, passphrase = "", kek = "" }) => {
      const secrets = {
        passphrase: async () => passphrase,
        kek: async () => new Uint8Array(Buffer.from(kek, "hex")),
        checkSignature,
      };
      for (const attempt of [readKem, readPskc]) {
        try {
          const { meters } = await attempt(bytes, secrets);
          for (const found of meters) {
            t.true("row" in found || !JSON.stringify(found.rejected).includes("5ec4e7"));
            read += 1;
          }
        } catch (error) {
          t.true(error instanceof ReadError, String(error));
          t.false((error as ReadError).message.includes("5ec4e7"));
          refused += 1;
        }
      }
    }),
    { numRuns: 1500 },
  );
  t.log(`${read} rows and remarks, ${refused} files refused`);
  t.true(read > 20 && refused > 500);
});
