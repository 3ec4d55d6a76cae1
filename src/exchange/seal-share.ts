/**
 * Seals a share to its claimer with the platform's own cryptography.
 *
 * HPKE base mode with DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM
 * ({@link https://www.rfc-editor.org/rfc/rfc9180 | RFC 9180}), byte for byte what
 * `handover/protocol/share.ts` opens. That one has to run in a browser and goes through some
 * fifteen jobs of WebCrypto for one seal; here sixty-four claimers may wait for theirs.
 *
 * @module
 */
import { createCipheriv, createECDH, createHmac } from "node:crypto";
import { linkContext } from "../handover/protocol/derive.ts";
import type { ShareContext } from "../handover/protocol/share.ts";

const VERSION = Buffer.from("HPKE-v1");
const INFO = Buffer.from("meterseal/mkx1/share");
const NONE = Buffer.alloc(0);
/** RFC 9180 §4.1 and §5.1: "KEM" ‖ kem_id, "HPKE" ‖ kem_id ‖ kdf_id ‖ aead_id. */
const KEM_SUITE = Buffer.from("4b454d0010", "hex");
const HPKE_SUITE = Buffer.from("48504b45001000010002", "hex");
const BASE_MODE = Buffer.of(0);

/** Seals `share` to `pk`, a valid point of 65 bytes; answers enc ‖ ct. */
export function sealShare(pk: Uint8Array, share: Uint8Array, context: ShareContext): Uint8Array {
  const ephemeral = createECDH("prime256v1");
  const enc = ephemeral.generateKeys();
  const shared = encapsulated(ephemeral.computeSecret(pk), Buffer.concat([enc, pk]));
  // RFC 9180 §5.1: key schedule without a pre-shared key.
  const schedule = Buffer.concat([
    BASE_MODE,
    extract(HPKE_SUITE, NONE, "psk_id_hash", NONE),
    extract(HPKE_SUITE, NONE, "info_hash", INFO),
  ]);
  const secret = extract(HPKE_SUITE, shared, "secret", NONE);
  const key = expand(HPKE_SUITE, secret, "key", schedule, 32);
  const nonce = expand(HPKE_SUITE, secret, "base_nonce", schedule, 12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const { linkId, header, sigPk } = context;
  cipher.setAAD(Buffer.concat([linkContext(linkId, header), sigPk]));
  return Buffer.concat([enc, cipher.update(share), cipher.final(), cipher.getAuthTag()]);
}

/** ExtractAndExpand of RFC 9180 §4.1. */
function encapsulated(dh: Buffer, kemContext: Buffer): Buffer {
  const prk = extract(KEM_SUITE, NONE, "eae_prk", dh);
  return expand(KEM_SUITE, prk, "shared_secret", kemContext, 32);
}

/** LabeledExtract of RFC 9180 §4. */
function extract(suite: Buffer, salt: Buffer, label: string, ikm: Buffer): Buffer {
  return createHmac("sha256", salt)
    .update(VERSION)
    .update(suite)
    .update(label)
    .update(ikm)
    .digest();
}

/** LabeledExpand of RFC 9180 §4; one block of HKDF-Expand is enough for 32 bytes. */
function expand(suite: Buffer, prk: Buffer, label: string, info: Buffer, length: number): Buffer {
  return createHmac("sha256", prk)
    .update(Buffer.of(0, length))
    .update(VERSION)
    .update(suite)
    .update(label)
    .update(info)
    .update(Buffer.of(1))
    .digest()
    .subarray(0, length);
}
