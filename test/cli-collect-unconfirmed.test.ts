/**
 * `link collect` whose keys are written and whose receipt is not confirmed.
 *
 * @module
 */
import { once } from "node:events";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../src/db/open.ts";
import { meterseal } from "./support/command.ts";
import { freshDatabase, temporaryFolder } from "./support/databases.ts";
import { openLink, startExchange, stateOf } from "./support/exchange.ts";

/** The exchange behind a network that breaks at the receipt, by silence or by an answer of its own. */
async function waitingLink(t: ExecutionContext, ending: "silence" | "answer") {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const exchange = await startExchange(t, db);
  const sealed = await openLink(exchange);
  let isBroken = true;
  const relay: RequestListener = async (request, response) => {
    const { method = "", url = "", headers } = request;
    const body = await buffer(request);
    if (isBroken && url.endsWith("/confirm")) {
      return ending === "silence" ? response.destroy() : response.writeHead(403).end("no");
    }
    const type = headers["content-type"] ?? "application/json";
    const reply = await fetch(`${exchange.url}${url}`, {
      method,
      headers: { "content-type": type },
      ...(body.length === 0 ? {} : { body }),
    });
    response.writeHead(reply.status, { "content-type": "application/json" });
    return response.end(Buffer.from(await reply.arrayBuffer()));
  };
  const server = createServer((request, response) => void relay(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const link = `http://127.0.0.1:${(server.address() as AddressInfo).port}/r#${sealed.fragment}`;
  const folder = temporaryFolder(t);
  return {
    folder,
    keys: join(folder, "keys"),
    mend() {
      isBroken = false;
    },
    collect: (...more: string[]) =>
      meterseal(["link", "collect", link, "--pin", sealed.pin, ...more], { cwd: folder }),
    state: () => stateOf(db, sealed),
  };
}

test("the network goes after the keys are written: the claim is kept, and the same command confirms", async (t) => {
  const { folder, keys, collect, mend, state } = await waitingLink(t, "silence");
  const broken = await collect("--out", "keys");
  t.is(broken.status, 1, broken.stderr);
  t.regex(
    broken.stderr,
    /keys are stored and receipt is not confirmed, run the same command again with --resume keys\.resume to/,
  );
  t.is(await state(), "claimed");
  t.deepEqual((await readdir(folder)).sort(), ["keys", "keys.resume"]);
  t.is((await stat(`${keys}.resume`)).mode & 0o777, 0o600);
  const before = await readFile(keys, "utf8");
  mend();
  const again = await collect("--out", "keys", "--resume", "keys.resume");
  t.is(again.status, 0, again.stderr);
  t.is(await state(), "confirmed");
  t.deepEqual(await readdir(folder), ["keys"]);
  t.is(await readFile(keys, "utf8"), before);
});

test("--resume replaces the file that it wrote, and no other", async (t) => {
  const { folder, keys, collect, mend, state } = await waitingLink(t, "answer");
  const resume = ["--resume", "claim"];
  const broken = await collect("--out", "keys", ...resume);
  t.is(broken.status, 1, broken.stderr);
  t.regex(broken.stderr, /not confirmed, run the same command again to confirm it; until/);
  const written = await readFile(keys);
  mend();
  // Changed since, under another name, and somebody else's: each is left as it is.
  await writeFile(keys, "changed since");
  await writeFile(join(folder, "copy"), written);
  await writeFile(join(folder, "other"), "another's");
  for (const name of ["keys", "copy", "other"]) {
    const before = await readFile(join(folder, name));
    const refused = await collect("--out", name, ...resume);
    t.is(refused.status, 2, refused.stderr);
    t.regex(refused.stderr, /--out: there is such a file already/);
    t.deepEqual(await readFile(join(folder, name)), before);
  }
  t.is(await state(), "claimed");
  await writeFile(keys, written);
  const again = await collect("--out", "keys", ...resume);
  t.is(again.status, 0, again.stderr);
  t.is(await state(), "confirmed");
  t.deepEqual((await readdir(folder)).sort(), ["copy", "keys", "other"]);
});

test("a file in another form takes the place of the one before, as often as it breaks off", async (t) => {
  const { folder, keys, collect, mend, state } = await waitingLink(t, "answer");
  t.is((await collect("--out", "keys", "--format", "csv")).status, 1);
  const resume = ["--resume", "keys.resume"];
  t.is((await collect("--out", "keys", ...resume)).status, 1);
  t.is(JSON.parse(await readFile(keys, "utf8")).meters.length, 3);
  await rm(keys);
  mend();
  const last = await collect("--out", "keys", "--format", "csv", ...resume);
  t.is(last.status, 0, last.stderr);
  t.is(await state(), "confirmed");
  t.deepEqual(await readdir(folder), ["keys"]);
});
