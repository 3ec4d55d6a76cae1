/**
 * A core in this process, without listeners: its database, keystore and log, with one customer.
 *
 * @module
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller } from "../src/access/caller.ts";
import type { Activity } from "../src/activity/activity.ts";
import { loadConfig } from "../src/base/config.ts";
import { createLogger } from "../src/base/logger.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { createDecryptor, type Decryptor } from "../src/frames/decrypt/decrypt.ts";
import { rowText } from "../src/frames/decrypt/row.ts";
import { type FrameRequest, parseJsonLine } from "../src/frames/request.ts";
import { parseAddress } from "../src/meters/address.ts";
import { addCustomer, type Customer } from "../src/meters/customers.ts";
import { createDirectory } from "../src/meters/directory.ts";
import { type Enrolment, enrolMeters } from "../src/meters/enrol.ts";
import { initialise } from "../src/programs/init.ts";
import { type OpenCore, openCore } from "../src/programs/open-core.ts";
import { addressText, keysOf, MODE_5 } from "./modes.ts";

/** As `POST /v1/frames/decrypt` takes them. */
const BATCH = 4000;
const IN_FLIGHT = 4;

const CALLER: Caller = {
  actor: "tok_bench",
  role: "data-management",
  auth: "local",
  purpose: null,
  request: "bench",
  customer: null,
};

export interface BenchCore extends AsyncDisposable {
  readonly db: OpenCore["db"];
  /** Enrols meters in batches: `imported` says which bring their key, the others get one. */
  enrol(meters: readonly number[], imported: (meter: number) => boolean): Promise<void>;
  /** Decrypts lines of NDJSON to lines of NDJSON; answers their number. */
  decrypt(lines: readonly string[]): Promise<number>;
  /** Forgets all that is kept in memory, as a new start does. */
  reopen(): Promise<void>;
  /** Bytes of the database, with what lies in its write-ahead log. */
  size(): number;
}

/** Opens a core on a new data directory; `change` may put another log in place. */
export async function openBenchCore(
  change: (core: OpenCore) => Pick<Activity, "commit"> = ({ activity }) => activity,
): Promise<BenchCore> {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  const config = loadConfig({ data: join(folder, "data") }, {});
  await initialise(config);
  let core = await openCore(config, createLogger("core", "error"));
  let decryptor = decryptorOf(core, change);
  const deps = () => ({ ...core, clock: () => new Date() });
  const customer: Customer = await addCustomer(deps(), CALLER, "Bench");
  const database = coreDatabase(config);
  return {
    get db() {
      return core.db;
    },
    async enrol(meters, imported) {
      for (let at = 0; at < meters.length; at += BATCH) {
        const batch = meters
          .slice(at, at + BATCH)
          .map((meter) => enrolmentOf(meter, imported(meter)));
        const { enrolled } = await enrolMeters(deps(), CALLER, customer, batch, false);
        if (enrolled.length !== batch.length) {
          throw new Error("enrolment: a meter was not taken");
        }
      }
    },
    decrypt: (lines) => decryptLines(decryptor, lines),
    async reopen() {
      await core.close();
      core = await openCore(config, createLogger("core", "error"));
      decryptor = decryptorOf(core, change);
    },
    size: () =>
      "file" in database
        ? [database.file, `${database.file}-wal`].reduce((sum, file) => sum + sizeOf(file), 0)
        : Number.NaN,
    async [Symbol.asyncDispose]() {
      await core.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function decryptorOf(
  core: OpenCore,
  change: (core: OpenCore) => Pick<Activity, "commit">,
): Decryptor {
  return createDecryptor({
    ...core,
    activity: change(core),
    directory: createDirectory(core.db),
    unknown: { note: () => undefined },
  });
}

function enrolmentOf(meter: number, isImported: boolean): Enrolment {
  const key = isImported ? Uint8Array.from(keysOf(MODE_5, meter).key) : null;
  return {
    line: meter,
    address: parseAddress(addressText(meter)),
    profile: "wmbus",
    name: null,
    order: null,
    allowUnauthenticated: false,
    keys: key === null ? [] : [{ type: "mk", key }],
  };
}

/** The way of the listener: some batches are under way at once. */
async function decryptLines(decryptor: Decryptor, lines: readonly string[]): Promise<number> {
  const running: Promise<number>[] = [];
  let opened = 0;
  for (let at = 0; at < lines.length; at += BATCH) {
    const requests = lines.slice(at, at + BATCH).map(parseJsonLine);
    running.push(decryptBatch(decryptor, requests, at / BATCH));
    if (running.length === IN_FLIGHT) {
      opened += await running.shift()!;
    }
  }
  const last = await Promise.all(running);
  opened += last.reduce((sum, own) => sum + own, 0);
  if (opened !== lines.length) {
    throw new Error(`decrypt: expected ${lines.length} frames to open, got ${opened}`);
  }
  return opened;
}

async function decryptBatch(decryptor: Decryptor, requests: readonly FrameRequest[], part: number) {
  const rows = await decryptor.decrypt(CALLER, requests, { part });
  const text = rows.map(rowText).join("");
  return text.length === 0 ? 0 : rows.filter((row) => "plaintext" in row).length;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
