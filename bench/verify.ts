/**
 * `verify`: how long an auditor waits. A long log is verified from its files and from the
 * database, beside SHA-256 of the same entries, on one core, and of nothing else.
 *
 * @module
 */
import { createHash, hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../src/base/config.ts";
import { verifyPlace } from "../src/programs/verify-elsewhere.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { makeBusyLog } from "./log/busy-log.ts";
import { writeLogFiles } from "./log/log-files.ts";
import { type Measurement, reach, type Settings } from "./measurement.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";

const FULL = { entries: 1_000_000, meters: 3000, rounds: 5 };
const QUICK = { entries: 500, meters: 10, rounds: 1 };
const MOST_TIMES = 3;

export async function measureVerify({ isQuick, step }: Settings): Promise<Measurement> {
  const { entries, meters, rounds } = isQuick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  try {
    const config = loadConfig({ data: join(folder, "data") }, {});
    await makeBusyLog(config, { entries, meters });
    step();
    const dir = join(folder, "files");
    const bodies: Buffer[] = [];
    const size = await writeLogFiles(config, dir, (bytes) => bodies.push(bytes));
    step();
    const demandWhole = ({ ok }: { readonly ok: boolean }) => {
      if (!ok) {
        throw new Error("bench verify: expected a log that is whole");
      }
    };
    const rates = await alternate(
      {
        hash: () => timed(size, () => bodies.map((body) => hash("sha256", body).length)),
        object: () =>
          timed(size, () =>
            bodies.map((body) => createHash("sha256").update(body).digest().length),
          ),
        stream: () =>
          timed(size, () => {
            const stream = createHash("sha256");
            for (const body of bodies) {
              stream.update(body);
            }
            return stream.digest();
          }),
        files: () =>
          timed(size, async () => demandWhole(await verifyPlace({ dir }, {}, () => undefined))),
        data: () =>
          timed(size, async () =>
            demandWhole(await verifyDataDirectory(config, {}, () => undefined)),
          ),
      },
      rounds,
      step,
    );
    const figure = (operation: string, name: keyof typeof rates, isHeld: boolean) => {
      const times = medianRatio(rates.hash, rates[name]);
      return {
        operation,
        perSecond: median(rates[name]),
        ratio: medianRatio(rates[name], rates.hash),
        reach: isHeld ? reach("time", times, "×", "at most", MOST_TIMES) : null,
      };
    };
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
    return {
      name: "verify",
      reference: "crypto.hash, SHA-256 of each entry in one call, one after the other",
      figures: [
        figure("log verify --dir", "files", true),
        figure("log verify --data", "data", true),
        figure("a new createHash object for each entry", "object", false),
        figure("one SHA-256 over all entries", "stream", false),
      ],
      notes: [
        `${size.toLocaleString("en")} entries of ${Math.round(bytes / size)} bytes in the mean, read by a thread per core`,
        "a verification hashes every entry and every node of the tree, so two hashes an entry",
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
