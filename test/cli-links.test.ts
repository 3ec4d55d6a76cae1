import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { meterseal } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { MAIN } from "./support/process.ts";
import { ndjson, type Service, startService } from "./support/service.ts";

interface Desk {
  readonly service: Service;
  readonly customer: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  run(...args: string[]): ReturnType<typeof meterseal>;
  /** How many links there are. */
  links(): Promise<number>;
}

/** A custodian at work: two makers use the number 00000007, one meter is retired. */
async function desk(t: ExecutionContext): Promise<Desk> {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const token = await service.token("custodian");
  const addresses = [
    "KAM-00000001/1B/16",
    "KAM-00000002/1B/16",
    "KAM-00000007",
    "ELS-00000007",
    "KAM-00000009",
    "st:4B414D4501349083",
  ];
  const rows = addresses.map((address, i) => ({ line: i + 1, address, name: `flat ${i + 1}` }));
  await service.call("POST", `/v1/meters/import?customer=${customer}`, token, ndjson(rows));
  await service.call("POST", "/v1/meters/KAM-00000009/retire", token);
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: token };
  return {
    service,
    customer,
    env,
    folder: temporaryFolder(t),
    run: (...args) => meterseal(args, { env }),
    links: async () => (await service.call("GET", "/v1/links", token)).body.items.length,
  };
}

function file(folder: string, name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

test("a file of recipients makes a link for each, the links on stdout and the PINs apart", async (t) => {
  const { customer, folder, run, links } = await desk(t);
  const list = file(folder, "recipients.csv", [
    "To;Serial;Email;Language;Phone;Purpose",
    '"Kæld, Haus 1";1;ida@example.com;da;+45 12 34;order 1',
    '"Kæld, Haus 1";00000002;ida@example.com;da;+45 12 34;order 1',
    "=cmd();KAM-00000007;;;;",
    "Third;4501349083 flat 1;bo@example.com;pl;;",
  ]);
  // No meter has that for a name, and of its parts two are none.
  const bad = await run(
    "link",
    "create",
    "--customer",
    customer,
    "--recipients",
    list,
    "--purpose",
    "all",
    "--pins",
    join(folder, "p.csv"),
  );
  t.is(bad.status, 1);
  t.regex(bad.stderr, /line 5: no meter of this customer/);
  t.is(await links(), 0);
  file(
    folder,
    "recipients.csv",
    readFileSync(list, "utf8").replace(" flat 1", ",KAM-00000001").trim().split("\n"),
  );
  const pins = join(folder, "pins.csv");
  const args = ["link", "create", "--customer", customer, "--recipients", list, "--purpose", "all"];
  const channels = [
    "--pins",
    pins,
    "--mail",
    join(folder, "mails"),
    "--letter",
    join(folder, "letters"),
  ];
  const { status, stdout, stderr } = await run(...args, ...channels, "--time-zone", "UTC");
  t.is(status, 0, stderr);
  t.is(await links(), 3);
  const [head, ...made] = stdout.trim().split("\r\n");
  t.is(head, "reference,to,email,meters,expires,link");
  t.regex(made[0] ?? "", /^REF-\S+,"Kæld, Haus 1",ida@example.com,2,2\S+Z,http\S+#[\w-]{43}$/);
  // What a spreadsheet would run is text.
  t.regex(made[1] ?? "", /^REF-\S+,'=cmd\(\),,1,/);
  t.regex(made[2] ?? "", /^REF-\S+,Third,bo@example.com,2,/);
  const held = readFileSync(pins, "utf8").trim().split("\r\n");
  t.is(statSync(pins).mode & 0o777, 0o600);
  t.is(held[0], "reference,to,pin_to,pin,issuer");
  t.is(held.length, 4);
  const pin = /,([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]),/.exec(held[1] ?? "")?.[1] ?? "none";
  t.false(stdout.includes(pin) || stderr.includes(pin));
  const reference = (made[0] ?? "").slice(0, 11);
  const mail = readFileSync(join(folder, "mails", `${reference}.txt`), "utf8");
  const letter = readFileSync(join(folder, "letters", `${reference}.txt`), "utf8");
  t.regex(mail, /^To: ida@example.com\nSubject: Målernøgler til afhentning, reference REF-/);
  t.regex(mail, /^http\S+#[\w-]{43}$/m);
  t.regex(letter, /^To: \+45 12 34\nSubject: PIN-kode til reference REF-/);
  t.true(letter.includes(pin) && !mail.includes(pin) && !letter.includes("#"));
  t.is(readdirSync(join(folder, "mails")).length, 3);
  t.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".part")),
    [],
  );
});

test("every fault of a list is told by its line, and then no link is made", async (t) => {
  const { customer, folder, run, links } = await desk(t);
  const list = file(folder, "recipients.csv", [
    "to,meters,purpose,email,language,pin_to",
    "A,00000007,p,,,",
    "B,00000009,p,,,",
    "C,SECRET-99,p,,,",
    ",00000001,p,,,",
    "D,,p,,,",
    "E,00000001,,,,",
    "F,00000001,p,nobody,,",
    "G,00000001,p,,fr,",
    "H,00000001,p,ida@example.com,,IDA+pin@Example.com",
    "I,00000001,p,,,",
    "I,00000001,p,,,",
    "I,00000002,other,,,",
    `${"x".repeat(201)},00000001,p,,,`,
    "ok,00000001,p,,,",
  ]);
  const args = ["--recipients", list, "--pins", join(folder, "pins.csv")];
  const { status, stdout, stderr } = await run("link", "create", "--customer", customer, ...args);
  t.is(status, 1);
  t.is(stdout, "");
  for (const expected of [
    "line 2: several meters of this customer fit: use the address or the id",
    "line 3: the meter is retired",
    "line 4: no meter of this customer has this number or name",
    "line 5: to: expected 1 to 200 characters",
    "line 6: expected a meter",
    "line 7: purpose: expected 1 to 500 characters, here or by --purpose",
    "line 8: email: expected an address",
    "line 9: language: expected da, de, en, es, it or pl",
    "line 10: email and pin_to: link and PIN must go by different ways",
    "line 12: names a meter again that line 11 names",
    "line 13: differs from line 11, which is for the same recipient",
    "line 14: to: expected 1 to 200 characters",
    "link create: 12 faults in the file: no link was made (LIST_REFUSED)",
  ]) {
    t.true(stderr.split("\n").includes(expected), `${expected}\n${stderr}`);
  }
  // What a line holds is not repeated: it may be a key in the wrong column.
  t.false(stderr.includes("SECRET-99") || stderr.includes("nobody"));
  t.is(await links(), 0);
  t.deepEqual(readdirSync(folder), ["recipients.csv"]);
});

test("a list of serial numbers for one recipient, with and without a heading", async (t) => {
  const { customer, folder, run } = await desk(t);
  const base = ["--json", "link", "create", "--customer", customer, "--to", "A", "--purpose", "p"];
  const meters = async (...args: string[]) => {
    const { status, stdout, stderr } = await run(...base, ...args);
    t.is(status, 0, stderr);
    const { reference } = JSON.parse(stdout);
    return JSON.parse((await run("--json", "link", "show", reference)).stdout).meters;
  };
  t.is(await meters("--serials", file(folder, "a.csv", ["Serial,Note", "1,x", "2,y"])), 2);
  t.is(await meters("--serials", file(folder, "b.csv", ["00000001", "KAM-00000002"])), 2);
  t.is(await meters("--meters", "1,KAM-00000007"), 2);
  const ambiguous = await run(...base, "--meters", "1,7");
  t.is(ambiguous.status, 1);
  t.regex(ambiguous.stderr, /--meters, number 2: several meters .* \(METER_AMBIGUOUS\)/);
  const twice = file(folder, "c.csv", ["serial", "1", "flat 1"]);
  t.regex((await run(...base, "--serials", twice)).stderr, /line 3: names a meter again/);
  const wrong = file(folder, "d.csv", ["a,b", "1,2"]);
  t.is((await run(...base, "--serials", wrong)).status, 2);
});

test("link and PIN do not end in one file; pipes, other files and --json are as before", async (t) => {
  const { customer, folder, env, run, links } = await desk(t);
  const create = ["link", "create", "--customer", customer, "--all", "--to", "A", "--purpose", "p"];
  const into = async (name: string, ...args: string[]) => {
    const path = join(folder, name);
    const stdout = openSync(path, "w");
    const child = spawn(process.execPath, [MAIN, ...args], {
      stdio: ["ignore", stdout, "pipe"],
      env: { PATH: process.env["PATH"], ...env },
    });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    const [status] = await once(child, "close");
    closeSync(stdout);
    return { status, said, text: readFileSync(path, "utf8") };
  };
  const refused = await into("all.txt", ...create);
  t.is(refused.status, 2);
  t.regex(refused.said, /stdout is a file: link and PIN must not lie in one/);
  t.is(refused.text, "");
  t.is(await links(), 0);

  const pins = join(folder, "pins.csv");
  const apart = await into("link.txt", ...create, "--pins", pins);
  t.is(apart.status, 0, apart.said);
  t.regex(apart.text, /#[\w-]{43}/);
  t.notRegex(apart.text, /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\b/);
  t.regex(readFileSync(pins, "utf8"), /,[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z],/);
  t.notRegex(readFileSync(pins, "utf8"), /#/);
  const letter = join(folder, "letter.txt");
  const sms = join(folder, "sms.txt");
  t.is((await into("link2.txt", ...create, "--letter", letter, "--sms", sms)).status, 0);
  t.regex(readFileSync(sms, "utf8"), /^Meterseal, REF-\S+: PIN \S+\. Signed by \S+\n$/);
  t.regex(readFileSync(letter, "utf8"), /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]\n/);
  t.regex((await into("both.json", "--json", ...create)).text, /"pin":/);
  t.regex((await run(...create)).stdout, /^pin {8}/m);
  // An existing file is not written over, and one for both is refused: nothing is made.
  const before = await links();
  t.is((await run(...create, "--pins", pins)).status, 2);
  const one = join(folder, "one.txt");
  t.is((await run(...create, "--mail", one, "--letter", one)).status, 2);
  const way = ["--email", "ida@example.com", "--pin-to", "mailto:Ida@example.com"];
  const oneWay = await run(...create, ...way);
  t.is(oneWay.status, 2);
  t.regex(oneWay.stderr, /link and PIN must go by different ways/);
  t.is(await links(), before);
});
