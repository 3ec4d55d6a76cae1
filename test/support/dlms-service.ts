/**
 * A deployment with DLMS meters whose keys the test knows, and the frames they send.
 *
 * @module
 */
import type { ExecutionContext } from "ava";
import { encodeDlms } from "../../bench/encode/dlms.ts";
import { hex } from "./frame-vectors.ts";
import { ndjson, type Parsed, parseNdjson, startService } from "./service.ts";

export const EK = hex("000102030405060708090A0B0C0D0E0F");
const AK = hex("D0D1D2D3D4D5D6D7D8D9DADBDCDDDEDF");
export const DEDICATED = hex("00112233445566778899AABBCCDDEEFF");
export const TEXT = "0F00000001000203090C07E80A0F02000000FF800000060001E2401200E6";
/** System titles of meters, by what is on file of them, and of a client. */
export const STRICT = "4D4D4D0000000001";
export const LAX = "4D4D4D0000000002";
export const KEYLESS = "4D4D4D0000000003";
export const KEYLESS_LAX = "4D4D4D0000000004";
export const CLIENT = "4D4D4D0000BC614E";

/** What an encoder needs: the keys that all meters share. */
export function keys(
  title: string,
  invocationCounter: number,
  protection: "auth-enc" | "enc" = "auth-enc",
) {
  const systemTitle = hex(title);
  return {
    systemTitle,
    suite: 0,
    protection,
    ek: EK,
    ak: AK,
    invocationCounter,
    apdu: hex(TEXT),
  } as const;
}

/** A general-glo-ciphering APDU. */
export function glo(...options: Parameters<typeof keys>): Uint8Array {
  return encodeDlms({ ...keys(...options), transport: "bare", form: "general-glo" });
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

interface Line {
  readonly frame: Uint8Array;
  readonly meter?: string;
  readonly challenge?: string;
  readonly initiate?: Uint8Array;
}

/** A deployment with the four meters that decrypts lines and answers their rows. */
export async function deployment(
  t: ExecutionContext,
): Promise<(lines: readonly Line[]) => Promise<Parsed[]>> {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  const key = toText(EK);
  const auth_key = toText(AK);
  for (const [query, rows] of [
    [
      "",
      [
        { address: `st:${STRICT}`, key, auth_key },
        { address: `st:${KEYLESS}`, key },
      ],
    ],
    [
      "&allowUnauthenticated=true",
      [
        { address: `st:${LAX}`, key, auth_key },
        { address: `st:${KEYLESS_LAX}`, key },
      ],
    ],
  ] as const) {
    const path = `/v1/meters/import?customer=${customer}&allowWeak=true${query}`;
    const report = await service.call("POST", path, custodian, ndjson(rows));
    t.is(report.body.imported, rows.length, report.text);
  }
  return async (lines) => {
    const body = lines.map(({ frame, initiate: request, ...rest }) => ({
      ...rest,
      frame: toText(frame),
      ...(request === undefined ? {} : { initiate: toText(request) }),
    }));
    const answer = await service.call("POST", "/v1/frames/decrypt", machine, ndjson(body));
    t.false(answer.text.includes(toText(DEDICATED)));
    return parseNdjson(answer.text);
  };
}

/** The code of a refusal, or verification and freshness of an opened frame. */
export function said(row: Parsed): string {
  return row.error?.code ?? `${row.verification} ${row.freshness}`;
}
