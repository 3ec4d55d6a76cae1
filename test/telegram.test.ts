/**
 * `as=telegram`: a frame as if it had been sent unencrypted.
 *
 * The expected bytes are spelled out or put together from the encoders' output, never taken from
 * the code under test; wmbusmeters reads them too where it is installed.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { encodeEll, encodeMode5 } from "../bench/encode/wmbus.ts";
import { inspectFrame } from "../src/frames/inspect/inspect.ts";
import { plainTelegram } from "../src/frames/telegram/telegram.ts";
import { type FrameVector, frameVectors, hex } from "./support/frame-vectors.ts";
import { ask as askProgram } from "./support/installed.ts";
import { KNOWN_METERS, mode5 } from "./support/known-meters.ts";
import { ndjson, parseNdjson, startService } from "./support/service.ts";

const NONE = new Uint8Array(0);

function wmbus(frame: string, plaintext: string, clear = ""): string {
  return plainTelegram(hex(frame), { protocol: "wmbus", clear: hex(clear) }, hex(plaintext));
}

/** OMS Vol. 2 Annex N, gas meter: the same plaintext under every profile. */
const GAS = "2f2f0c1427048502046d32371f1502fd1700002f2f2f2f2f2f2f2f2f2f2f2f2f";
const FLOWIQ = "046d1c2a2f3c04150000000002ff25010406ff1bffffffffffff446d0020213c441500000000";

/**
 * Mode and part of the note of a vector, its telegram, a driver of wmbusmeters and a value that
 * it reads; its hex input takes no frame with the C field of the radio adapter.
 */
const KNOWN: readonly (readonly [string, RegExp, string, string, string])[] = [
  [
    "5",
    /Security Profile A/,
    `2e4493157856341233037a2a000000${GAS}`,
    "elster 12345678",
    '"total_m3":28504.27',
  ],
  [
    "7",
    /integrated radio/,
    `314493157856341233038c20757a75000000${GAS}`,
    "elster 12345678",
    '"total_m3":28504.27',
  ],
  [
    "7",
    /radio adapter/,
    `410824484433221103378e80753a63665544330a3172785634129315330375000000${GAS}`,
    "",
    "",
  ],
  [
    "10",
    /published Kenc/,
    `3744372c060382533c168c20307a30100000${FLOWIQ}`,
    "kamwater 53820306",
    '"total_m3":0,',
  ],
  [
    "ELL-CTR",
    /value 474.24/,
    "1e442d2c692845631b168c30507802ff2000000413803c070044139f380700",
    "kamwater 63452869",
    '"total_m3":474.24',
  ],
  [
    "5",
    /PARTIAL/,
    "2d449344443322115537728877665593445508000400002f2f0b6e341200426cfe044b6e5634020cfd1078563412",
    "qcaloric 55667788",
    '"current_consumption_hca":1234',
  ],
];

function vectorOf(mode: string, note: RegExp): FrameVector {
  return frameVectors("wmbus").find(
    (vector) => vector.mode === mode && !vector.must_fail && note.test(vector.note ?? ""),
  )!;
}

for (const [mode, note, expected, meter, value] of KNOWN) {
  test(`EN 13757-7: mode ${mode}, ${note.source}: the same frame in mode 0`, async (t) => {
    const { frame_hex, plaintext_hex = "" } = vectorOf(mode, note);
    // Partial encryption: one block, then bytes that travel in clear.
    const [secret, clear] = /PARTIAL/.test(note.source)
      ? [plaintext_hex.slice(0, 32), plaintext_hex.slice(32)]
      : [plaintext_hex, ""];
    const telegram = wmbus(frame_hex, secret, clear);
    t.is(telegram, expected);
    t.is(inspectFrame(hex(telegram)).refusal?.code, "NOT_ENCRYPTED");
    t.is(inspectFrame(hex(telegram)).address, inspectFrame(hex(frame_hex)).address);
    const read = meter === "" ? null : await wmbusmeters(t, telegram, meter);
    t.true((read ?? value).includes(value), read ?? "");
  });
}

test("every published frame keeps its address, and its plaintext stands at the end", (t) => {
  for (const { frame_hex, plaintext_hex, must_fail, source } of frameVectors("wmbus")) {
    // Wired frames (68) end in a checksum: see below.
    if (must_fail === false && !frame_hex.startsWith("68")) {
      // This source counts the payload CRC and two link bytes to the plaintext.
      const ends = source.startsWith("tobiasrask") ? [4, -4] : [0];
      const plaintext = plaintext_hex!.slice(...ends).toLowerCase();
      const telegram = wmbus(frame_hex, plaintext);
      t.true(telegram.endsWith(plaintext));
      t.is(hex(telegram)[0], telegram.length / 2 - 1);
      t.is(inspectFrame(hex(telegram)).address, inspectFrame(hex(frame_hex)).address, source);
      t.is(inspectFrame(hex(telegram)).refusal?.code, "NOT_ENCRYPTED", source);
    }
  }
});

/** What wmbusmeters makes of a telegram without any key; null where it is not installed. */
async function wmbusmeters(
  t: ExecutionContext,
  telegram: string,
  meter: string,
): Promise<string | null> {
  const [driver = "", id = ""] = meter.split(" ");
  const args = ["--silent", "--format=json", "stdin:hex", "Meter", driver, id, "NOKEY"];
  const read = await askProgram(t, "wmbusmeters", args, { input: `${telegram}\n` });
  return read?.toString("utf8") ?? null;
}

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const radio = fc.record({
  manufacturer: fc.stringMatching(/^[A-Z]{3}$/),
  id: fc.stringMatching(/^[0-9]{8}$/),
  version: fc.nat(255),
  medium: fc.nat(255),
});
const format = fc.constantFrom("A" as const, "B" as const, "none" as const);

test("mode 5: only the configuration word and the block contents change, in every link format", (t) => {
  const header = fc.constantFrom("short" as const, "long" as const);
  const frames = fc.record({ radio, key: bytes(16, 16), acc: fc.nat(255), header, format });
  fc.assert(
    fc.property(frames, bytes(1, 180), bytes(0, 20), (meter, data, clear) => {
      const options = { ...meter.radio, ...meter, plaintext: data, clear };
      const bare = encodeMode5({ ...options, format: "none" });
      const at = meter.header === "short" ? 15 : 23;
      const filled = Buffer.alloc(Math.ceil(data.length / 16) * 16, 0x2f);
      filled.set(data);
      const expected = Buffer.concat([bare.subarray(0, at - 2), Buffer.alloc(2), filled, clear]);
      const captured = encodeMode5(options);
      const before = Buffer.from(captured);
      const telegram = plainTelegram(captured, { protocol: "wmbus", clear }, filled);
      t.is(telegram, expected.toString("hex"));
      t.deepEqual(Buffer.from(captured), before);
    }),
  );
});

test("EN 13757-4: ELL II becomes ELL I: no session number, no payload CRC", (t) => {
  const frames = fc.record({
    radio,
    key: bytes(16, 16),
    cc: fc.nat(255),
    acc: fc.nat(255),
    format,
  });
  fc.assert(
    fc.property(frames, fc.nat(0x1fffffff), bytes(1, 180), (meter, sn, plaintext) => {
      const options = { ...meter.radio, ...meter, sn, plaintext };
      const head = Buffer.from(encodeEll({ ...options, format: "none" }).subarray(0, 13));
      head[0] = 12 + plaintext.length;
      head[10] = 0x8c;
      const sealed = { protocol: "wmbus" as const, clear: NONE };
      const telegram = plainTelegram(encodeEll(options), sealed, plaintext);
      t.is(telegram, Buffer.concat([head, plaintext]).toString("hex"));
    }),
  );
});

test("EN 13757-4: ELL IV becomes ELL III, with or without encryption", (t) => {
  const link = "442d2c785634121b16";
  const second = "8fa0112d2c998877661b16";
  t.is(
    wmbus(`1e${link}${second}010000200bad5eed5eed5e`, "78046d00000000"),
    `1b${link}8e${second.slice(2)}78046d00000000`,
  );
  // ENC = 0: the transport layer follows session number and payload CRC, and has its own mode.
  const data = `2f2f${"0c".repeat(14)}`;
  t.is(
    wmbus(`2f${link}${second}0100000037b37a55001005${"5a".repeat(16)}`, data),
    `29${link}8e${second.slice(2)}7a55000000${data}`,
  );
});

test("EN 13757-2: a wired frame keeps its header and gets a new checksum", (t) => {
  // C = 08, A = 05, long header, mode 5 with one block and two bytes in clear.
  const head = "72785634122d2c0102aa00";
  const body = `0805${head}1005${"5a".repeat(16)}0f01`;
  const plain = `0805${head}0000${"2f".repeat(16)}0f01`;
  t.is(wmbus(wired(body), "2f".repeat(16), "0f01"), wired(plain));
  // Mode 7 behind an AFL: both the AFL and the configuration extension go.
  const afl = "900f002c25b30a000021924d4f2fb66e01";
  const sealed = wired(`0805${afl}${head}100710${"5a".repeat(16)}`);
  t.is(wmbus(sealed, "2f".repeat(16)), wired(`0805${head}0000${"2f".repeat(16)}`));
});

function wired(body: string): string {
  const data = hex(body);
  const sum = data.reduce((total, byte) => (total + byte) % 256, 0);
  const frame = [0x68, data.length, data.length, 0x68, ...data, sum, 0x16];
  return Buffer.from(frame).toString("hex");
}

test("DLMS: the APDU in hex, a telegram of the P1 port as its text", (t) => {
  const dlms = { protocol: "dlms" as const, clear: NONE };
  const smarty = frameVectors("dlms").find(({ transport = "" }) => /P1/.test(transport))!;
  const text = plainTelegram(hex(smarty.frame_hex), dlms, hex(smarty.plaintext_hex!));
  t.is(text, Buffer.from(smarty.plaintext_hex!, "hex").toString("ascii"));
  t.regex(text, /^\/EST5\\253710000_A\r\n\r\n1-3:0\.2\.8\(50\)\r\n.*!7EF9\r\n$/s);
  t.is(plainTelegram(NONE, dlms, hex("0f0000")), "0f0000");
  t.is(plainTelegram(NONE, dlms, hex("2f4180")), "2f4180");
});

test("a service adds the telegram where it is asked for, and knows no other form", async (t) => {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  await service.call(
    "POST",
    `/v1/meters/import?customer=${customer}&allowWeak=true`,
    custodian,
    ndjson(KNOWN_METERS),
  );
  const machine = await service.token("data-management");
  const frame = Buffer.from(mode5(7, "A")).toString("hex");
  const lines = `${JSON.stringify({ ref: 1, frame })}\n{"ref":2,"frame":"00"}\n`;
  const ask = (query: string) => service.call("POST", `/v1/frames/decrypt${query}`, machine, lines);

  const [row, refusal] = parseNdjson((await ask("?as=telegram")).text);
  t.is(row.telegram, "1e442d2c7856341201027a070000002f2f0c13785634122f2f2f2f2f2f2f2f");
  t.true(row.telegram.endsWith(row.plaintext));
  t.deepEqual(Object.keys(refusal), ["ref", "error"]);
  const [plain] = parseNdjson((await ask("")).text);
  t.false("telegram" in plain);
  for (const [query, pointer] of [
    ["?as=xml", "/as"],
    ["?as=", "/as"],
    ["?as=telegram&as=telegram", "/as"],
    ["?form=telegram", ""],
  ] as const) {
    t.like((await ask(query)).body, { status: 400, code: "BAD_REQUEST", pointer }, query);
  }
});
