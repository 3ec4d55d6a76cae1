/**
 * `link collect` on a disk that takes only a part of the keys: nothing is confirmed.
 *
 * The limit on the size of a file (`ulimit -f`) stands for the full disk: the first write that
 * crosses it is cut short, the next one fails.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../src/db/open.ts";
import { type Ended, meterseal } from "./support/command.ts";
import { freshDatabase, temporaryFolder } from "./support/databases.ts";
import { openLink, startExchange, stateOf } from "./support/exchange.ts";
import { sealRequest } from "./support/sealer.ts";

const MAIN = fileURLToPath(new URL("../cli/main.js", import.meta.url));

async function waitingLink(t: ExecutionContext) {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const exchange = await startExchange(t, db);
  const sealed = await openLink(exchange, sealRequest(40));
  const link = `${exchange.url}/r#${sealed.fragment}`;
  const folder = temporaryFolder(t);
  return { folder, link, pin: sealed.pin, state: () => stateOf(db, sealed) };
}

/** Two blocks of a file, which are one or two KiB: enough for a claim and not for forty meters. */
function onFullDisk(args: readonly string[], redirect = ""): Promise<Ended> {
  const script = `ulimit -f 2; exec "$0" "$@" ${redirect}`;
  return new Promise((resolve) => {
    const command = ["-c", script, process.execPath, MAIN, "link", "collect", ...args];
    const child = execFile("/bin/sh", command, (_, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
  });
}

test("keys that a file on stdout takes only in part are not confirmed", async (t) => {
  const { folder, link, pin, state } = await waitingLink(t);
  const { status, stderr } = await onFullDisk(
    [link, "--pin", pin],
    `> '${join(folder, "keys.json")}'`,
  );
  t.is(status, 1, stderr);
  t.is(await state(), "claimed");
});

for (const format of ["json", "csv"]) {
  test(`${format}: where --out has no room for the keys, the claim is kept`, async (t) => {
    const { folder, link, pin, state } = await waitingLink(t);
    const args = [link, "--pin", pin, "--format", format, "--out", join(folder, "keys")];
    const { status, stderr } = await onFullDisk(args);
    t.is(status, 1, stderr);
    t.regex(stderr, /--resume .*keys\.resume/);
    t.is(await state(), "claimed");
    t.deepEqual(await readdir(folder), ["keys.resume"]);
    const resume = ["--resume", join(folder, "keys.resume")];
    const again = await meterseal(["link", "collect", ...args, ...resume]);
    t.is(again.status, 0, again.stderr);
    t.is(await state(), "confirmed");
    t.deepEqual(await readdir(folder), ["keys"]);
  });
}

test("a mistyped issuer costs nobody the claim", async (t) => {
  const { folder, link, pin, state } = await waitingLink(t);
  const args = ["link", "collect", link, "--pin", pin, "--out", join(folder, "keys")];
  const refused = await meterseal([...args, "--issuer", "0000"]);
  t.is(refused.status, 1);
  t.regex(refused.stderr, /--resume .*keys\.resume \(ISSUER_MISMATCH\)/);
  const again = await meterseal([...args, "--resume", join(folder, "keys.resume")]);
  t.is(again.status, 0, again.stderr);
  t.is(await state(), "confirmed");
});
