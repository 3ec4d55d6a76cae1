/**
 * PSKC: the standard's container for symmetric keys, each key encrypted by itself.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc6030 | RFC 6030}
 *
 * @module
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported, FormatOptions } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { badOption, passphraseOf } from "../option.ts";
import { keyContainer, keyPackage } from "./elements.ts";
import { KEY_WRAP, KEY_WRAP_HEAD, keyWrap, type Protect } from "./key-wrap.ts";
import { PASSPHRASE_CIPHER, passphraseLayer } from "./passphrase.ts";

/** Keys in WebCrypto's hands at once: each waits for a thread, and a hundred thousand would queue. */
const BATCH = 256;

/** Writes every key under the key-encryption key, or under the passphrase. */
export async function writePskc(bundle: Bundle, options: FormatOptions): Promise<Exported> {
  const { head, algorithm, protect } = await layerFor(options);
  const keys = bundle.meters.flatMap((meter) => meter.keys.map((key) => ({ meter, key })));
  const packages: string[] = [];
  for (let at = 0; at < keys.length; at += BATCH) {
    const batch = keys.slice(at, at + BATCH).map(async ({ meter, key }) => {
      const hidden = await protect(hexToBytes(key.value));
      return keyPackage(meter, key, algorithm, hidden);
    });
    packages.push(...(await Promise.all(batch)));
  }
  return {
    bytes: new TextEncoder().encode(keyContainer(head, packages)),
    fileName: fileNameOf(bundle, "pskcxml"),
    mediaType: "application/pskc+xml",
    refused: [],
  };
}

interface Layer {
  readonly head: string;
  readonly algorithm: string;
  readonly protect: Protect;
}

async function layerFor(options: FormatOptions): Promise<Layer> {
  if (options.kek === undefined) {
    return { ...(await passphraseLayer(passphraseOf(options))), algorithm: PASSPHRASE_CIPHER };
  }
  if (options.passphrase !== undefined) {
    throw badOption("passphrase", "expected a key-encryption key or a passphrase, not both");
  }
  return { head: KEY_WRAP_HEAD, algorithm: KEY_WRAP, protect: await keyWrap(options) };
}
