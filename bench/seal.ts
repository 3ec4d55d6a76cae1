/**
 * `seal`: a package for a customer, from wrapped rows to the ciphertext for the exchange.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRootKeyFile,
  type Keystore,
  openKeystore,
  type SealMeter,
  type SealRequest,
} from "../keystore/index.ts";
import { countOf, type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import { addressText } from "./modes.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { range } from "./samples.ts";

const FULL = { meters: 100_000, rounds: 5 };
const QUICK = { meters: 20, rounds: 1 };
/** A hundred thousand keys in a second. */
const LEAST_PER_SECOND = 100_000;
const BATCH = 4000;
/** As long as what the keystore binds a row to. */
const AAD = Buffer.alloc(77);

/** A key under a key, without the keystore. */
interface PlainRow {
  readonly address: string;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export async function measureSeal(settings: Settings): Promise<Measurement> {
  const { meters: count, rounds } = settings.isQuick ? QUICK : FULL;
  const kek = randomBytes(32);
  const rows = range(0, count).map((meter) => plainRow(kek, meter));
  await using every = await openSealer(count);
  await using one = await openSealer(count, 1);
  const rates = await alternate(
    {
      plain: () => timed(count, () => plainSeal(kek, rows)),
      every: () => timed(count, () => every.seal()),
      one: () => timed(count, () => one.seal()),
    },
    rounds,
    settings.step,
  );
  return {
    name: "seal",
    reference:
      "the keys unwrapped one by one by AES-256-GCM in plain node:crypto, written in hex, and the whole encrypted by AES-256-GCM",
    figures: [
      figureOf(`${countOf(count)}, a thread per core`, rates.every, rates.plain, LEAST_PER_SECOND),
      figureOf(`${countOf(count)}, one thread`, rates.one, rates.plain, null),
    ],
    notes: [
      "a package has a scrypt as well, whatever its size: the fewer its meters, the more that counts",
    ],
  };
}

interface Sealer extends AsyncDisposable {
  seal(): Promise<void>;
}

/** A keystore with imported keys on file, and a request for all of them. */
async function openSealer(count: number, threads?: number): Promise<Sealer> {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  const rootKeyFile = join(folder, "root.key");
  createRootKeyFile(rootKeyFile);
  const own = threads === undefined ? {} : { threads };
  const keystore = openKeystore({ rootKeyFile, keyCacheSeconds: 0, ...own });
  const request = await requestFor(keystore, count);
  return {
    async seal() {
      const { keyCount } = await keystore.seal(request);
      if (keyCount !== count) {
        throw new Error(`seal: expected ${count} keys, got ${keyCount}`);
      }
    },
    async [Symbol.asyncDispose]() {
      await keystore.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function requestFor(keystore: Keystore, count: number): Promise<SealRequest> {
  await keystore.load([
    await keystore.createServiceKey("fingerprint"),
    await keystore.createServiceKey("package-signing"),
  ]);
  const customer = new Uint8Array(randomBytes(16));
  const wrapped = await keystore.createCustomerKey(customer, 1);
  const customerKey = { customer, version: 1, wrapped };
  const meters: SealMeter[] = [];
  for (let at = 0; at < count; at += BATCH) {
    const keys = range(at, Math.min(at + BATCH, count)).map(() => ({
      uid: new Uint8Array(randomBytes(16)),
      type: "mk" as const,
      version: 1,
      key: new Uint8Array(randomBytes(16)),
    }));
    const made = await keystore.importKeys(customerKey, keys);
    meters.push(
      ...made.map((row, i) => {
        const { key, ...named } = keys[i]!;
        const address = addressText(at + i);
        const stored = { origin: "imported", length: 16, wrapped: row.wrapped } as const;
        return {
          address,
          meter: `mtr_${String(at + i).padStart(22, "0")}`,
          name: null,
          manufacturer: address.slice(0, 3),
          serial: address.slice(4, 12),
          profile: "wmbus" as const,
          keys: [{ ...named, ...stored }],
        };
      }),
    );
  }
  const now = new Date().toISOString();
  const people = { customer: "Bench", sender: "Bench", to: "Bench", purpose: "bench" };
  const times = { createdAt: now, expiresAt: now };
  return { customerKey, meters, reference: "BENCH", checkpoint: "", ...people, ...times };
}

function plainRow(kek: Uint8Array, meter: number): PlainRow {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", kek, iv).setAAD(AAD);
  const ciphertext = cipher.update(randomBytes(16));
  cipher.final();
  return { address: addressText(meter), iv, ciphertext, tag: cipher.getAuthTag() };
}

function plainSeal(kek: Uint8Array, rows: readonly PlainRow[]): Buffer {
  let text = "";
  for (const { address, iv, ciphertext, tag } of rows) {
    const decipher = createDecipheriv("aes-256-gcm", kek, iv).setAAD(AAD).setAuthTag(tag);
    const key = decipher.update(ciphertext);
    decipher.final();
    text += `{"address":"${address}","value":"${key.toString("hex")}"},`;
  }
  const cipher = createCipheriv("aes-256-gcm", randomBytes(32), Buffer.alloc(12));
  return Buffer.concat([cipher.update(text, "latin1"), cipher.final(), cipher.getAuthTag()]);
}

function figureOf(
  operation: string,
  own: readonly number[],
  plain: readonly number[],
  least: number | null,
): Figure {
  const perSecond = median(own);
  return {
    operation,
    perSecond,
    ratio: medianRatio(own, plain),
    reach: least === null ? null : reach("", perSecond, "/s", "at least", least),
  };
}
