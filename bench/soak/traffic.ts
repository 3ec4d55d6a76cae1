/**
 * Meters of several families with keys that are known, and lines of a decrypt request from them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { encodeDlms } from "../encode/dlms.ts";
import { encodeMode7 } from "../encode/oms.ts";
import { encodeEll, encodeMode5 } from "../encode/wmbus.ts";

export interface Traffic {
  /** NDJSON rows for `POST /v1/meters/import`. */
  readonly importRows: string;
  /** Lines from number `first` on, each with its number as `ref`; frames come round again. */
  lines(first: number, count: number): Buffer;
}

const FRAMES_PER_METER = 20;
const FAMILIES = 4;

/** Makes the meters, and so many frames of each that the memory of a window is exceeded. */
export function createTraffic(meters: number): Traffic {
  const all = Array.from({ length: meters }, (_, i) => meterOf(i));
  const tails: string[] = [];
  for (let n = 0; n < FRAMES_PER_METER; n++) {
    for (const { frame } of all) {
      tails.push(`,"frame":"${Buffer.from(frame(n)).toString("hex")}"}\n`);
    }
  }
  return {
    importRows: all.map(({ row }) => `${JSON.stringify(row)}\n`).join(""),
    lines(first, count) {
      let text = "";
      for (let n = first; n < first + count; n++) {
        text += `{"ref":${n}${tails[n % tails.length]!}`;
      }
      return Buffer.from(text, "latin1");
    },
  };
}

function meterOf(i: number) {
  const id = String(i).padStart(8, "0");
  const key = createHash("sha256").update(`soak ${i}`).digest().subarray(0, 16);
  const text = key.toString("hex");
  const wmbus = { manufacturer: "SOK", id, version: 1, medium: 7, key };
  const address = `SOK-${id}/01/07`;
  const around = { ...wmbus, header: "short", format: "none" } as const;
  const plaintext = (n: number) => Buffer.from(`2f2f${n.toString(16).padStart(60, "0")}`, "hex");
  switch (i % FAMILIES) {
    case 0:
      return {
        row: { address, key: text, profile: "oms-a" },
        frame: (n: number) => encodeMode5({ ...around, acc: n, plaintext: plaintext(n) }),
      };
    case 1:
      return {
        row: { address, key: text, profile: "oms-b" },
        frame: (n: number) =>
          encodeMode7({ ...around, acc: n, counter: n, macLength: 8, plaintext: plaintext(n) }),
      };
    case 2:
      return {
        row: { address, key: text, profile: "ell" },
        frame: (n: number) =>
          encodeEll({ ...wmbus, cc: 0x20, sn: n, plaintext: plaintext(n), format: "none" }),
      };
    default: {
      const title = Buffer.from(`534f4b00${id}`, "hex");
      const ak = createHash("sha256").update(key).digest().subarray(0, 16);
      return {
        row: {
          address: `st:${title.toString("hex")}`,
          key: text,
          auth_key: ak.toString("hex"),
          profile: "dlms-suite-0",
        },
        frame: (n: number) =>
          encodeDlms({
            systemTitle: title,
            suite: 0,
            protection: "auth-enc",
            ek: key,
            ak,
            invocationCounter: n,
            apdu: plaintext(n),
            transport: "bare",
            form: "general-glo",
          }),
      };
    }
  }
}
