import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../src/db/open.ts";
import { meterseal } from "./support/command.ts";
import { freshDatabase, temporaryFolder } from "./support/databases.ts";
import { openLink, startExchange, stateOf } from "./support/exchange.ts";

async function waitingLink(t: ExecutionContext) {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const exchange = await startExchange(t, db);
  const sealed = await openLink(exchange);
  const link = `${exchange.url}/r#${sealed.fragment}`;
  return { link, pin: sealed.pin, state: () => stateOf(db, sealed), exchange };
}

test("the keys come out on stdout, receipt is confirmed, who comes later gets nothing", async (t) => {
  const { link, pin, state } = await waitingLink(t);
  const first = await meterseal(["link", "collect", link, "--pin", "-"], { input: `${pin}\n` });
  t.is(first.status, 0, first.stderr);
  const bundle = JSON.parse(first.stdout);
  t.is(bundle.format, "meterseal-keys");
  t.is(bundle.meters.length, 3);
  t.regex(first.stderr, /Vandværket A\/S has the keys of 3 meters waiting/);
  t.regex(first.stderr, /to: {6}Haus 4 GmbH/);
  t.regex(first.stderr, /not pinned/);
  t.is(await state(), "confirmed");

  const second = await meterseal(["link", "collect", link, "--pin", pin]);
  t.is(second.status, 1);
  t.is(second.stdout, "");
  t.regex(second.stderr, /\(LINK_CONFIRMED\)/);
  for (const { stderr } of [first, second]) {
    t.false(stderr.includes(pin) || stderr.includes(link.slice(-43)));
  }
});

test("--out and --resume write private files, and the second goes away", async (t) => {
  const { link, pin } = await waitingLink(t);
  const folder = temporaryFolder(t);
  const out = join(folder, "keys.json");
  const args = ["link", "collect", link, "--pin", pin, "--out", out, "--json"];
  const { status, stdout, stderr } = await meterseal([...args, "--resume", join(folder, "claim")]);
  t.is(status, 0, stderr);
  t.like(JSON.parse(stdout), { reference: "REF-7K3Q-9D", meters: 3, pinned: false });
  t.is((await stat(out)).mode & 0o777, 0o600);
  t.is(JSON.parse(await readFile(out, "utf8")).meters.length, 3);
  t.deepEqual(await readdir(folder), ["keys.json"]);

  const again = await meterseal(args);
  t.is(again.status, 2, "a file with keys is never overwritten");
});

test("a mistyped PIN costs no try, a wrong one leaves no file but the claim", async (t) => {
  const { link, pin, state } = await waitingLink(t);
  const folder = temporaryFolder(t);
  const collect = (typed: string, ...more: string[]) =>
    meterseal(["link", "collect", link, "--pin", typed, "--out", join(folder, "keys"), ...more]);
  t.is((await collect("K7QF")).status, 2);

  const resume = ["--resume", join(folder, "claim")];
  const wrong = await collect(pin === "00000000-0" ? "11111111" : "0000-0000-0", ...resume);
  t.is(wrong.status, 1, wrong.stderr);
  t.regex(wrong.stderr, /tries left: 4 \(PIN_WRONG\)/);
  t.deepEqual(await readdir(folder), ["claim"]);
  t.is((await stat(join(folder, "claim"))).mode & 0o777, 0o600);

  const right = await collect(pin, ...resume);
  t.is(right.status, 0, right.stderr);
  t.is(await state(), "confirmed");
  t.deepEqual(await readdir(folder), ["keys"]);
});

test("keys signed by another issuer than the pinned one are not handed out", async (t) => {
  const { link, pin } = await waitingLink(t);
  const issuer = "0000-0000-0000-0000-0000-0000-0000-0000";
  const ended = await meterseal(["link", "collect", link, "--pin", pin, "--issuer", issuer]);
  t.is(ended.status, 1);
  t.is(ended.stdout, "");
  t.regex(ended.stderr, /\(ISSUER_MISMATCH\)/);
});

test("frame inspect explains a frame without a key, and says when it cannot", async (t) => {
  const inspect = (hex: string, ...more: string[]) => meterseal(["frame", "inspect", hex, ...more]);
  const frame =
    "2E44931578563412330333637A2A0020255923C95AAA26D1B2E7493BC2AD013EC4A6F6D3529B520EDFF0EA6DEFC955B29D6D69EBF3EC8A";
  const { status, stdout, stderr } = await inspect(frame);
  t.is(status, 0, stderr + stdout);
  t.true(stdout.split("\n").every((line) => line.length <= 120));
  const { rows } = JSON.parse((await inspect(frame, "--json")).stdout);
  t.true(rows.length > 3);
  t.is((await inspect("2E44")).status, 1);
});
