/**
 * `meterseal log report` against a whole service: what it says, proves and leaves behind.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { drawSamples } from "../cli/report/samples.ts";
import { meterseal } from "./support/command.ts";
import { databaseKinds, temporaryFolder } from "./support/databases.ts";
import { ALWAYS, filled, HOSTILE, table } from "./support/reporting.ts";
import type { Parsed } from "./support/service.ts";
import { hasPython } from "./support/verify-py.ts";

const FORMULA = '=HYPERLINK("http://x.example";"a")';

/** Everything that may be opened in a report, and nothing else of HTML. */
const TAGS =
  /^(!doctype|html|head|meta|title|style|body|section|h1|h2|p|code|pre|div|strong|dl|dt|dd|table|thead|tbody|tr|th|td|footer)$/;

for (const kind of databaseKinds()) {
  test(`a report has every release and refusal as text, and samples that anybody can prove (${kind})`, async (t) => {
    const { service, auditor, customer, custodian, env } = await filled(t, kind);
    const send = async (to: string, purpose: string) => {
      const wanted = { customer, all: true, to, purpose };
      return (await service.call("POST", "/v1/links", custodian, wanted)).body.reference;
    };
    const references = [await send(HOSTILE, FORMULA), await send(FORMULA, HOSTILE)];
    const hidden = await send("Erika Unverwechselbar", "Zweck");
    await service.call("POST", `/v1/identities/${hidden}/restrict`, service.admin);
    t.is((await service.call("GET", "/v1/activity", custodian)).status, 403);
    const older = join(temporaryFolder(t), "checkpoint");
    writeFileSync(older, (await service.call("GET", "/log/checkpoint", auditor)).text);
    await Promise.all(Array.from({ length: 30 }, (_, i) => service.customer(`Customer ${i}`)));

    const vkey = readFileSync(join(service.config.data, "log.vkey"), "utf8").trim();
    const out = join(temporaryFolder(t), "report");
    const pins = ["--key", vkey, "--checkpoint", older];
    const args = ["log", "report", ...ALWAYS, "--out", out, ...pins, "--json"];
    const done = await meterseal(args, { env });
    t.is(done.status, 0, done.stderr);
    t.is(done.stderr, "", "quiet when not a terminal");
    const told = JSON.parse(done.stdout);
    t.like(told, { out, releases: 3, samples: 25 });

    const files = readdirSync(out, { recursive: true, encoding: "utf8" });
    for (const file of files) {
      const { mode } = statSync(join(out, file));
      t.is(mode & 0o077, 0, file);
    }
    const proofs = files.filter((name) => name.endsWith(".tlog-proof"));
    t.is(proofs.length, 25);
    const { items } = (await service.call("GET", "/v1/activity?limit=1000", auditor)).body;
    t.deepEqual(
      proofs.map((name) => Number(/(\d+)\.tlog-proof$/.exec(name)?.[1])).sort((a, b) => a - b),
      redrawn(Buffer.from(told.root, "base64"), 0, told.size, 25),
    );
    if (hasPython(t)) {
      const paths = proofs.map((name) => join(out, name));
      const checked = ["docs/verify.py", "--key", vkey, "--json", "--proof", ...paths];
      const said = spawnSync("python3", checked, { encoding: "utf8" });
      t.is(said.status, 0, said.stderr);
      t.like(JSON.parse(said.stdout), { ok: true, problems: [] });
    }

    const html = readFileSync(join(out, "report.html"), "utf8");
    for (const [, tag = ""] of html.matchAll(/<\/?([^\s>/]*)/g)) {
      t.regex(tag, TAGS);
    }
    for (const [, attributes = ""] of html.matchAll(/<[a-z]\w*\s([^>]*)>/g)) {
      t.notRegex(attributes, /\bon|javascript|src=/i);
    }
    t.true(
      html.includes("&lt;/td&gt;&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"),
    );
    t.regex(html, /The log of today begins with the very \d+ entries/);
    t.regex(html, /under the log&#39;s key as it was given/);

    const releases = table(out, "releases");
    t.deepEqual(
      releases.map((row) => [row["reference"], Number(row["entry"]), row["to"]]),
      items
        .filter(({ entry }: Parsed) => entry.action === "link.dispatched")
        .map(({ index, entry }: Parsed) => {
          const plain = HOSTILE.replace(/\p{Cc}+/gu, " ");
          const to = { [references[0]]: plain, [references[1]]: `'${FORMULA}` };
          return [entry.reference, index, to[entry.reference] ?? ""];
        }),
    );
    t.deepEqual(
      table(out, "refusals").map(({ action, code, entry }) => [action, code, Number(entry)]),
      items
        .filter(({ entry }: Parsed) => entry.outcome !== "ok")
        .map(({ index, entry }: Parsed) => [entry.action, entry.code, index]),
    );
    for (const name of files.filter((file) => file.endsWith(".csv"))) {
      for (const row of table(out, name.replace(".csv", ""))) {
        t.true(
          Object.values(row).every((cell) => !/^[=+@\t\r-]/.test(cell)),
          name,
        );
      }
    }
    for (const name of files.filter((file) => statSync(join(out, file)).isFile())) {
      const text = readFileSync(join(out, name), "utf8");
      t.false(text.includes("Unverwechselbar"), `${name}: what is restricted`);
      t.false(text.includes(auditor) || /KAM-1000000/.test(text), `${name}: ${text}`);
    }
    const again = await meterseal(args, { env });
    t.is(again.status, 2);
    t.is(again.stdout, "");
  });
}

test("samples are all that there is, or drawn evenly and always the same", (t) => {
  const root = (n: number) => createHash("sha256").update(String(n)).digest();
  t.deepEqual(drawSamples(root(0), 7, 9, 25), [7, 8, 9]);
  t.deepEqual(drawSamples(root(0), 4, 4, 25), [4]);
  const counts = new Array<number>(50).fill(0);
  for (let n = 0; n < 2000; n++) {
    const drawn = drawSamples(root(n), 100, 149, 5);
    t.is(new Set(drawn).size, 5);
    t.deepEqual(drawn, redrawn(root(n), 100, 50, 5));
    for (const index of drawn) {
      counts[index - 100] = (counts[index - 100] ?? 0) + 1;
    }
  }
  // 200 each, give or take five standard deviations of 13.4.
  t.true(counts.every((count) => Math.abs(count - 200) < 67));
});

/** The rule as the report itself gives it. */
function redrawn(root: Buffer, first: number, count: number, wanted: number): number[] {
  const drawn = new Set<number>();
  for (let k = 0; drawn.size < Math.min(wanted, count); k++) {
    const bytes = Buffer.concat([
      Buffer.from("meterseal/sample/1"),
      root,
      Buffer.of(k >>> 24, (k >> 16) & 255, (k >> 8) & 255, k & 255),
    ]);
    const hash = createHash("sha256").update(bytes).digest("hex");
    drawn.add(first + Number(BigInt(`0x${hash.slice(0, 12)}`) % BigInt(count)));
  }
  return [...drawn].sort((a, b) => a - b);
}
