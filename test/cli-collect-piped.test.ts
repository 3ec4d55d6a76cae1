import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { armor, Decrypter } from "age-encryption";
import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../src/db/open.ts";
import { meterseal } from "./support/command.ts";
import { freshDatabase, temporaryFolder } from "./support/databases.ts";
import { openLink, startExchange, stateOf } from "./support/exchange.ts";

const PASSPHRASE = " blanks at both ends ";

async function waitingLink(t: ExecutionContext) {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const exchange = await startExchange(t, db);
  const sealed = await openLink(exchange);
  const link = `${exchange.url}/r#${sealed.fragment}`;
  const collect = (args: readonly string[], lines: readonly string[]) =>
    meterseal(["link", "collect", ...args], { input: lines.map((line) => `${line}\n`).join("") });
  return { link, pin: sealed.pin, collect, state: () => stateOf(db, sealed) };
}

test("link and PIN come by standard input, in this order, and none is repeated", async (t) => {
  const { link, pin, collect, state } = await waitingLink(t);
  const { status, stdout, stderr } = await collect(["-", "--pin", "-"], [` ${link} `, ` ${pin} `]);
  t.is(status, 0, stderr);
  t.is(JSON.parse(stdout).meters.length, 3);
  t.is(await state(), "confirmed");
  t.false(stderr.includes(pin) || stderr.includes(link.slice(-43)));
});

test("the passphrase is the line after link and PIN, and is taken as it is", async (t) => {
  const { link, pin, collect } = await waitingLink(t);
  const out = join(temporaryFolder(t), "keys.age");
  const args = ["-", "--pin", "-", "--format", "age", "--passphrase", "-", "--out", out];
  const { status, stderr } = await collect(args, [link, pin, PASSPHRASE]);
  t.is(status, 0, stderr);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const file = armor.decode(await readFile(out, "utf8"));
  const { meters } = JSON.parse(await decrypter.decrypt(file, "text"));
  t.is(meters.length, 3);
});

test("the link alone, or link and passphrase: what is not piped has no line", async (t) => {
  const first = await waitingLink(t);
  const alone = await first.collect(["-", "--pin", first.pin], [first.link]);
  t.is(alone.status, 0, alone.stderr);
  const second = await waitingLink(t);
  const out = join(temporaryFolder(t), "keys.age");
  const args = ["-", "--pin", second.pin, "--format", "age", "--passphrase", "-", "--out", out];
  const both = await second.collect(args, [second.link, PASSPHRASE]);
  t.is(both.status, 0, both.stderr);
});

test("too few lines, the wrong order and a link in pieces are misuse, and claim nothing", async (t) => {
  const { link, pin, collect, state } = await waitingLink(t);
  const out = join(temporaryFolder(t), "keys.age");
  for (const [args, lines] of [
    [["-", "--pin", "-"], []],
    [["-", "--pin", "-"], [link]],
    [
      ["-", "--pin", "-"],
      [pin, link],
    ],
    [
      ["-", "--pin", "-"],
      [link.split("#")[0] ?? "", pin],
    ],
    [
      ["-", "--pin", "-"],
      [link.slice(0, -3), pin],
    ],
    [["-"], [link, pin]],
    [
      ["-", "--pin", "-", "--format", "age", "--passphrase", "-", "--out", out],
      [link, pin],
    ],
  ] as const) {
    const { status, stdout, stderr } = await collect(args, lines);
    t.is(status, 2, stderr);
    t.is(stdout, "");
    t.false(stderr.includes(pin) || stderr.includes(link.slice(-20)));
  }
  t.is(await state(), "open");
});
