/**
 * Reads Bech32 ({@link https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki | BIP 173})
 * without its limit of 90 characters: the form of age recipients.
 *
 * @module
 */
const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_LENGTH = 6;

export interface Bech32 {
  readonly prefix: string;
  readonly bytes: Uint8Array;
}

/** Null when the text is not of this form, or its checksum does not fit. */
export function decodeBech32(text: string): Bech32 | null {
  const separator = text.lastIndexOf("1");
  const prefix = text.slice(0, separator);
  const symbols = [...text.slice(separator + 1)].map((symbol) => ALPHABET.indexOf(symbol));
  if (!/^[!-~]{1,83}$/.test(prefix) || text !== text.toLowerCase()) {
    return null;
  }
  if (symbols.length < CHECKSUM_LENGTH || symbols.includes(-1)) {
    return null;
  }
  if (polymod([...expanded(prefix), ...symbols]) !== 1) {
    return null;
  }
  const bytes = regroup(symbols.slice(0, -CHECKSUM_LENGTH));
  return bytes === null ? null : { prefix, bytes };
}

/** BIP 173, "Checksum": the prefix's high bits, a zero, its low bits. */
function expanded(prefix: string): number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((term, i) => {
      checksum ^= (top >> i) & 1 ? term : 0;
    });
  }
  return checksum;
}

/** From groups of five bits to octets; what is left over must be zero and less than a group. */
function regroup(symbols: readonly number[]): Uint8Array | null {
  const octets: number[] = [];
  let bits = 0;
  let held = 0;
  for (const symbol of symbols) {
    held = ((held << 5) | symbol) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      octets.push((held >> bits) & 0xff);
    }
  }
  return bits < 5 && (held & ((1 << bits) - 1)) === 0 ? Uint8Array.from(octets) : null;
}
