/**
 * `docs/verify.py`, the auditor's own verifier: its arithmetic by the RFCs' vectors, and what it
 * says of a deployment that was attacked.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { ATTACKS, type Indices, TABLES } from "./support/attacks.ts";
import { temporaryFolder } from "./support/databases.ts";
import { ndjson, type Parsed, startService } from "./support/service.ts";
import { backUp, dropTriggers } from "./support/tamper.ts";
import { hasPython, runScript, startPython } from "./support/verify-py.ts";

const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** RFC 8032 §7.1: public key, message, signature. */
const VECTORS = [
  [
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
] as const;

test("RFC 8032 §7.1: signatures verify, and none that is one bit or one L away", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const ask = startPython(t);
  for (const [key, message, signature] of VECTORS) {
    const verifies = async (m: string, s: string) => (await ask({ ed25519: [key, m, s] })).ok;
    t.true(await verifies(message, signature));
    t.false(await verifies(`${message}00`, signature));
    for (let bit = 0; bit < 512; bit += 37) {
      const bytes = Buffer.from(signature, "hex");
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      t.false(await verifies(message, bytes.toString("hex")), `bit ${bit}`);
    }
    // §5.1.7: S + L makes the same point, and is not in 0 to L − 1.
    const half = Buffer.from(signature.slice(64), "hex").reverse().toString("hex");
    const more = (BigInt(`0x${half}`) + L).toString(16).padStart(64, "0");
    const s = Buffer.from(more, "hex").reverse().toString("hex");
    t.false(await verifies(message, signature.slice(0, 64) + s));
  }
});

test("RFC 8785: entries are taken in their canonical form and in no other", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const ask = startPython(t);
  const isCanonical = async (bytes: Buffer) => (await ask({ entry: bytes.toString("base64") })).ok;
  const deep = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  const long = (length: number) => `{"a":"${"x".repeat(length - 8)}"}`;
  for (const text of [
    "{}",
    '{"a":[],"b":{},"c":null,"d":true,"e":false}',
    '{"a":9007199254740991,"b":-9007199254740991,"c":0}',
    '{"a":"\\b\\f\\n\\r\\t\\u0000\\u001f\\"\\\\/"}',
    '{"a":"\u007f\u0080\u2028\u2029€ä"}',
    // §3.2.3: by UTF-16 code units, so U+1F600 (D83D …) comes before U+FB33.
    '{"\u20ac":1,"😀":2,"\ufb33":3}',
    deep(64),
    long(65_535),
  ]) {
    t.true(await isCanonical(Buffer.from(text)), text.slice(0, 80));
  }
  for (const text of [
    ...["", "[]", "1", '"a"', "null", "{", "{}{}", " {}", "{} ", "{}\n", "\ufeff{}"],
    ...['{"a":1,"a":1}', '{"a":1,"a":2}', '{"b":1,"a":1}', '{"a": 1}', '{"a":1,}', "{'a':1}"],
    ...['{"a":1.0}', '{"a":1.5}', '{"a":1e2}', '{"a":-0}', '{"a":01}', '{"a":+1}', '{"a":NaN}'],
    ...['{"a":9007199254740992}', '{"a":-9007199254740992}', `{"a":1${"0".repeat(5000)}}`],
    ...['{"a":Infinity}', '{"a":"\\/"}', '{"a":"\\u0061"}', '{"a":"\\u001F"}', '{"a":"\\u000a"}'],
    ...['{"a":"\\ud800"}', '{"a":"\\ud83d\\ude00"}', '{"\\ud800":1}', '{"a":"\t"}', '{"a":"\\x"}'],
    '{"\ufb33":1,"😀":2}',
    '{"a":{"c":1,"b":2}}',
    deep(65),
    deep(20_000),
    long(65_536),
  ]) {
    t.false(await isCanonical(Buffer.from(text)), text.slice(0, 80));
  }
  const notUtf8 = [
    [0xff],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x82],
  ];
  for (const bytes of notUtf8) {
    t.false(await isCanonical(Buffer.from([...Buffer.from('{"a":"'), ...bytes, 0x22, 0x7d])));
  }
});

test("after each attack on a deployment it says what `log verify` says of the log", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const service = await startService(t, "sqlite");
  const { config } = service;
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  for (const number of ["11111111", "22222222", "33333333"]) {
    await service.call("POST", "/v1/meters", custodian, { customer, address: `KAM-${number}` });
  }
  const rows = Array.from({ length: 50 }, (_, i) => ({ address: `KAM-${40_000_000 + i}` }));
  const path = `/v1/meters/import?customer=${customer}`;
  await service.call("POST", path, custodian, ndjson(rows));
  const machine = await service.token("data-management");
  await service.call("POST", "/v1/frames/decrypt", machine, ndjson([{ frame: "00" }]));
  const known = [{ address: "KPL-12345678/01/02", key: "000102030405060708090a0b0c0d0e0f" }];
  await service.call("POST", path, custodian, ndjson(known));
  const frame = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";
  await service.call("POST", "/v1/frames/decrypt", machine, ndjson([{ frame }]));
  const auditor = await service.token("auditor");
  await service.call("DELETE", `/v1/tokens/${auditor.slice(3, 29)}`, service.admin);
  await service.stop();

  const ask = startPython(t);
  const both = async () => {
    const one = await verifyDataDirectory(config, {}, () => undefined);
    const other = await ask({ data: config.data });
    t.is(other.size, one.size);
    // The rows that the log vouches for are not the log's: meters, keys and tokens.
    const ofLog = one.problems.filter(({ code }) => !/^(METER|TOKEN|RECIPIENT)_/.test(code));
    const said = [ofLog, other.problems ?? []].map((problems) => ({
      first: problems[0]?.index,
      codes: [...new Set(problems.map(({ code }) => code))].sort((a, b) => (a < b ? -1 : 1)),
    }));
    t.deepEqual(said[1], said[0]);
    return other.ok;
  };
  t.true(await both());
  const db = openDatabase(coreDatabase(config));
  t.teardown(() => db.destroy());
  await dropTriggers(db);
  const restore = await backUp(db, TABLES);
  const bodies = await db("log_entries").orderBy("idx").select("body");
  const entries = bodies.map(({ body }): Parsed => JSON.parse(body));
  const indices: Indices = (action) => {
    const [first = -1, ...more] = entries.flatMap((e, i) => (e.action === action ? [i] : []));
    return [first, ...more];
  };
  for (const { title, code, run } of ATTACKS) {
    await run(db, indices);
    t.is(await both(), !/^(ENTRY|LOG|CHECKPOINT|HEAD)_/.test(code), title);
    await restore();
  }
});

test("as a command it answers by its exit status, in words or in JSON", async (t) => {
  if (!hasPython(t)) {
    return;
  }
  const service = await startService(t, "sqlite");
  await service.stop();
  const { data } = service.config;
  const vkey = join(data, "log.vkey");
  const clean = await runScript(["--data", data]);
  t.is(clean.status, 0, clean.stderr);
  t.regex(clean.stdout, /^All \d+ entries hold, under the log's own copy of its key/);
  const pinned = await runScript(["--data", data, "--vkey-file", vkey]);
  t.regex(pinned.stdout, /under the given key\.\n$/);
  const head = join(temporaryFolder(t), "head");
  const note = readFileSync(join(data, "log.head"), "utf8");
  writeFileSync(head, note.replace(/\n(\d+)\n/, "\n1$1\n"));
  const refused = await runScript(["--data", data, "--head", head, "--json"]);
  t.is(refused.status, 1);
  t.like(JSON.parse(refused.stdout), {
    ok: false,
    unsigned: 0,
    problems: [{ index: 0, code: "CHECKPOINT_SIGNATURE" }],
  });
  const said = await runScript(["--data", data, "--checkpoint", head]);
  t.regex(said.stdout, /^THIS DOES NOT VERIFY, from entry 0 on/);
  for (const args of [
    [],
    ["--data", data, "--dir", data],
    ["--data", join(data, "nowhere")],
    ["--data", data, "--key", "no key"],
    ["--data", data, "--checkpoint", join(data, "nowhere")],
    ["--dir", data],
    ["--url", "ftp://localhost"],
    ["--proof", head],
  ]) {
    const { status, stdout, stderr } = await runScript(args);
    t.deepEqual([status, stdout], [2, ""], `${args.join(" ")}: ${stderr}`);
    t.notRegex(stderr, /Traceback/);
  }
});
