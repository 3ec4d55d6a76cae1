import test from "ava";
import { openDatabase } from "../src/db/open.ts";
import { meterseal } from "./support/command.ts";
import { freshDatabase } from "./support/databases.ts";
import { eventTypes, openLink, startExchange, stateOf } from "./support/exchange.ts";
import { packagePath } from "./support/exchange-client.ts";

test("(abuse 48) the sender looks at its own link: it is told what waits, and nothing is burnt", async (t) => {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const exchange = await startExchange(t, db);
  const sealed = await openLink(exchange);
  const link = `${exchange.url}/r#${sealed.fragment}`;
  const check = (input: string) => meterseal(["link", "check", "-"], { input: `${input}\n` });

  const first = await check(link);
  t.is(first.status, 0, first.stderr);
  t.regex(first.stdout, /^state +open$/m);
  t.regex(first.stdout, /^from +Vandværket A\/S$/m);
  t.regex(first.stdout, /^meters +3$/m);
  t.regex(first.stdout, /^opened +0 times before$/m);
  t.regex(first.stderr, /nothing was collected/);
  const second = await meterseal(["--json", "link", "check", link]);
  t.like(JSON.parse(second.stdout), { state: "open", opened: 1, claimedAt: null });
  t.is(await stateOf(db, sealed), "open");
  t.deepEqual(new Set(await eventTypes(db)), new Set(["link.stored", "link.opened"]));
  t.is((await db("mailboxes").first()).tries, 0);

  const other = `${exchange.url}/r#${"A".repeat(43)}`;
  t.regex((await check(other)).stderr, /\(LINK_UNKNOWN\)/);
  t.is((await check(link.slice(0, -3))).status, 2);
  t.is((await check("")).status, 2);
  await exchange.intake("DELETE", packagePath(sealed));
  const dead = await check(link);
  t.is(dead.status, 1);
  t.regex(dead.stderr, /the link is revoked: nothing to collect with it \(LINK_CLOSED\)/);
  for (const { stdout, stderr } of [first, second, dead]) {
    t.false(`${stdout}${stderr}`.includes(sealed.fragment));
  }
  // To collect takes the PIN, named explicitly.
  const collect = await meterseal(["link", "collect", link]);
  t.is(collect.status, 2);
});
