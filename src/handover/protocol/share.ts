/**
 * The share, sealed to the one claimer.
 *
 * HPKE base mode ({@link https://www.rfc-editor.org/rfc/rfc9180 | RFC 9180} §5.1.1) with
 * DHKEM(P-256, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. The claimer's signing key is part of
 * the associated data: a sealed share answers to one pair of keys.
 *
 * @module
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { linkContext } from "./derive.ts";
import { HandoverError } from "./errors.ts";

/** A key of WebCrypto, by the name the platform gives it. */
export type PlatformKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const INFO = utf8ToBytes("meterseal/mkx1/share");
/** Length of an encapsulated key: Npk of DHKEM(P-256), RFC 9180 §7.1. */
const ENC_LENGTH = 65;

export interface ShareContext {
  readonly linkId: Uint8Array;
  readonly header: Uint8Array;
  /** The claimer's signing key, 65 bytes uncompressed. */
  readonly sigPk: Uint8Array;
}

/** Seals `share` to `pk` (65 bytes uncompressed); answers enc ‖ ct. */
export async function sealShare(
  pk: Uint8Array,
  share: Uint8Array,
  context: ShareContext,
): Promise<Uint8Array> {
  const suite = hpke();
  const recipientPublicKey = await suite.kem.deserializePublicKey(owned(pk));
  const { enc, ct } = await suite.seal(
    { recipientPublicKey, info: owned(INFO) },
    owned(share),
    owned(associated(context)),
  );
  return concatBytes(new Uint8Array(enc), new Uint8Array(ct));
}

/** The recipient's pair; the private half may be non-extractable. */
export interface Recipient {
  readonly hpkePrivate: PlatformKey;
  /** 65 bytes, uncompressed. */
  readonly pk: Uint8Array;
}

/**
 * Opens a sealed share.
 *
 * @throws {@link HandoverError} `SHARE_INTEGRITY`
 */
export async function openShare(
  { hpkePrivate: privateKey, pk }: Recipient,
  sealed: Uint8Array,
  context: ShareContext,
): Promise<Uint8Array> {
  try {
    const suite = hpke();
    // RFC 9180 §4.1 hashes the public key. From a non-extractable private key the library can
    // only compute its x and guesses the sign of y: without `pk`, every other share would fail.
    const publicKey = await suite.kem.deserializePublicKey(owned(pk));
    const share = await suite.open(
      {
        recipientKey: { privateKey, publicKey },
        enc: owned(sealed.subarray(0, ENC_LENGTH)),
        info: owned(INFO),
      },
      owned(sealed.subarray(ENC_LENGTH)),
      owned(associated(context)),
    );
    return new Uint8Array(share);
  } catch (cause) {
    throw new HandoverError("SHARE_INTEGRITY", "sealed share: does not open with this key", {
      cause,
    });
  }
}

function associated({ linkId, header, sigPk }: ShareContext): Uint8Array {
  return concatBytes(linkContext(linkId, header), sigPk);
}

function hpke(): CipherSuite {
  return new CipherSuite({
    kem: new DhkemP256HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
}

/** A buffer of its own: views into pooled memory carry their neighbours with them. */
function owned(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
