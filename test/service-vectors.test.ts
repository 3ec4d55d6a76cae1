import test from "ava";
import { encodeMode7, encodeMode10 } from "../bench/encode/oms.ts";
import { encodeMode5 } from "../bench/encode/wmbus.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { formatAddress } from "../src/meters/address.ts";
import { databaseKinds } from "./support/databases.ts";
import { contextOf, type FrameVector, frameVectors } from "./support/frame-vectors.ts";
import { ndjson, parseNdjson, startService } from "./support/service.ts";

/** What the service must answer for a line of the vectors. */
interface Expected {
  readonly vector: FrameVector;
  /** Null where the frame names no meter that could be enrolled. */
  readonly address: string | null;
  readonly code: string | null;
}

/** What a wrong key or a changed frame fails. */
const FAILURES = {
  "oms-cbc": "CHECK_FAILED",
  "ell-ctr": "CHECK_FAILED",
  "oms-kdf-a": "MAC_FAILED",
  "oms-ccm": "TAG_FAILED",
  "dlms-gcm": "TAG_FAILED",
  lorawan: "MAC_FAILED",
  "lorawan-join": "MAC_FAILED",
  "cose-gcm": "TAG_FAILED",
} as const;

const ALL = [...frameVectors("wmbus"), ...frameVectors("dlms")].map(expectation);

function expectation(vector: FrameVector): Expected {
  try {
    const [sealed] = parseFrame(Buffer.from(vector.frame_hex, "hex"), contextOf(vector));
    const address =
      sealed?.address == null ? `st:${vector.system_title}` : formatAddress(sealed.address);
    const code = vector.must_fail === true ? FAILURES[sealed!.suite] : null;
    return { vector, address, code };
  } catch (error) {
    const code = error instanceof FrameError ? error.code : "";
    return { vector, address: null, code };
  }
}

/** Lines apart so that no deployment knows an address twice. */
function deployments(lines: readonly Expected[]): Expected[][] {
  const groups: { taken: Map<string, string>; lines: Expected[] }[] = [];
  for (const line of lines) {
    const keys = `${line.vector.key_hex}:${line.vector.ak_hex}`;
    let group = groups.find(
      ({ taken }) => line.address === null || (taken.get(line.address) ?? keys) === keys,
    );
    if (group === undefined) {
      group = { taken: new Map(), lines: [] };
      groups.push(group);
    }
    if (line.address !== null) {
      group.taken.set(line.address, keys);
    }
    group.lines.push(line);
  }
  return groups.map(({ lines: own }) => own);
}

const groups = deployments(ALL);

test("the vectors hold every verdict, and no form that is not supported", (t) => {
  const codes = new Map<string | null, number>();
  for (const { code } of ALL) {
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  t.true((codes.get(null) ?? 0) >= 24);
  t.true((codes.get("TAG_FAILED") ?? 0) >= 12);
  t.true((codes.get("CHECK_FAILED") ?? 0) >= 4);
  t.true((codes.get("MAC_FAILED") ?? 0) >= 7);
  t.is(codes.get("FRAME_CRC"), 1);
  t.false(codes.has("MODE_UNSUPPORTED"));
});

for (const [n, lines] of groups.entries()) {
  for (const kind of n === 0 ? databaseKinds() : (["sqlite"] as const)) {
    test(`published frames answer as marked, deployment ${n + 1} of ${groups.length} (${kind})`, async (t) => {
      const service = await startService(t, kind);
      const customer = await service.customer("Vectors");
      const custodian = await service.token("custodian");
      const machine = await service.token("data-management");
      const meters = new Map(lines.map((line) => [line.address, line.vector]));
      meters.delete(null);
      const rows = [...meters].map(([address, vector]) => ({
        address,
        key: vector.key_hex,
        ...(vector.ak_hex === undefined ? {} : { auth_key: vector.ak_hex }),
      }));
      // Two published frames are in clear authentication-less form of a meter that has an AK.
      const path = `/v1/meters/import?customer=${customer}&allowWeak=true&allowUnauthenticated=true`;
      const report = await service.call("POST", path, custodian, ndjson(rows));
      t.deepEqual(report.body.rejected, []);
      t.is(report.body.imported, rows.length);

      const requests = lines.map(({ vector, address }, ref) => ({
        ref,
        frame: vector.frame_hex,
        ...(address?.startsWith("st:") === true ? { meter: address } : {}),
        ...(vector.challenge_hex === undefined ? {} : { challenge: vector.challenge_hex }),
      }));
      const answer = await service.call("POST", "/v1/frames/decrypt", machine, ndjson(requests));
      const answers = parseNdjson(answer.text);
      t.is(answers.length, lines.length);
      for (const [i, { vector, code }] of lines.entries()) {
        const row = answers[i];
        const what = `${vector.source}: ${vector.note}`;
        t.is(row.ref, i);
        t.is(row.error?.code ?? null, code, what);
        if (code === null && vector.must_fail === false) {
          // Some publications count the payload CRC and trailing bytes in.
          const { plaintext_hex = "" } = vector;
          t.true(plaintext_hex.toLowerCase().includes(row.plaintext), what);
          t.true(row.plaintext.length >= plaintext_hex.length - 8, what);
        }
      }
    });
  }
}

test("a wired frame with a short header opens for the meter that the caller names", async (t) => {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Wired");
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  const key = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
  const rows = ["ELS-12345678/33/03", "ELS-87654321"].map((address) => ({
    address,
    key: key.toString("hex"),
  }));
  const path = `/v1/meters/import?customer=${customer}&allowWeak=true`;
  t.is((await service.call("POST", path, custodian, ndjson(rows))).body.imported, 2);

  const plaintext = Buffer.from("2f2f0c14270485022f2f2f2f2f2f2f2f", "hex");
  const frames = (id: string) => {
    const meter = { manufacturer: "ELS", id, version: 0x33, medium: 3 };
    const around = { ...meter, header: "short", format: "wired" } as const;
    const message = { ...around, key, acc: 9, counter: 1, plaintext };
    return [
      encodeMode5(message),
      encodeMode7({ ...message, macLength: 8 }),
      encodeMode10({ ...message, tagLength: 8 }),
    ].map((frame) => Buffer.from(frame).toString("hex"));
  };
  const answers = async (id: string, named: object) => {
    const body = ndjson(frames(id).map((frame, ref) => ({ ref, frame, ...named })));
    const answer = await service.call("POST", "/v1/frames/decrypt", machine, body);
    return parseNdjson(answer.text).map((row) => row.error?.code ?? row.plaintext);
  };
  const opened = plaintext.toString("hex");
  t.deepEqual(await answers("12345678", { meter: "ELS-12345678" }), [opened, opened, opened]);
  t.deepEqual(await answers("12345678", {}), new Array(3).fill("METER_UNKNOWN"));
  // Version and medium are not on file: only profile B does without them.
  const unknown = "METER_UNKNOWN";
  t.deepEqual(await answers("87654321", { meter: "ELS-87654321" }), [unknown, opened, unknown]);
});
