/**
 * `link create --recipients` that ends in the middle: whoever has seen a link has its PIN on disk.
 *
 * The limit on the size of a file (`ulimit -f`) stands for the full disk.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { temporaryFolder } from "./support/databases.ts";
import { commandEnvironment, MAIN } from "./support/process.ts";
import { ndjson, startService } from "./support/service.ts";

const RECIPIENTS = 40;
const PIN_ROW = /^REF-\S+,Tenant \d+,,[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z],/;

/** A custodian with a list of forty recipients. */
async function desk(t: ExecutionContext) {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const token = await service.token("custodian");
  const rows = [{ line: 1, address: "KAM-00000001/1B/16", name: "flat 1" }];
  await service.call("POST", `/v1/meters/import?customer=${customer}`, token, ndjson(rows));
  const folder = temporaryFolder(t);
  const list = join(folder, "recipients.csv");
  const lines = Array.from({ length: RECIPIENTS }, (_, i) => `Tenant ${i},1`);
  writeFileSync(list, `to,serial\n${lines.join("\n")}\n`);
  const args = ["link", "create", "--customer", customer, "--recipients", list, "--purpose", "p"];
  const env = commandEnvironment({ METERSEAL_URL: service.internal, METERSEAL_TOKEN: token });
  return {
    folder,
    pins: join(folder, "pins.csv"),
    /** How many links there are. */
    links: async (): Promise<number> =>
      (await service.call("GET", "/v1/links?limit=100", token)).body.items.length,
    create(more: readonly string[], shell = ""): ChildProcess {
      const script = `${shell} exec "$0" "$@"`;
      const command = [process.execPath, resolve(MAIN), ...args, ...more];
      return spawn("/bin/sh", ["-c", script, ...command], {
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
    },
  };
}

/** References of the links on whole lines of stdout. */
function referencesOf(printed: string): string[] {
  const lines = printed.split("\r\n").slice(1, -1);
  return lines.map((line) => line.slice(0, line.indexOf(",")));
}

/** References of the PINs in the file, which is private and has nothing but whole rows. */
function pinsIn(t: ExecutionContext, path: string): string[] {
  t.is(statSync(path).mode & 0o777, 0o600);
  const content = readFileSync(path, "utf8");
  t.true(content.endsWith("\r\n"));
  const [head, ...rows] = content.trimEnd().split("\r\n");
  t.is(head, "reference,to,pin_to,pin,issuer");
  t.true(rows.every((row) => PIN_ROW.test(row)));
  return rows.map((row) => row.slice(0, row.indexOf(",")));
}

/** What it prints until there are so many links. */
async function printed({ stdout }: ChildProcess, links: number): Promise<string> {
  let read = "";
  stdout!.setEncoding("utf8");
  while (referencesOf(read).length < links) {
    const [chunk] = await once(stdout!, "data");
    read += chunk;
  }
  return read;
}

test("killed in the middle, it leaves the PIN of every link that was printed", async (t) => {
  const { create, pins } = await desk(t);
  const child = create(["--pins", pins]);
  const ended = once(child, "exit");
  let read = await printed(child, 3);
  child.stdout!.on("data", (chunk) => {
    read += chunk;
  });
  child.kill("SIGKILL");
  t.is((await ended)[1], "SIGKILL");
  const seen = referencesOf(read);
  t.true(seen.length >= 3 && seen.length < RECIPIENTS);
  const kept = pinsIn(t, pins);
  t.deepEqual(kept.slice(0, seen.length), seen);
  t.true(kept.length <= seen.length + 1);
});

test("a reader that goes away loses no PIN of a link that was made", async (t) => {
  const { create, pins, links } = await desk(t);
  const child = create(["--pins", pins]);
  const ended = once(child, "exit");
  const read = await printed(child, 2);
  child.stdout!.destroy();
  t.is((await ended)[0], 1);
  const kept = pinsIn(t, pins);
  t.deepEqual(kept.slice(0, 2), referencesOf(read).slice(0, 2));
  t.true(kept.length < RECIPIENTS);
  t.is(await links(), kept.length);
});

test("where the list of PINs takes no more, the next link is not made and the lost one named", async (t) => {
  const { create, pins, links } = await desk(t);
  const child = create(["--pins", pins], "ulimit -f 1;");
  const ended = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  t.is((await ended)[0], 1, stderr);
  const kept = pinsIn(t, pins);
  t.true(kept.length > 0 && kept.length < RECIPIENTS);
  t.deepEqual(referencesOf(stdout), kept);
  t.is(await links(), kept.length + 1);
  const lost = /the PIN of (REF-\S+) is lost, use link reissue \1 \(PIN_LOST\)/.exec(stderr)?.[1];
  t.truthy(lost, stderr);
  t.false(kept.includes(lost!) || stdout.includes(lost!));
});

test("a letter that cannot be written is told as a lost PIN, and its link goes nowhere", async (t) => {
  const { create, folder, links } = await desk(t);
  const [letters, mails] = [join(folder, "letters"), join(folder, "mails")];
  // No letter fits beside the limit of nothing at all, nor does a mail; the letter comes first.
  const child = create(["--mail", mails, "--letter", letters], "ulimit -f 0;");
  const ended = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  t.is((await ended)[0], 1, stderr);
  t.regex(stderr, /the PIN of REF-\S+ is lost, use link reissue REF-\S+ \(PIN_LOST\)/);
  t.false(stdout.includes("#"));
  t.is(await links(), 1);
  t.deepEqual([...readdirSync(letters), ...readdirSync(mails)], []);
});

test("a mail that cannot be written leaves the PIN, and says that the link is lost", async (t) => {
  const { create, folder, pins, links } = await desk(t);
  const mails = join(folder, "mails");
  const child = create(["--pins", pins, "--mail", mails], "ulimit -f 1;");
  const ended = once(child, "exit");
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  t.is((await ended)[0], 1, stderr);
  t.regex(stderr, /the link of REF-\S+ is lost, use link reissue REF-\S+ \(LINK_LOST\)/);
  t.false(stdout.includes("#"));
  t.is(await links(), 1);
  t.is(pinsIn(t, pins).length, 1);
});

test("where no link is made, no list of PINs is left", async (t) => {
  const { create, folder, pins } = await desk(t);
  const child = create(["--pins", pins, "--letter", "/dev/null/letters"]);
  const ended = once(child, "exit");
  t.is((await ended)[0], 2);
  t.false(existsSync(pins));
  t.deepEqual(readdirSync(folder), ["recipients.csv"]);
});
