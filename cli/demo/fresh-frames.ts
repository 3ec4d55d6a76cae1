/**
 * Fresh frames from collected keys, by an encoder that shares no code with the parsers: what the
 * meters of the demo would send.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { encodeDlms } from "../../bench/encode/dlms.ts";
import { encodeMode7, encodeMode10 } from "../../bench/encode/oms.ts";
import { encodeEll, encodeMode5 } from "../../bench/encode/wmbus.ts";
import type { Bundle } from "../../src/handover/protocol/bundle.ts";

export type CollectedMeter = Bundle["meters"][number];

export interface FreshFrame {
  readonly meter: string;
  readonly frame: string;
  readonly plaintext: string;
}

/** Encodes the n-th frame of a meter, with a payload of its own. */
export function freshFrame(meter: CollectedMeter, n: number): FreshFrame {
  const payload = randomBytes(30);
  const made = encode(meter, n, payload);
  return {
    meter: meter.meter,
    frame: Buffer.from(made.frame).toString("hex"),
    plaintext: Buffer.from(made.plaintext).toString("hex"),
  };
}

function encode(meter: CollectedMeter, n: number, payload: Buffer) {
  if (meter.address.startsWith("st:")) {
    const suite = Number(meter.profile.at(-1)) as 0 | 1 | 2;
    // 0F: data-notification, what a meter pushes.
    const apdu = Buffer.concat([Buffer.of(0x0f), payload]);
    const frame = encodeDlms({
      systemTitle: Buffer.from(meter.address.slice(3), "hex"),
      suite,
      protection: "auth-enc",
      ek: keyOf(meter, "guek"),
      ak: keyOf(meter, "gak"),
      invocationCounter: n + 1,
      apdu,
      transport: n % 2 === 0 ? "bare" : "hdlc",
      form: "general-glo",
    });
    return { frame, plaintext: apdu };
  }
  const [number = "", version = "00", medium = "00"] = meter.address.slice(4).split("/");
  const address = {
    manufacturer: meter.address.slice(0, 3),
    id: number,
    version: Number.parseInt(version, 16),
    medium: Number.parseInt(medium, 16),
  };
  const format = (["A", "B", "none"] as const)[n % 3] ?? "none";
  if (meter.profile === "ell") {
    const plaintext = Buffer.concat([Buffer.of(0x78), payload]);
    const key = keyOf(meter, "dek");
    return {
      frame: encodeEll({ ...address, key, cc: 0x20, sn: n + 1, plaintext, format }),
      plaintext,
    };
  }
  // 2F2F and 30 bytes: two whole blocks.
  const plaintext = Buffer.concat([Buffer.of(0x2f, 0x2f), payload]);
  const header = n % 2 === 0 ? ("short" as const) : ("long" as const);
  const telegram = {
    ...address,
    key: keyOf(meter, "mk"),
    acc: n & 0xff,
    plaintext,
    header,
    format,
  };
  switch (meter.profile) {
    case "oms-b":
      return { frame: encodeMode7({ ...telegram, counter: n + 1, macLength: 8 }), plaintext };
    case "oms-d":
      return { frame: encodeMode10({ ...telegram, counter: n + 1, tagLength: 8 }), plaintext };
    default:
      return { frame: encodeMode5(telegram), plaintext };
  }
}

function keyOf(meter: CollectedMeter, type: string): Uint8Array {
  const key = meter.keys.find((candidate) => candidate.type === type);
  return Buffer.from(key?.value ?? "", "hex");
}
