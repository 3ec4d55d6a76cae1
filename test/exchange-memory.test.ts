import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { EMPTY_CHAIN } from "../src/handover/protocol/chain.ts";
import { claimer, guessing, open, receiptFor } from "./support/claimer.ts";
import { freshDatabase } from "./support/databases.ts";
import { openLink } from "./support/exchange.ts";
import { exchangeHome, exchangeProcess } from "./support/exchange-process.ts";

/** What a core dump would hold: every writable region of a process (proc(5), /proc/pid/maps). */
function memoryOf(t: ExecutionContext, pid: number): Buffer[] {
  const file = openSync(`/proc/${pid}/mem`, "r");
  t.teardown(() => closeSync(file));
  const regions = readFileSync(`/proc/${pid}/maps`, "utf8").matchAll(/^(\w+)-(\w+) rw/gm);
  return [...regions].flatMap(([, start, end]) => {
    const from = Number.parseInt(start ?? "", 16);
    const bytes = Buffer.alloc(Number.parseInt(end ?? "", 16) - from);
    try {
      return [bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from))];
    } catch {
      // A guard page, or a region that has gone since.
      return [];
    }
  });
}

// Other systems do not show a process's memory to its parent.
const testOnLinux = existsSync("/proc/self/mem") ? test : () => undefined;

testOnLinux(
  "the memory of the exchange holds no fragment, no PIN, no package key and no meter key (abuse 19)",
  async (t) => {
    const home = exchangeHome(t, await freshDatabase(t, "sqlite"));
    const x = await exchangeProcess(t, home);
    await x.events(0, EMPTY_CHAIN);
    const sealed = await openLink(x);
    const { F, P, dek, key } = home.sealer.secrets();
    const who = await claimer(sealed);
    await x.post("/x/peek", who.proof);
    await x.post("/x/claim", guessing(who));
    const { body } = await x.post("/x/claim", who.claim);
    const { receiptProof } = await open(sealed, who, body);
    t.is((await x.post("/x/confirm", await receiptFor(sealed, who, receiptProof))).status, 200);
    const memory = memoryOf(t, x.child.pid ?? 0);
    const holds = (wanted: Buffer | string) => memory.some((bytes) => bytes.includes(wanted));
    // It is this process, and such bytes would be found.
    t.true(holds(home.id));
    t.true(holds(home.directory));
    for (const [name, secret] of Object.entries({ F, P, dek, key })) {
      const bytes = secret ?? Buffer.alloc(0);
      t.true(bytes.length > 0);
      for (const form of [bytes, bytes.toString("hex"), toBase64url(bytes)]) {
        t.false(holds(form), name);
      }
    }
  },
);
