/**
 * The forms in which people have frames: each line gives its frame, nothing, or a reason.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import {
  FRAME_FORMATS,
  type FrameFormat,
  formatOf,
  readOneFrame,
} from "../cli/frame-formats/formats.ts";
import { foreignTelegram } from "../cli/frame-formats/json-object.ts";
import type { Reading } from "../cli/frame-formats/line.ts";
import { bareHex } from "../src/frames/hex.ts";
import { parseTextLine } from "../src/frames/request.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";

/** wmbusmeters issue #2062. */
const FRAME = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";
const OTHER = "24442D2C692845631B168D3050209CD621B006B1140AEF4953AE5B86FAFC0B00E70705B846";

/** Frames as they are, codes of refusals, `-` for a line without a frame. */
function read(format: FrameFormat, lines: readonly string[]): string[] {
  const reader = FRAME_FORMATS[format]();
  return lines.map((line) => textOf(reader(line)));
}

function textOf(reading: Reading): string {
  return reading instanceof FrameError ? reading.code : (reading ?? "-");
}

test("hex: bare, with 0x, with spaces, with a separator after every byte", (t) => {
  for (const [text, hex] of [
    ["44931578", "44931578"],
    ["0x44931578", "44931578"],
    ["44 93 15 78", "44 93 15 78"],
    ["4493  1578\t56", "4493157856"],
    ["44:93:15", "449315"],
    ["44-93-15", "449315"],
    ["44,93, 15", "449315"],
    ["0x44, 0x93, 0x15", "449315"],
    ["aA\tbB", "aAbB"],
  ] as const) {
    t.is(bareHex(text), hex.replaceAll(" ", ""), text);
  }
  for (const text of [
    "",
    "4",
    "449",
    "4 4",
    "44 9",
    "44::93",
    "2024-11-05",
    "17,4493",
    "0x",
    "x44",
    "44;93",
    "44,93,",
    "440x93",
  ]) {
    t.is(bareHex(text), null, text);
  }
});

test("hex: what separators join, they never change", (t) => {
  const separator = fc.constantFrom(" ", "  ", "\t", ":", "-", ",", ", ", " : ");
  const prefix = fc.constantFrom("", "0x", "0X");
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), separator, prefix, (bytes, between, before) => {
      const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
      t.is(bareHex(pairs.map((pair) => before + pair).join(between)), pairs.join(""));
    }),
  );
});

test("hex: a long line that is none is refused in linear time", (t) => {
  for (const text of [
    `${"44 ".repeat(100_000)}x`,
    `${"44".repeat(100_000)}x`,
    `44${" ".repeat(200_000)}x`,
  ]) {
    t.is(bareHex(text), null);
  }
});

test("hex: a line of megabytes is refused as any other", (t) => {
  for (const text of ["44 ", "44, ", "0x44 "]) {
    t.is(bareHex(text.repeat(5_000_000).slice(0, -2)), null);
  }
});

test("a text body takes 0x and separators as well", (t) => {
  for (const line of [FRAME, `0x${FRAME}`, ` ${FRAME.replace(/../g, "$& ")}`]) {
    t.deepEqual(Buffer.from(parseTextLine(line, 7).frame as Uint8Array), Buffer.from(FRAME, "hex"));
  }
  t.is((parseTextLine("44,93,1", 7).frame as FrameError).code, "FRAME_FORMAT");
});

test("wmbusmeters: the telegram between the bars, whatever stands around; chatter is skipped", (t) => {
  const lines = [
    "# living room",
    "Started config hextty on stdin listening on any",
    `telegram=|${FRAME.slice(0, 30)}_${FRAME.slice(30)}|+12`,
    `Nov 21 10:00:01 pi wmbusmeters[7]: telegram=|${OTHER}|+0 (wmbus)`,
    `telegram=|${FRAME.slice(0, 20)}|${FRAME.slice(20)}|+3`,
    `telegram=${OTHER}`,
    "telegram=|",
    "telegram=|449|+1",
    '{"_":"telegram","media":"water"}',
  ];
  t.deepEqual(read("wmbusmeters", lines), [
    "-",
    "-",
    FRAME,
    OTHER,
    FRAME,
    OTHER,
    "FRAME_FORMAT",
    "FRAME_FORMAT",
    "-",
  ]);
});

test("rtl_wmbus: the datagram; a frame that the receiver saw broken is FRAME_CRC", (t) => {
  const line = (start: string, datagram = `0x${OTHER}`) =>
    `${start};2024-11-05 07:14:18.000;117;102;63452869;${datagram}`;
  const lines = [
    line("C1;1;1"),
    line("T1;1;1"),
    line("rla;S1;1;1"),
    line("C1;0;1"),
    line("T1;1;0"),
    line("C1;1;1", OTHER),
    line("C1;1;1", "0x449"),
    `${line("C1;1;1")};0x${FRAME}`,
    "C1;1;1;0x44",
    OTHER,
  ];
  t.deepEqual(read("rtl-wmbus", lines), [
    OTHER,
    OTHER,
    OTHER,
    "FRAME_CRC",
    "FRAME_CRC",
    ...new Array<string>(5).fill("FRAME_FORMAT"),
  ]);
});

test("CSV: the column is found by its name, in any case and order", (t) => {
  for (const header of [
    "time;Telegram;id",
    "time;FRAME;id",
    "time;raw_data;id",
    'time;"Raw Data";id',
    "data;Payload;time",
    "time,hex,id",
  ]) {
    const [separator = ""] = /[;,]/.exec(header) ?? [];
    const row = ["x", `"${FRAME}"`, "12345678"].join(separator);
    t.deepEqual(read("csv", [header, row]), ["-", FRAME], header);
  }
  t.deepEqual(read("csv", ["id;frame", `"a;b";0x${FRAME}`, "a;", "a", "a;4"]), [
    "-",
    `${FRAME}`,
    "FRAME_FORMAT",
    "FRAME_FORMAT",
    "FRAME_FORMAT",
  ]);
});

test("CSV: without a name, the one column that holds a frame; keys and numbers are none", (t) => {
  const key = "000102030405060708090A0B0C0D0E0F";
  const row = (frame: string) => `12345678,${key},${frame},2024-11-05 07:14:18`;
  t.deepEqual(read("csv", ["Number,Key,Air,Time", row(FRAME), row(""), row(`${OTHER},${FRAME}`)]), [
    "-",
    FRAME,
    "FRAME_FORMAT",
    "FRAME_FORMAT",
  ]);
  t.deepEqual(read("csv", [row(FRAME)]), [FRAME]);
  t.deepEqual(read("csv", [row("")]), ["FRAME_FORMAT"]);
});

test("EN 13757-2: the mbus-raw column of Elvaco gateways gets its frame back", (t) => {
  // Published example of the report 2001, support.elvaco.com.
  const raw =
    "08147268710405ac484103470000000c1480769604046dba092e1a426c2a194c140000000042ec7e3f1c0fc010010c";
  const row = `00000161;05047168;2009-12-17 00:00:00;00;${raw}`;
  const frame = `682f2f68${raw}5f16`;
  t.deepEqual(read("csv", [row]), [frame]);
  const header = "serial-number;device-identification;created;value-data-count;mbus-raw";
  t.deepEqual(read("csv", [header, row, `${row}0`, "a;b"]), [
    "-",
    frame,
    "FRAME_FORMAT",
    "FRAME_FORMAT",
  ]);
  t.deepEqual(read("csv", ["mbus-raw", "00".repeat(256)]), ["-", "FRAME_FORMAT"]);
});

test("JSON objects of other programs give their telegram and nothing else, a key least of all", (t) => {
  const line = JSON.stringify({ _: "decode", telegram: `0x${FRAME}`, key: "000102030405" });
  t.deepEqual(foreignTelegram(line), { ref: undefined, hex: FRAME });
  t.like(foreignTelegram(`{"ref":"a","telegram":"4"}`), { ref: "a" });
  for (const own of [
    `{"ref":"telegram","frame":"00"}`,
    `{"telegram":"00","frame":"00"}`,
    `{"telegram":7}`,
    `["telegram"]`,
    `{"telegram"`,
  ]) {
    t.is(foreignTelegram(own), null, own);
  }
});

const ONE_LINE: Readonly<Record<FrameFormat, string>> = {
  hex: FRAME.replace(/../g, "$& ").trim(),
  ndjson: `{"ref":1,"frame":"${FRAME}"}`,
  wmbusmeters: `(main) telegram=|${FRAME}|+1`,
  "rtl-wmbus": `T1;1;1;2024-11-05 07:14:18.000;117;102;12345678;0x${FRAME}`,
  csv: `12345678;${FRAME};electricity`,
};

for (const [format, line] of Object.entries(ONE_LINE)) {
  test(`a line tells that it is ${format}, and is a frame on the command line`, (t) => {
    t.is(formatOf(line), format as FrameFormat);
    t.is(readOneFrame(line), FRAME);
  });
}

test("a line that tells nothing is none of the formats, and no reader quotes it", (t) => {
  const chatter = "Started config rtlwmbus on stdin, 5EC4E7 listening on any";
  t.is(formatOf(chatter), null);
  for (const [format, open] of Object.entries(FRAME_FORMATS)) {
    const reading = open()(chatter);
    t.true(reading === null || reading instanceof FrameError, format);
    t.false(String(reading).includes("5EC4E7"), format);
  }
  t.is(textOf(readOneFrame("time;frame")), "FRAME_FORMAT");
});
