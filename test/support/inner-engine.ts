/**
 * The keystore's engine in this thread, sealing for a recipient and opened again as MKX/1 says.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Profile, SealedPackage, SealMeter, SealRecipient } from "../../keystore/contract.ts";
import { createEngine } from "../../keystore/engine.ts";
import { packMeters } from "../../keystore/packed-seal.ts";
import { SecretKey } from "../../keystore/secret-key.ts";
import { nodeScrypt } from "../../src/handover/collect/node-scrypt.ts";
import {
  deriveLink,
  derivePackageKeys,
  derivePin,
  linkContext,
} from "../../src/handover/protocol/derive.ts";
import { parseHeader } from "../../src/handover/protocol/manifest.ts";
import { decryptPackage, verifyPackage } from "../../src/handover/protocol/package.ts";
import { parsePin } from "../../src/handover/protocol/pin.ts";

/** An engine with a customer. */
export function innerEngine() {
  const zero = new Uint8Array(16);
  const engine = createEngine({ id: zero, version: 1, key: SecretKey.generate() }, 0);
  const purposes = ["package-signing", "access", "fingerprint"] as const;
  engine.load(purposes.map((purpose) => engine.createServiceKey(purpose)));
  const customer = new Uint8Array(randomBytes(16));
  const ref = { customer, version: 1, wrapped: engine.createCustomerKey(customer, 1) };

  function meters(count: number, profile: Profile): SealMeter[] {
    return Array.from({ length: count }, (_, i) => {
      const uid = new Uint8Array(randomBytes(16));
      const [key] = engine.generate(ref, [{ uid, version: 1, profile }], false);
      const row = { uid, type: "root", version: 1, origin: "generated", length: 32 } as const;
      return {
        address: `KAM-${10_000_000 + i}`,
        meter: `mtr_${String(i).padStart(22, "0")}`,
        name: i === 0 ? 'Kælder "4"\n' : null,
        manufacturer: "KAM",
        serial: String(10_000_000 + i),
        profile,
        keys: [{ ...row, wrapped: key!.wrapped }],
      };
    });
  }

  /** Seals, collects and verifies; answers what a customer's client holds then. */
  async function sealed(list: readonly SealMeter[], recipient?: SealRecipient) {
    const now = Date.now();
    const request = {
      customerKey: ref,
      reference: "REF-7K3Q-9D",
      customer: "Stadtwerke",
      sender: "Vandværket",
      to: "Haus 4",
      purpose: "order",
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + 86_400_000).toISOString(),
      checkpoint: "example\n0\n\n",
      ...(recipient === undefined ? {} : { recipient }),
    };
    const made = await engine.seal(request, await packMeters(list), []);
    return { ...(await openSealed(made)), made };
  }

  return { engine, ref, meters, sealed };
}

/** Collects and verifies a package. */
export async function openSealed(made: SealedPackage) {
  const fragment = Buffer.from(made.fragment, "base64url");
  const { linkId, pinSalt } = deriveLink(fragment);
  const { pinKey } = await derivePin(parsePin(made.pin), pinSalt, nodeScrypt);
  const { dek } = derivePackageKeys(linkId, fragment, made.share, pinKey);
  const context = linkContext(linkId, made.header);
  const plaintext = await decryptPackage(dek, context, made.ciphertext);
  const expected = { linkId, header: made.header, now: new Date(), issuer: null };
  const { content, kcvHash } = verifyPackage(plaintext, expected);
  return { content, kcvHash, tier: parseHeader(made.header).tier };
}

/** A recipient of a kind, with all that is not its key filled in. */
export function recipientOf(
  kind: SealRecipient["kind"],
  key: Uint8Array,
  change: Partial<SealRecipient> = {},
): SealRecipient {
  const fingerprint = "0011-2233-4455-6677-8899-AABB-CCDD-EEFF";
  const uid = new Uint8Array(16).fill(7);
  return { kind, uid, fingerprint, key, demandsCertificate: false, ...change };
}
