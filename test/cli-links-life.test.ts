import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json, text } from "node:stream/consumers";
import test from "ava";
import { answer, fakeService, meterseal, refuse } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { MAIN } from "./support/process.ts";
import { ndjson, startService } from "./support/service.ts";

const SECRETS = (made: { link: string; pin: string }) => [made.link.slice(-43), made.pin];

test("list, show, reissue, revoke and mail tell a link's life in words, never its secrets", async (t) => {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const token = await service.token("custodian");
  const rows = [1, 2].map((n) => ({ line: n, address: `KAM-0000000${n}`, order: "A-1" }));
  await service.call("POST", `/v1/meters/import?customer=${customer}`, token, ndjson(rows));
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: token };
  const run = (...args: string[]) => meterseal(args, { env });
  const folder = temporaryFolder(t);

  const create = ["--json", "link", "create", "--customer", customer, "--order", "A-1"];
  const named = ["--to", "Clerk with a rather long name, Housing Ltd", "--purpose", "p".repeat(90)];
  const old = JSON.parse((await run(...create, ...named)).stdout);
  const wrong = old.pin.startsWith("0000-0000") ? "1111-1111-0" : "0000-0000-0";
  const guess = await meterseal(["link", "collect", old.link, "--pin", wrong]);
  t.regex(guess.stderr, /\(PIN_WRONG\)/);

  const letter = join(folder, "letter.txt");
  const again = await run("link", "reissue", old.reference, "--language", "de", "--letter", letter);
  t.is(again.status, 0, again.stderr);
  t.notRegex(again.stdout, /^pin/m);
  t.true(again.stderr.includes(`${old.reference} is dead\n`), again.stderr);
  const link = /^link +(\S+)/m.exec(again.stdout)?.[1] ?? "";
  const reference = /^reference +(\S+)/m.exec(again.stdout)?.[1] ?? "";
  const pin = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\n/.exec(readFileSync(letter, "utf8"))?.[0] ?? "";
  const dead = await meterseal(["link", "collect", old.link, "--pin", "-"], { input: old.pin });
  t.regex(dead.stderr, /\(LINK_REVOKED\)/);
  const got = await meterseal(["link", "collect", link, "--pin", "-"], { input: pin });
  t.is(got.status, 0, got.stderr);

  const until = async (text: RegExp, ...args: string[]) => {
    for (const end = Date.now() + 60_000; ; ) {
      const { stdout } = await run(...args);
      if (text.test(stdout) || Date.now() > end) {
        t.regex(stdout, text);
        return stdout;
      }
    }
  };
  const shown = await until(/^receipt +verified, signed as /m, "link", "show", reference);
  t.regex(shown, /^state +confirmed$/m);
  t.regex(shown, /^keys +was disclosed, receipt confirmed$/m);
  t.regex(shown, /^opened +\d+ times?, first 2\S+Z, last 2\S+Z$/m);
  t.regex(shown, new RegExp(`^supersedes +${old.reference}$`, "m"));
  const before = (await run("link", "show", old.reference)).stdout;
  t.regex(before, /^wrong PINs +1$/m);
  t.regex(before, /^keys +was not disclosed$/m);
  t.regex(before, new RegExp(`^superseded by +${reference}$`, "m"));

  const list = (await run("link", "list")).stdout.trimEnd().split("\n");
  t.is(list.length, 3);
  t.true(list.every((line) => [...line].length <= 100));
  t.regex(list[1] ?? "", /superseded +2 +\d+ +no .*1 wrong PIN/);
  t.regex(list[2] ?? "", /confirmed +2 +\d+ +yes /);
  const count = async (...args: string[]) =>
    (await run("--json", "link", "list", ...args)).stdout.split("\n").filter(Boolean).length;
  t.is(await count("--state", "superseded"), 1);
  t.is(await count("--order", "A-1", "--customer", customer), 2);
  t.is(await count("--order", "A-2"), 0);
  t.is((await run("link", "list", "--state", "lost")).status, 2);

  const refused = await run("link", "reissue", reference);
  t.is(refused.status, 1);
  t.regex(refused.stderr, /the keys were collected: .* \(LINK_COLLECTED\)/);
  t.regex((await run("link", "revoke", reference)).stderr, /\(LINK_CLOSED\)/);
  const third = JSON.parse((await run(...create, ...named)).stdout);
  const revoked = await run("link", "revoke", third.reference);
  t.is(revoked.stdout, `link ${third.reference} is revoked, it was not disclosed\n`);

  const mail = await run("link", "mail", reference, "--language", "it", "--time-zone", "UTC");
  t.regex(mail.stdout, /^Subject: Chiavi dei contatori da ritirare, riferimento REF-/);
  t.regex(mail.stdout, /^\[inserire qui il link\]$/m);
  t.regex((await run("link", "mail", reference, "--channel", "sms")).stdout, /PIN \[put the PIN/);
  t.is((await run("link", "mail", reference, "--language", "fr")).status, 2);
  t.is((await run("link", "mail", reference, "--time-zone", "Mars/Base")).status, 2);
  const all = [shown, before, list.join("\n"), mail.stdout, revoked.stdout].join("\n");
  for (const secret of [...SECRETS(old), ...SECRETS(third), link.slice(-43), pin.trim()]) {
    t.false(all.includes(secret));
  }
});

test("what ends in the middle says which links exist, and keeps their PINs", async (t) => {
  const folder = temporaryFolder(t);
  const list = join(folder, "recipients.csv");
  writeFileSync(
    list,
    `to,serial,purpose\n${["A", "B", "C", "D"].map((to) => `${to},1,p\n`).join("")}`,
  );
  let made = 0;
  const { env } = await fakeService(t, async (request, response) => {
    if (request.method === "GET") {
      const items = [{ meter: "mtr_1", address: "KAM-00000001", name: null, status: "enrolled" }];
      answer(response, 200, { items, next: null });
      return;
    }
    const { to } = (await json(request)) as { to: string };
    made += 1;
    if (to === "C") {
      refuse(response, 409, "KEY_INTEGRITY", "the stored key of mtr_1 does not open");
      return;
    }
    const link = `https://x.example/r#${"F".repeat(43)}`;
    answer(response, 201, { link, pin: `K7QF-3M9X-${made}`, reference: `REF-000${made}-00` });
  });
  const pins = join(folder, "pins.csv");
  const args = ["link", "create", "--customer", "c", "--recipients", list];
  const { status, stdout, stderr } = await meterseal([...args, "--pins", pins], { env });
  t.is(status, 1);
  t.is(made, 3);
  t.is(stdout.trim().split("\r\n").length, 3);
  t.is(
    stderr,
    "REF-0001-00 exists, for line 2\nREF-0002-00 exists, for line 3\n" +
      "link create: 2 links of 4 made, none from line 4 on: the stored key of mtr_1 does not open (KEY_INTEGRITY)\n",
  );
  t.is(readFileSync(pins, "utf8").trim().split("\r\n").length, 3);

  // Both in one document each: a program asked for it.
  const { stdout: documents } = await meterseal(["--json", ...args], { env });
  const [first] = documents.trim().split("\n");
  t.like(JSON.parse(first ?? ""), {
    to: "A",
    language: "en",
    email: null,
    reference: "REF-0004-00",
  });
  // Without a place for the PINs nothing is begun.
  const before = made;
  t.is((await meterseal(args, { env })).status, 2);
  t.is(made, before);
});

test("Ctrl-C lets the link under way be finished, and keeps what was made", async (t) => {
  const folder = temporaryFolder(t);
  const list = join(folder, "recipients.csv");
  writeFileSync(
    list,
    `to,serial,purpose\n${["A", "B", "C", "D"].map((to) => `${to},1,p\n`).join("")}`,
  );
  let made = 0;
  let child: ReturnType<typeof spawn> | null = null;
  const { env } = await fakeService(t, async (request, response) => {
    if (request.method === "GET") {
      const items = [{ meter: "mtr_1", address: "KAM-00000001", name: null, status: "enrolled" }];
      answer(response, 200, { items, next: null });
      return;
    }
    made += 1;
    if (made === 2) {
      child?.kill("SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const link = `https://x.example/r#${"F".repeat(43)}`;
    answer(response, 201, { link, pin: `K7QF-3M9X-${made}`, reference: `REF-000${made}-00` });
  });
  const pins = join(folder, "pins.csv");
  const args = ["link", "create", "--customer", "c", "--recipients", list, "--pins", pins];
  child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env["PATH"], ...env },
  });
  const said = await text(child.stderr!);
  t.is(made, 2);
  t.regex(said, /2 links of 4 made, none from line 4 on: interrupted \(INTERRUPTED\)/);
  t.is(readFileSync(pins, "utf8").trim().split("\r\n").length, 3);
});

test("an answer that is lost leaves a doubt, and the doubt is told", async (t) => {
  const folder = temporaryFolder(t);
  const list = join(folder, "recipients.csv");
  writeFileSync(list, "to,serial,purpose\nA,1,p\n");
  const { env } = await fakeService(t, (request, response) => {
    if (request.method !== "GET") {
      response.destroy();
      return;
    }
    const items = [{ meter: "mtr_1", address: "KAM-00000001", name: null, status: "enrolled" }];
    answer(response, 200, { items, next: null });
  });
  const args = ["--json", "link", "create", "--customer", "c", "--recipients", list];
  const { status, stderr } = await meterseal(args, { env });
  t.is(status, 1);
  t.regex(stderr, /^for line 2 a link may exist that nobody can open: see link list$/m);
});
