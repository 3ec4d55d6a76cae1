/**
 * Two verifiers that share nothing, one log, random damage: they must say the same.
 *
 * `CORRUPTIONS=10000` in the environment makes the campaign long.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import { LogFilesError } from "../src/activity/verify/files/log-files.ts";
import { ConfigError } from "../src/base/config.ts";
import { verifyPlace, verifyProofFiles } from "../src/programs/verify-elsewhere.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { type AgreeLog, makeAgreeLog } from "./support/agree-log.ts";
import { type Dice, damageDirectory, damaged, dice } from "./support/corrupt.ts";
import { DATA_DAMAGE } from "./support/corrupt-database.ts";
import { testConfig } from "./support/service.ts";
import { hasPython, startPython, type Verdict } from "./support/verify-py.ts";
import { proofFile } from "./support/written-log.ts";

const ENTRIES = 600;
const CORRUPTIONS = Number(process.env["CORRUPTIONS"] ?? 150);
const SEED = Number(process.env["SEED"] ?? 1);

const NO_KEEPER = { trust: "", vkey: () => Promise.reject(new Error("a key is given")) };

/** One kind of source: how it is damaged, and the two who look at it. */
interface Source {
  damage(roll: Dice, turn: number): Promise<string>;
  restore(): Promise<void>;
  one(): Promise<Verdict>;
  other(): Promise<Verdict>;
}

for (const [what, pruned] of [
  ["", 0],
  [" of which entries were pruned", 256],
] as const) {
  test(`a damaged data directory${what}: both verifiers name the same first entry`, async (t) => {
    await campaign(t, pruned, (log, ask) => ({
      damage: async (roll, turn) => {
        const [, run] = DATA_DAMAGE[turn % DATA_DAMAGE.length]!;
        return await run(log.db, log.data, roll);
      },
      restore: log.restoreData,
      one: () =>
        orRefused(verifyDataDirectory(testConfig({ data: log.data }), {}, () => undefined)),
      other: () => ask({ data: log.data }),
    }));
  });

  test(`a damaged directory${what}: both verifiers name the same first entry`, async (t) => {
    await campaign(t, pruned, (log, ask) => ({
      damage: async (roll) => damageDirectory(log.dir, roll),
      restore: async () => log.restoreDir(),
      one: () => orRefused(verifyPlace({ dir: log.dir }, {}, () => undefined)),
      other: () => ask({ dir: log.dir }),
    }));
  });
}

test("a damaged proof: both verifiers refuse it at the same entry", async (t) => {
  let text = "";
  await campaign(t, 0, (log, ask) => {
    const key = log.written.vkey;
    const restore = async () => {
      text = proofFile(log.written, 300);
    };
    text = proofFile(log.written, 300);
    return {
      damage: async (roll) => {
        text = damaged(Buffer.from(text), roll).toString();
        return text;
      },
      restore,
      one: () => orRefused(verifyProofFiles([{ what: "proof", text }], { vkey: key }, NO_KEEPER)),
      other: () => ask({ proof: text, key }),
    };
  });
});

async function campaign(
  t: ExecutionContext,
  pruned: number,
  sourceOf: (log: AgreeLog, ask: ReturnType<typeof startPython>) => Source,
): Promise<void> {
  if (!hasPython(t)) {
    return;
  }
  const rounds = Math.ceil(CORRUPTIONS / 4);
  t.timeout(24 * 3_600_000);
  const roll = dice(SEED);
  const log = await makeAgreeLog(t, ENTRIES, roll, pruned);
  const source = sourceOf(log, startPython(t));
  const [one, other] = [await source.one(), await source.other()];
  t.like(one, { ok: true, size: log.size, problems: [] });
  t.like(other, { ok: true, size: log.size, problems: [], root: one.root ?? "" });
  const apart: string[] = [];
  let found = 0;
  for (let turn = 0; turn < rounds; turn++) {
    const what = await source.damage(roll, turn);
    const said = [saidOf(await source.one()), saidOf(await source.other())];
    if (said[0] !== said[1]) {
      apart.push(`${turn}: ${what}: ${said.join(" / ")}`);
    }
    found += said[0] === "ok" ? 0 : 1;
    await source.restore();
  }
  t.deepEqual(apart, []);
  t.true(found > rounds / 2, `${found} of ${rounds} were found`);
  t.log(`${rounds} corruptions, ${found} of them problems`);
}

/** What two verifiers must agree on, and the codes at that index for a person to read. */
function saidOf({ ok, refused, problems = [] }: Verdict): string {
  const [first] = problems;
  if (refused !== undefined || ok || first === undefined) {
    return refused === undefined ? "ok" : "refused";
  }
  return `from ${first.index} on`;
}

async function orRefused(verdict: Promise<Verdict>): Promise<Verdict> {
  try {
    return await verdict;
  } catch (error) {
    if (error instanceof ConfigError || error instanceof LogFilesError) {
      return { ok: false, refused: error.message };
    }
    throw error;
  }
}
