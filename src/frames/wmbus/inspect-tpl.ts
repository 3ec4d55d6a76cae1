/**
 * Explains the transport layer header and says what opens the frame.
 *
 * @module
 */
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { ciOf } from "./ci.ts";
import { addAddress } from "./inspect-address.ts";
import type { Layers, TplHeader } from "./layers.ts";
import { u32 } from "./little-endian.ts";
import { encryptedBlocks, hasMessageCounter, modeName, readExtension, tagLength } from "./modes.ts";

/** Adds the rows of the header and, of what follows, its length. */
export function inspectTpl(frame: Uint8Array, tpl: TplHeader, add: AddRow): void {
  add("CI", hexOf(tpl.ci), ciOf(tpl.ci).name);
  if (tpl.address !== null) {
    addAddress("meter address", tpl.address, add);
  }
  const { mode, config } = tpl;
  add("ACC", hexOf(tpl.acc), "access number");
  add("status", hexOf(tpl.status), tpl.status === 0 ? "no fault reported" : "status bits set");
  add("configuration", hexOf(config >> 8, config & 0xff), `mode ${mode}: ${modeName(mode)}`);
  const data = addExtension(frame, tpl, add);
  if (mode === 5 || mode === 7) {
    const blocks = encryptedBlocks(config);
    add("encrypted blocks", String(blocks), `${blocks * 16} bytes of ciphertext`);
  }
  add("data", `${Math.max(0, frame.length - data)} bytes`, "after the headers");
}

/** Answers where the data begins. */
function addExtension(frame: Uint8Array, tpl: TplHeader, add: AddRow): number {
  const extension = readExtension(frame, tpl);
  if (extension === null) {
    return tpl.end;
  }
  const { word, kdf, keyId, keyVersion, end } = extension;
  const text = tpl.mode === 10 ? hexOf(word >> 8, word & 0xff) : hexOf(word);
  if (tpl.mode === 13) {
    add("configuration extension", text, `protocol type ${keyId}`);
    return end;
  }
  add("configuration extension", text, `key derivation ${kdf}, key id ${keyId}`);
  if (tpl.mode === 7) {
    return end;
  }
  if (keyVersion !== null) {
    add("key version", String(keyVersion), "of the key in use");
  }
  const bytes = tpl.config & 0xff;
  add("encrypted bytes", bytes === 0xff ? "all" : String(bytes), "before the tag");
  add("tag", `${tagLength(extension)} bytes`, "CCM, at the end of the frame");
  if (!hasMessageCounter(tpl.config) || end + 4 > frame.length) {
    return end;
  }
  add("message counter", String(u32(frame, end)), "makes the key of this message");
  return end + 4;
}

/** Adds which key opens the frame and how strongly it is verified then. */
export function inspectNeeds(frame: Uint8Array, { ell, afl, tpl }: Layers, add: AddRow): void {
  const needs = (profile: string, key: string, strength: string, meaning: string): void => {
    add("profile", profile, `opened by ${key} of 16 bytes`);
    add("verification", strength, meaning);
  };
  const mk = "a master key";
  if (ell !== null && ell.encryption === 1) {
    needs("ell", "a data encryption key (DEK)", "crc16", "a 16-bit CRC, no integrity");
  } else if (tpl?.mode === 5 && encryptedBlocks(tpl.config) > 0) {
    needs("oms-a", mk, "check16", "two check bytes 2F 2F, no integrity");
  } else if (tpl?.mode === 7) {
    const mac = afl?.mac ?? null;
    const strength = mac === null ? "none" : `mac${mac.length * 8}`;
    needs("oms-b", mk, strength, mac === null ? "no MAC: refused" : "CMAC of the AFL");
  } else if (tpl?.mode === 10) {
    const extension = readExtension(frame, tpl);
    if (extension !== null) {
      needs("oms-d", mk, `tag${tagLength(extension) * 8}`, "CCM tag");
    }
  }
}
