/**
 * `meterseal meter enrol --frame`: the address from the air.
 *
 * @module
 */
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { encodeCose } from "../bench/encode/cose.ts";
import { encodeDlms } from "../bench/encode/dlms.ts";
import { identifyFrame } from "../src/frames/inspect/identity.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { answer, fakeService, meterseal } from "./support/command.ts";
import { frameVectors, hex, toHex } from "./support/frame-vectors.ts";

const FRAME = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";

async function enrol(t: ExecutionContext, ...args: string[]) {
  const bodies: unknown[] = [];
  const { env } = await fakeService(t, async (request, response) => {
    bodies.push(JSON.parse(await text(request)));
    answer(response, 201, { meter: "mtr_1" });
  });
  const ended = await meterseal(["meter", "enrol", "--customer", "cus_1", ...args], { env });
  return { ...ended, body: bodies[0] };
}

test("the address comes from the frame, in any form that fits into a line", async (t) => {
  for (const form of [FRAME, FRAME.replace(/../g, "$&:").slice(0, -1), `telegram=|${FRAME}|+1`]) {
    const { status, stderr, body } = await enrol(t, "--frame", form, "--name", "cellar");
    t.is(status, 0);
    t.is(stderr, "address KPL-12345678/01/02, from the frame\n");
    t.deepEqual(body, { customer: "cus_1", address: "KPL-12345678/01/02", name: "cellar" });
  }
});

test("a DLMS frame also shows its suite; --profile overrules it", async (t) => {
  const smarty = frameVectors("dlms").find(({ transport = "" }) => /P1/.test(transport))!.frame_hex;
  const found = await enrol(t, "--frame", smarty);
  t.like(found.body, { profile: "dlms-suite-0" });
  t.regex(found.stderr, /^address st:[0-9A-F]{16} and dlms-suite-0, from the frame/);
  const chosen = await enrol(t, "--frame", smarty, "--profile", "dlms-suite-2");
  t.like(chosen.body, { profile: "dlms-suite-2" });
});

test("exactly one of address and frame, and the frame must name a meter", async (t) => {
  for (const [args, exit, said] of [
    [[], 2, /either the address of the meter or --frame/],
    [["KPL-12345678", "--frame", FRAME], 2, /either the address of the meter or --frame/],
    [["--frame", "449"], 2, /expected a frame in hex/],
    [["--frame", `${FRAME}`.slice(0, 40)], 1, /\(FRAME_LENGTH\)/],
    [["--frame", "FFFF"], 1, /\(FRAME_FORMAT\)/],
  ] as const) {
    const { status, stderr, body } = await enrol(t, ...args);
    t.is(status, exit, stderr);
    t.regex(stderr, said);
    t.is(body, undefined);
  }
});

test("identity: the address whose key opens the frame, also where nothing can be opened", (t) => {
  const cases: readonly (readonly [string, string])[] = [
    // Mode 0 under a short and under a long header, data without a header.
    ["1E440C2E7856341201027A2A0000002F2F0C13785634122F2F2F2F2F2F2F2F", "KPL-12345678/01/02"],
    ["1D44934444332211153772887766559344550800000000000000000000002F", "QDS-55667788/55/08"],
    ["10440C2E785634120102780C1378563412", "KPL-12345678/01/02"],
  ];
  for (const [frame, address] of cases) {
    t.deepEqual(identifyFrame(hex(frame)), { address, profile: null }, frame);
  }
  const iv = new Uint8Array(12);
  const message = encodeCose({
    key: new Uint8Array(32),
    kid: "KAM-00000001/01/31",
    iv,
    frames: [],
  });
  t.deepEqual(identifyFrame(message), { address: "KAM-00000001/01/31", profile: "cose" });
  for (const { frame_hex, mode, must_fail } of frameVectors("wmbus")) {
    if (!must_fail) {
      t.regex(identifyFrame(hex(frame_hex)).address, /^[A-Z]{3}-[0-9A-F]{8}\//, mode);
    }
  }
});

test("identity: a frame that names nobody, or is damaged, is refused", (t) => {
  const damaged = frameVectors("wmbus").find(({ note = "" }) => /link CRC broken/.test(note))!;
  const untitled = encodeDlms({
    systemTitle: hex("4B414D4501349083"),
    suite: 0,
    protection: "enc",
    ek: new Uint8Array(16),
    ak: new Uint8Array(16),
    invocationCounter: 1,
    apdu: hex("0F00"),
    transport: "bare",
    form: 0xc8,
  });
  for (const [frame, code] of [
    [damaged.frame_hex, "FRAME_CRC"],
    [toHex(untitled), "METER_UNKNOWN"],
    ["0F00", "NOT_ENCRYPTED"],
  ] as const) {
    const error = t.throws(() => identifyFrame(hex(frame)), { instanceOf: FrameError });
    t.is(error?.code, code);
  }
});
