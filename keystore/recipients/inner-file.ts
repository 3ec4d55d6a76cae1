/**
 * The inner layer of a package: a file that only an enrolled recipient's own key opens.
 *
 * `age` and `cms` encrypt the document of all keys as a whole. `rsa-oaep` and `aes-kwp` leave the
 * document readable and wrap each key for itself, so that an HSM can unwrap them one by one and
 * no program outside it ever holds one.
 *
 * @module
 */
import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { ByteSink } from "../byte-sink.ts";
import type { SealRecipient } from "../contract.ts";
import { KeystoreError } from "../errors.ts";
import { SecretKey } from "../secret-key.ts";
import type { WrappingKey } from "../wrap.ts";
import { cmsFile } from "./cms.ts";
import { wrapPadded } from "./key-wrap.ts";
import { openRecipientKek } from "./recipient-kek.ts";

/** Writes the member of a key that holds it. */
export type InnerValue = (sink: ByteSink, key: Uint8Array) => void;

/** An inner layer while it is written. */
export interface InnerFile {
  readonly sink: ByteSink;
  /** What each key is wrapped under, for who else writes some of them; null: under nothing. */
  readonly kek: SecretKey | null;
  /** JSON of the finished layer, as it stands in the package. */
  finish(): Buffer;
  /** Wipes what is left, finished or not. */
  close(): void;
}

/** How the keys of a layer are written: wrapped, or open in what is encrypted as a whole. */
export function innerValue(kek: SecretKey | null): InnerValue {
  if (kek === null) {
    return (sink, key) => {
      sink.ascii('"value":"');
      sink.hex(key);
      sink.ascii('",');
    };
  }
  return (sink, key) => {
    sink.ascii('"wrapped":"');
    sink.hex(kek.use((bytes) => wrapPadded(bytes, key)));
    sink.ascii('",');
  };
}

/** @throws {@link KeystoreError} `RECIPIENT_KEY`, `KEY_INTEGRITY` */
export async function openInnerFile(
  under: WrappingKey,
  recipient: SealRecipient,
  delivery: string,
  capacity: number,
): Promise<InnerFile> {
  switch (recipient.kind) {
    case "age": {
      // Curves and post-quantum code take longer to load than all the rest of a thread.
      const { ageFile } = await import("./age.ts");
      return document(recipient, delivery, capacity, ageFile);
    }
    case "cms":
      return document(recipient, delivery, capacity, cmsFile);
    case "rsa-oaep": {
      const kek = SecretKey.generate();
      const value = kek.use((bytes) => wrapByRsa(recipient.key, bytes)).toString("base64url");
      return wrapped(recipient, delivery, capacity, kek, { algorithm: "RSA-OAEP-256", value });
    }
    case "aes-kwp": {
      const kek = openRecipientKek(under, recipient);
      return wrapped(recipient, delivery, capacity, kek, {
        algorithm: `AES-${8 * kek.length}-KWP`,
      });
    }
  }
}

/** The document `meterseal-keys`, encrypted as a whole. */
function document(
  recipient: SealRecipient,
  delivery: string,
  capacity: number,
  encrypt: (key: Uint8Array, plaintext: Uint8Array) => Buffer,
): InnerFile {
  const sink = new ByteSink(capacity);
  sink.bytes(Buffer.from(`{"format":"meterseal-keys","version":1,"delivery":${delivery}`));
  sink.ascii(',"meters":[');
  return {
    sink,
    kek: null,
    finish() {
      sink.ascii("]}");
      return layer(recipient, encrypt(recipient.key, sink.written));
    },
    close: () => sink.wipe(),
  };
}

/** The document `meterseal-wrapped-keys`, each key by AES-KWP under one KEK. */
function wrapped(
  recipient: SealRecipient,
  delivery: string,
  capacity: number,
  kek: SecretKey,
  told: { readonly algorithm: string; readonly value?: string },
): InnerFile {
  const sink = new ByteSink(capacity);
  const shown = JSON.stringify({ ...told, recipient: recipient.fingerprint });
  sink.bytes(Buffer.from(`{"format":"meterseal-wrapped-keys","version":1,"delivery":${delivery}`));
  sink.ascii(`,"kek":${shown},"meters":[`);
  return {
    sink,
    kek,
    finish() {
      sink.ascii("]}");
      return layer(recipient, sink.written);
    },
    close: () => kek[Symbol.dispose](),
  };
}

function layer({ kind, fingerprint }: SealRecipient, file: Buffer): Buffer {
  const text = JSON.stringify({ kind, recipient: fingerprint, file: file.toString("base64url") });
  return Buffer.from(text, "latin1");
}

/** RSAES-OAEP with SHA-256 and MGF1 of SHA-256, empty label (RFC 8017 §7.1). */
function wrapByRsa(spki: Uint8Array, kek: Uint8Array): Buffer {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    return publicEncrypt({ key, padding, oaepHash: "sha256" }, kek);
  } catch (cause) {
    throw new KeystoreError("RECIPIENT_KEY", "RSA key: cannot be used", { cause });
  }
}
