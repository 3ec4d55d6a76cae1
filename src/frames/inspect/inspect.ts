/**
 * Explains the headers of a frame with no key and no network, also of frames that cannot be
 * decrypted: rows go as far as the frame could be read, the refusal says why they end.
 *
 * @module
 */
import { inspectCose } from "../cose/inspect-cose.ts";
import { detectTransport, type Transport } from "../detect.ts";
import { addToken } from "../dlms/inspect-apdu.ts";
import { inspectDlms } from "../dlms/inspect-dlms.ts";
import { isDlmsSegment } from "../dlms/mbus-segments.ts";
import { parseFrame } from "../parse.ts";
import { FrameError } from "../sealed-frame.ts";
import { inspectWired } from "../wmbus/inspect-wired.ts";
import { inspectWmbus } from "../wmbus/inspect-wmbus.ts";
import { type AddRow, type Inspection, type InspectionRow, refusalOf } from "./inspection.ts";

export type { Inspection, InspectionRow } from "./inspection.ts";

const PROTOCOLS: Readonly<Record<Transport, Inspection["protocol"]>> = {
  wmbus: "wmbus",
  hdlc: "dlms",
  apdu: "dlms",
  wrapper: "dlms",
  gmac: "dlms",
  mbus: "mbus",
  cose: "cose",
  unknown: null,
};

/** Explains a frame; never throws for what the bytes are. */
export function inspectFrame(bytes: Uint8Array): Inspection {
  const rows: InspectionRow[] = [];
  const add: AddRow = (field, value, meaning = "") => rows.push({ field, value, meaning });
  const transport = detectTransport(bytes);
  let address: string | null = null;
  try {
    address = addRows(transport, bytes, add);
  } catch (error) {
    if (!(error instanceof FrameError)) {
      throw error;
    }
  }
  const isDlms = transport === "mbus" && isDlmsSegment(bytes);
  const protocol = isDlms ? "dlms" : PROTOCOLS[transport];
  return { protocol, address, rows, refusal: refusalFor(bytes) };
}

function addRows(transport: Transport, bytes: Uint8Array, add: AddRow): string | null {
  switch (transport) {
    case "wmbus":
      return inspectWmbus(bytes, add);
    case "hdlc":
    case "apdu":
    case "wrapper":
      return inspectDlms(transport, bytes, add);
    case "gmac":
      return addToken(bytes, add);
    case "mbus":
      if (isDlmsSegment(bytes)) {
        return inspectDlms(transport, bytes, add);
      }
      return inspectWired(bytes, add);
    case "cose":
      return inspectCose(bytes, add);
    case "unknown":
      add("length", `${bytes.length} bytes`, "neither wM-Bus nor DLMS");
      return null;
  }
}

function refusalFor(bytes: Uint8Array): Inspection["refusal"] {
  try {
    parseFrame(bytes);
    return null;
  } catch (error) {
    if (error instanceof FrameError) {
      return refusalOf(error);
    }
    throw error;
  }
}
