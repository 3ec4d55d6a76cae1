/**
 * PSKC under a passphrase: PBKDF2, AES-256-CBC, and a MAC over each ciphertext.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc6030 | RFC 6030 §6.2 and §6.1.1}: the MAC key is drawn
 * for this file and travels encrypted under the derived key.
 *
 * @module
 */
import { toBase64 } from "../bytes.ts";
import { xmlElement } from "../markup.ts";
import { cipherData, type Protected } from "./elements.ts";
import type { Protect } from "./key-wrap.ts";

/** Algorithm of an EncryptedValue under a passphrase. */
export const PASSPHRASE_CIPHER = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
const HMAC_SHA_256 = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
const PBKDF2 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2";

/** What OWASP asks of PBKDF2 with SHA-256 since 2023. */
const ITERATIONS = 600_000;
const KEY_LENGTH = 32;
const SALT_LENGTH = 16;
const IV_LENGTH = 16;

export interface Derivation {
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyLength: number;
  readonly hash: "SHA-1" | "SHA-256";
}

/** A document's head and the protection of its keys. */
export interface PassphraseLayer {
  readonly head: string;
  readonly protect: Protect;
}

export interface LayerKeys {
  /** AES-CBC with the padding of XML Encryption §5.2; the initialisation vector comes first. */
  encrypt(iv: Uint8Array, plain: Uint8Array): Promise<Uint8Array>;
  /** Encrypts one secret and authenticates the result. */
  protect(iv: Uint8Array, secret: Uint8Array): Promise<Protected>;
}

/** Draws salt and MAC key, and derives the encryption key. */
export async function passphraseLayer(passphrase: string): Promise<PassphraseLayer> {
  const salt = random(SALT_LENGTH);
  const hash = "SHA-256";
  const derivation = { salt, iterations: ITERATIONS, keyLength: KEY_LENGTH, hash } as const;
  const key = await deriveKey(passphrase, derivation);
  const macKey = random(KEY_LENGTH);
  const { encrypt, protect } = await layerKeys(key, macKey, hash);
  const head =
    `<EncryptionKey><xenc11:DerivedKey>${derivationMethod(derivation)}` +
    `${xmlElement("xenc11:MasterKeyName", "own passphrase")}</xenc11:DerivedKey></EncryptionKey>\n` +
    `<MACMethod Algorithm="${HMAC_SHA_256}"><MACKey>` +
    `${cipherData(PASSPHRASE_CIPHER, await encrypt(random(IV_LENGTH), macKey))}` +
    "</MACKey></MACMethod>\n";
  return { head, protect: (secret) => protect(random(IV_LENGTH), secret) };
}

/** PBKDF2 (RFC 8018 §5.2). */
export async function deriveKey(
  passphrase: string,
  { salt, iterations, keyLength, hash }: Derivation,
): Promise<Uint8Array> {
  const text = new TextEncoder().encode(passphrase);
  const material = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", salt: new Uint8Array(salt), iterations, hash };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, keyLength * 8));
}

/** The two keys of a document, each imported once however many secrets follow. */
export async function layerKeys(
  key: Uint8Array,
  macKey: Uint8Array,
  hash: Derivation["hash"],
): Promise<LayerKeys> {
  const { subtle } = crypto;
  const cbc = await subtle.importKey("raw", new Uint8Array(key), "AES-CBC", false, ["encrypt"]);
  const hmac = { name: "HMAC", hash };
  const mac = await subtle.importKey("raw", new Uint8Array(macKey), hmac, false, ["sign"]);
  const encrypt = async (iv: Uint8Array, plain: Uint8Array) => {
    const parameters = { name: "AES-CBC", iv: new Uint8Array(iv) };
    const cipher = await subtle.encrypt(parameters, cbc, new Uint8Array(plain));
    return new Uint8Array([...iv, ...new Uint8Array(cipher)]);
  };
  return {
    encrypt,
    async protect(iv, secret) {
      const cipher = await encrypt(iv, secret);
      return { cipher, mac: new Uint8Array(await subtle.sign("HMAC", mac, cipher)) };
    },
  };
}

/** Children without a namespace, as in RFC 6030 figure 7. */
function derivationMethod({ salt, iterations, keyLength }: Derivation): string {
  return (
    `<xenc11:KeyDerivationMethod Algorithm="${PBKDF2}">` +
    '<pkcs5:PBKDF2-params xmlns="" ' +
    'xmlns:pkcs5="http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#">' +
    `<Salt>${xmlElement("Specified", toBase64(salt))}</Salt>` +
    `${xmlElement("IterationCount", String(iterations))}${xmlElement("KeyLength", String(keyLength))}` +
    `<PRF Algorithm="${HMAC_SHA_256}"/></pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod>`
  );
}

function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
