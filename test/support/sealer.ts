/**
 * MKX/1 written a second time, with node:crypto alone: seals packages as the keystore does.
 *
 * It shares no line with the protocol's own code, so that two readings of the text meet in the
 * tests.
 *
 * @module
 */
import {
  createCipheriv,
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomInt,
  scryptSync,
  sign,
} from "node:crypto";
import type { Keystore, SealedPackage, SealRequest } from "../../keystore/index.ts";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export interface Sealer extends Pick<Keystore, "seal" | "sign" | "mac"> {
  readonly issuer: Uint8Array;
  readonly intake: Uint8Array;
  /** Secrets of the last seal, to look for them where they must not be. */
  readonly secrets: () => Readonly<Record<string, Buffer>>;
}

export interface SealTrouble {
  /** Changes the manifest before it is signed. */
  readonly manifest?: (manifest: Record<string, unknown>) => void;
}

/** A keystore that can seal and sign, with keys of its own. */
export function createSealer(trouble: SealTrouble = {}): Sealer {
  const issuer = generateKeyPairSync("ed25519");
  const intake = generateKeyPairSync("ed25519");
  const access = randomBytes(32);
  let secrets: Record<string, Buffer> = {};
  return {
    issuer: rawPublic(issuer.publicKey),
    intake: rawPublic(intake.publicKey),
    secrets: () => secrets,
    seal(request) {
      const made = seal(request, issuer.privateKey, rawPublic(issuer.publicKey), trouble);
      secrets = made.secrets;
      return Promise.resolve(made.sealed);
    },
    sign(purpose, message) {
      const key = purpose === "intake" ? intake.privateKey : issuer.privateKey;
      return Promise.resolve(new Uint8Array(sign(null, message, key)));
    },
    mac: async (_purpose, message) => createHmac("sha256", access).update(message).digest(),
  };
}

/** A request with `count` meters of one key each. */
export function sealRequest(count = 3): SealRequest {
  const now = Date.now();
  return {
    customerKey: { customer: new Uint8Array(16), version: 1, wrapped: new Uint8Array(60) },
    meters: Array.from({ length: count }, (_, i) => ({
      address: `KAM-${String(76_348_799 + i)}`,
      meter: `mtr_${String(i).padStart(22, "0")}`,
      name: i === 0 ? "Kæld <b>4</b>" : null,
      manufacturer: "KAM",
      serial: String(76_348_799 + i),
      profile: "wmbus",
      keys: [
        {
          uid: new Uint8Array(16),
          type: "mk",
          version: 1,
          origin: "imported",
          length: 16,
          wrapped: new Uint8Array(44),
        },
      ],
    })),
    reference: "REF-7K3Q-9D",
    customer: "cus_1",
    sender: "Vandværket A/S",
    to: "Haus 4 GmbH",
    purpose: "order 4711",
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 7 * 86_400_000).toISOString(),
    checkpoint: "example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
  };
}

function seal(request: SealRequest, key: KeyObject, issuer: Uint8Array, trouble: SealTrouble) {
  const F = randomBytes(32);
  const S = randomBytes(32);
  const P = Array.from({ length: 8 }, () => ALPHABET.charAt(randomInt(32))).join("");
  const prk = hmac("meterseal/mkx1", F);
  const linkId = expand(prk, "link-id", 16);
  const authKey = expand(prk, "auth", 32);
  const out = scryptSync(P, expand(prk, "pin-salt", 32), 64, {
    N: 32_768,
    r: 8,
    p: 1,
    maxmem: 64 * 1024 * 1024,
  });
  const pinProof = out.subarray(0, 32);
  const prk2 = hmac(linkId, Buffer.concat([F, S, out.subarray(32)]));
  const dek = expand(prk2, "dek", 32);
  const receiptProof = expand(prk2, "receipt", 32);
  const { sender, to, purpose, reference, createdAt, expiresAt } = request;
  const count = request.meters.length;
  const header = Buffer.from(
    JSON.stringify({ v: 1, sender, to, purpose, count, reference, createdAt, expiresAt, tier: 1 }),
  );
  const rows = request.meters.map(({ keys, ...meter }) => ({
    ...meter,
    keys: keys.map(({ type, version }) => ({
      type,
      algorithm: "AES-128",
      keyVersion: version,
      value: randomBytes(16).toString("hex"),
      kcv: randomBytes(3).toString("hex"),
    })),
  }));
  const rowBytes = Buffer.from(JSON.stringify(rows));
  const manifest: Record<string, unknown> = {
    v: 1,
    linkId: linkId.toString("base64url"),
    headerHash: sha256(header).toString("base64url"),
    reference,
    customer: request.customer,
    to,
    purpose,
    createdAt,
    expiresAt,
    meters: count,
    keys: rows.length,
    rowsHash: sha256(rowBytes).toString("base64url"),
    checkpoint: request.checkpoint,
    issuer: Buffer.from(issuer).toString("base64url"),
  };
  trouble.manifest?.(manifest);
  const manifestBytes = Buffer.from(JSON.stringify(manifest));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(manifestBytes.length);
  const context = Buffer.from("meterseal/mkx1/package\n");
  const signature = sign(null, Buffer.concat([context, manifestBytes]), key);
  const plaintext = Buffer.concat([length, manifestBytes, signature, rowBytes]);
  const cipher = createCipheriv("aes-256-gcm", dek, Buffer.alloc(12));
  cipher.setAAD(Buffer.concat([linkId, sha256(header)]));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  const kcvs = rows.flatMap((row) => row.keys.map(({ kcv }) => kcv)).join("");
  const sealed: SealedPackage = {
    fragment: F.toString("base64url"),
    pin: `${P.slice(0, 4)}-${P.slice(4)}-${checkSymbol(P)}`,
    linkId,
    header,
    ciphertext,
    share: S,
    authHash: sha256(authKey),
    pinHash: sha256(pinProof),
    receiptHash: sha256(receiptProof),
    packageHash: sha256(plaintext),
    kcvHash: sha256(Buffer.from(kcvs)),
    keyCount: rows.length,
  };
  const secrets = {
    F,
    S,
    P: Buffer.from(P),
    authKey,
    pinProof,
    dek,
    key: Buffer.from(rows[0]?.keys[0]?.value ?? "", "hex"),
  };
  return { sealed, secrets };
}

function checkSymbol(symbols: string): string {
  const weights = [1, 3, 5, 7, 9, 11, 13, 15];
  const sum = weights.reduce((s, w, i) => s + w * ALPHABET.indexOf(symbols.charAt(i)), 0);
  return ALPHABET.charAt(sum % 32);
}

/** One block of HKDF-Expand (RFC 5869 §2.3): T(1) is enough for 32 bytes. */
function expand(prk: Buffer, label: string, length: number): Buffer {
  return hmac(prk, Buffer.concat([Buffer.from(label), Buffer.of(1)])).subarray(0, length);
}

function hmac(key: string | Buffer, message: Buffer): Buffer {
  return createHmac("sha256", key).update(message).digest();
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function rawPublic(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: "spki", format: "der" }).subarray(-32));
}
