/**
 * Explains a wM-Bus frame header by header; ciphertext appears as a length only.
 *
 * @module
 */
import { formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspection.ts";
import { ciOf } from "./ci.ts";
import { deviceTypeName } from "./device-types.ts";
import { inspectAfl } from "./inspect-afl.ts";
import { type EllHeader, type Layers, readLayers, type TplHeader } from "./layers.ts";
import { controlName, LINK_HEADER, type LinkFrame, readLink } from "./link.ts";
import { encryptedBlocks, modeName } from "./modes.ts";
import { keyAddress } from "./wmbus.ts";

const FORMATS = {
  A: "CRC after each block, all correct",
  B: "CRC at the end, correct (by chance in 1 of 65 536 frames without CRCs)",
  none: "no link CRCs found",
} as const;

/** Adds the rows of a frame and answers whose key opens it; throws the link layer's errors. */
export function inspectWmbus(bytes: Uint8Array, add: AddRow): string {
  addLinkHeader(bytes, add);
  const link = readLink(bytes)[0]!;
  addFormat(bytes, link, add);
  const frame = link.bytes;
  const layers = readLayers(frame);
  addLayers(frame, layers, add);
  const address = formatAddress(keyAddress(frame, layers));
  add("key address", address, "the key of this address opens the frame");
  addNeeds(layers, add);
  return address;
}

function addLinkHeader(bytes: Uint8Array, add: AddRow): void {
  add("L", hexOf(bytes[0]!), `length field: ${bytes[0]} bytes follow`);
  add("C", hexOf(bytes[1]!), controlName(bytes[1]!) || "no control field of EN 13757-4");
  if (bytes.length >= LINK_HEADER) {
    addAddress("link address", bytes.subarray(2, LINK_HEADER), add);
  }
}

function addFormat(bytes: Uint8Array, { format, bytes: inner }: LinkFrame, add: AddRow): void {
  add("link format", format === "none" ? "none" : `format ${format}`, FORMATS[format]);
  const spare = bytes.length - bytes[0]! - 1;
  if (format !== "A" && spare > 0) {
    add("trailing bytes", String(spare), "beyond the L field: cut");
  }
  add("length", `${bytes.length} bytes`, `${inner.length} without link CRCs and trailing bytes`);
}

function addLayers(frame: Uint8Array, { ell, afl, tpl, ci, stop }: Layers, add: AddRow): void {
  if (ell !== null) {
    addEll(frame, ell, add);
  }
  if (afl !== null) {
    add("CI", "90", ciOf(0x90).name);
    inspectAfl(frame.subarray(afl.start, afl.end), add);
  }
  if (tpl !== null) {
    addTpl(frame, tpl, add);
  } else if (stop !== null && ci !== -1 && ciOf(ci).kind !== "ell" && ciOf(ci).kind !== "afl") {
    add("CI", hexOf(ci), ciOf(ci).name);
  }
}

function addAddress(field: string, bytes: Uint8Array, add: AddRow): void {
  const text = formatAddress({ kind: "wmbus", bytes });
  add(field, text, "manufacturer, number, version, device type");
  add("version", hexOf(bytes[6]!), "version or generation of the device");
  add("device type", hexOf(bytes[7]!), deviceTypeName(bytes[7]!));
}

function addEll(frame: Uint8Array, ell: EllHeader, add: AddRow): void {
  add("CI", hexOf(ell.ci), ciOf(ell.ci).name);
  add("CC", hexOf(ell.cc), "communication control");
  add("ELL ACC", hexOf(ell.acc), "access number");
  if (ell.address2 !== null) {
    addAddress("second address", ell.address2, add);
  }
  if (ell.sessionAt === 0) {
    return;
  }
  const session = ell.session;
  add(
    "SN",
    hexOf(...frame.subarray(ell.sessionAt, ell.sessionAt + 4)),
    `session number ${session}: minutes ${(session >>> 4) & 0x1ffffff}, session ${session & 15}`,
  );
  add(
    "ENC",
    String(ell.encryption),
    ["no encryption", "AES-128-CTR"][ell.encryption] ?? "reserved",
  );
  if (ell.encryption !== 0) {
    add("ciphertext", `${frame.length - ell.end} bytes`, "payload CRC (2) and data");
  }
}

function addTpl(frame: Uint8Array, tpl: TplHeader, add: AddRow): void {
  add("CI", hexOf(tpl.ci), ciOf(tpl.ci).name);
  if (tpl.address !== null) {
    addAddress("meter address", tpl.address, add);
  }
  const { mode, config, end } = tpl;
  add("ACC", hexOf(tpl.acc), "access number");
  add("status", hexOf(tpl.status), tpl.status === 0 ? "no fault reported" : "status bits set");
  add("configuration", hexOf(config >> 8, config & 0xff), `mode ${mode}: ${modeName(mode)}`);
  const extension = mode === 7 || mode === 13 ? 1 : mode === 10 ? 2 : 0;
  if (extension > 0 && end + extension <= frame.length) {
    const low = frame[end]!;
    add(
      "configuration extension",
      hexOf(...frame.subarray(end, end + extension)),
      mode === 13
        ? `protocol type ${low & 15}`
        : `key derivation ${(low >> 4) & 3}, key id ${low & 15}`,
    );
  }
  const data = end + extension;
  if (mode === 10 && data + 4 <= frame.length) {
    const [a, b, c, d] = frame.subarray(data, data + 4);
    add("message counter", String((a! | (b! << 8) | (c! << 16) | (d! << 24)) >>> 0), "");
  }
  if (mode === 5 || mode === 7) {
    const blocks = encryptedBlocks(config);
    add("encrypted blocks", String(blocks), `${blocks * 16} bytes of ciphertext`);
  }
  const rest = Math.max(0, frame.length - data - (mode === 10 ? 4 : 0));
  add("data", `${rest} bytes`, "after the headers");
}

function addNeeds({ ell, afl, tpl }: Layers, add: AddRow): void {
  const needs = (profile: string, key: string, strength: string): void => {
    add("profile", profile, `opened by ${key}`);
    add("verification", strength.split(":")[0]!, strength.split(": ")[1]!);
  };
  if (ell !== null && ell.encryption === 1) {
    needs("ell", "a data encryption key (DEK) of 16 bytes", "crc16: a 16-bit CRC, no integrity");
  } else if (tpl?.mode === 5 && encryptedBlocks(tpl.config) > 0) {
    needs("oms-a", "a master key of 16 bytes", "check16: two check bytes 2F 2F, no integrity");
  } else if (tpl?.mode === 7 && afl !== null) {
    needs("oms-b", "a master key of 16 bytes", "mac64: CMAC of the AFL");
  } else if (tpl?.mode === 10) {
    needs("oms-d", "a master key of 16 bytes", "tag64: CCM tag");
  }
}
