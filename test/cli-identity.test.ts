/**
 * `identity` and `log prune` on the command line.
 *
 * @module
 */
import test from "ava";
import { meterseal } from "./support/command.ts";
import { makeOldLog } from "./support/old-log.ts";
import { resumeService, startService } from "./support/service.ts";

const NAME = "Erika Unverwechselbar";

test("a person is found, shown, corrected, restricted, exported and erased", async (t) => {
  const service = await startService(t, "sqlite");
  const data = ["--data", service.config.data];
  const run = (...args: string[]) => meterseal(["identity", ...args, ...data]);
  const wanted = { role: "auditor", name: NAME };
  const { id } = (await service.call("POST", "/v1/tokens", service.admin, wanted)).body;

  const found = await run("find", "ERIKA");
  t.is(found.status, 0, found.stderr);
  t.true(found.stdout.includes(id) && found.stdout.includes(NAME));
  t.true(found.stdout.split("\n").every((line) => line.length <= 100));
  t.regex((await run("find", "nobody")).stderr, /nobody is known by that/);
  t.regex((await run("show", id)).stdout, new RegExp(`name +${NAME}`));
  t.regex((await run("correct", id, "--name", "E. U.")).stdout, /name +E\. U\./);
  t.regex((await run("restrict", id)).stdout, /restricted +2\d{3}-/);
  t.regex((await run("release", id)).stdout, /restricted +no/);
  t.like(JSON.parse((await run("export", id)).stdout), { id, data: { name: "E. U." } });

  const unasked = await run("erase", id);
  t.is(unasked.status, 2);
  t.regex(unasked.stderr, /expected --yes/);
  t.regex((await run("erase", id, "--yes")).stderr, /revoke it first \(TOKEN_LIVE\)/);
  await service.call("DELETE", `/v1/tokens/${id}`, service.admin);
  const erased = await run("erase", id, "--yes");
  t.is(erased.status, 0, erased.stderr);
  t.regex((await run("show", id)).stdout, /name +is not stored/);
});

test("one token proposes to prune and another approves", async (t) => {
  const log = await makeOldLog(t, "sqlite", 300);
  const service = await resumeService(t, log.config);
  const tokens = [await service.token("officer"), await service.token("auditor")] as const;
  const [officer, auditor] = tokens.map((token) => ({
    METERSEAL_TOKEN: token,
    METERSEAL_URL: service.internal,
  }));
  const run = (env: typeof officer, ...args: string[]) =>
    meterseal(["log", "prune", ...args], env === undefined ? {} : { env });
  const proposed = await run(officer, "propose", "--json");
  t.is(proposed.status, 0, proposed.stderr);
  const { id } = JSON.parse(proposed.stdout);
  t.regex((await run(officer, "approve", id, "--yes")).stderr, /SAME_ACTOR/);
  t.is((await run(auditor, "approve", id)).status, 2);
  const done = await run(auditor, "approve", id, "--yes");
  t.is(done.stdout, "256 entries are pruned, all below 256\n", done.stderr);
  const list = await run(officer, "list");
  t.regex(list.stdout, new RegExp(`${id} +pruned +256`));
  t.regex(list.stderr, /the log begins at entry 256/);
  t.regex((await run(officer, "propose", "--before", "soon")).stderr, /expected a day/);
  t.regex((await run(officer, "propose", "--before", "2999-01-01")).stderr, /LOG_RETENTION/);
});
