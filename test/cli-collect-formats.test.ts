/**
 * `link collect --format`: keys leave in the form that was asked for, or stay collectable.
 *
 * @module
 */
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import test, { type ExecutionContext } from "ava";
import { notWritten } from "../cli/collect/refused-meters.ts";
import type { SealRequest } from "../keystore/index.ts";
import { openDatabase } from "../src/db/open.ts";
import { FormatError } from "../src/handover/formats/contract.ts";
import { createCertificate } from "./support/certificates.ts";
import { type Ended, meterseal } from "./support/command.ts";
import { freshDatabase, temporaryFolder } from "./support/databases.ts";
import { openLink, startExchange, stateOf } from "./support/exchange.ts";
import { openCms } from "./support/open-cms.ts";
import { sealRequest } from "./support/sealer.ts";

const PASSPHRASE = "Kælder horse battery";

async function waitingLink(t: ExecutionContext, change: Partial<SealRequest> = {}) {
  const db = openDatabase(await freshDatabase(t, "sqlite"));
  t.teardown(() => db.destroy());
  const exchange = await startExchange(t, db);
  const sealed = await openLink(exchange, change);
  const link = `${exchange.url}/r#${sealed.fragment}`;
  const folder = temporaryFolder(t);
  const { pin } = sealed;
  return {
    folder,
    pin,
    place: (name: string) => join(folder, name),
    state: () => stateOf(db, sealed),
    collect: async (args: readonly string[], input = `${pin}\n`): Promise<Ended> => {
      const ended = await meterseal(["link", "collect", link, "--pin", "-", ...args], { input });
      t.false(ended.stderr.includes(sealed.fragment) || ended.stderr.includes(pin));
      t.false(ended.stderr.includes(PASSPHRASE));
      return ended;
    },
  };
}

/** Three meters, the second of them no wM-Bus meter. */
function mixed(): Partial<SealRequest> {
  const { meters } = sealRequest(3);
  return {
    meters: meters.map((meter, i) =>
      i === 1 ? { ...meter, address: "st:4B414D4501349083", serial: "4501349083" } : meter,
    ),
  };
}

test("csv: on stdout as it is; receipt is confirmed", async (t) => {
  const { collect, state } = await waitingLink(t);
  const { status, stdout, stderr } = await collect(["--format", "csv"]);
  t.is(status, 0, stderr);
  // The helper's decoder has taken the byte order mark away.
  const lines = stdout.split("\r\n");
  t.regex(lines[0] ?? "", /^"serial";"manufacturer"/);
  t.regex(lines[1] ?? "", /^"=""76348799""";"KAM";.*"Kæld <b>4<\/b>"/);
  t.is(lines.length, 5);
  t.is(await state(), "confirmed");
});

test("age: the passphrase on the second line of standard input, the PIN on the first", async (t) => {
  const { collect, place, pin, state } = await waitingLink(t);
  const args = ["--format", "age", "--passphrase", "-", "--out", place("keys.age")];
  const { status, stderr } = await collect(args, `${pin}\n${PASSPHRASE}\n`);
  t.is(status, 0, stderr);
  t.is((await stat(place("keys.age"))).mode & 0o777, 0o600);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSPHRASE);
  const file = armor.decode(await readFile(place("keys.age"), "latin1"));
  t.is(JSON.parse(await decrypter.decrypt(file, "text")).meters.length, 3);
  t.is(await state(), "confirmed");
});

test("cms: bytes through a pipe, opened by the certificate's key", async (t) => {
  const { collect, place, folder } = await waitingLink(t);
  const owner = await createCertificate("P-256");
  await writeFile(place("to.pem"), owner.certificate);
  const out = place("keys.p7m");
  const { status, stdout, stderr } = await collect([
    "--format",
    "cms",
    "--certificate",
    place("to.pem"),
    "--out",
    out,
    "--json",
  ]);
  t.is(status, 0, stderr);
  t.like(JSON.parse(stdout), { meters: 3, format: "cms", refused: [] });
  t.is(JSON.parse(openCms(await readFile(out), owner).toString()).meters.length, 3);
  t.deepEqual(
    (await readdir(folder)).sort((a, b) => a.localeCompare(b)),
    ["keys.p7m", "to.pem"],
  );
});

test("options that cannot be used cost no claim and no try", async (t) => {
  const { collect, place, folder, pin, state } = await waitingLink(t);
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const expired = { notBefore: new Date(0), notAfter: new Date(Date.now() - 1000) };
  await writeFile(place("old.pem"), (await createCertificate("P-256", expired)).certificate);
  await writeFile(place("kek"), "00".repeat(32));
  const age = ["--format", "age"];
  const out = ["--out", place("keys")];
  const misuses: readonly (readonly [readonly string[], string?])[] = [
    [["--format", "cms", "--certificate", place("old.pem"), ...out]],
    [["--format", "cms", "--certificate", place("none.pem"), ...out]],
    [["--format", "cms", ...out]],
    [["--format", "pskc", "--kek-file", place("kek"), ...out]],
    [["--format", "nonsense", ...out]],
    [["--format", "csv", "--recipient", recipient, ...out]],
    [["--recipient", recipient, ...out]],
    [age],
    [[...age, "--recipient", identity, ...out]],
    [[...age, "--recipient", recipient, "--passphrase", "-", ...out], `${pin}\n${PASSPHRASE}\n`],
    [[...age, "--passphrase", PASSPHRASE, ...out]],
    [[...age, "--passphrase", "-", ...out], `${pin}\ntoo short\n`],
    [[...age, "--passphrase", "-", ...out], `${pin}\n`],
    // No place for bytes, nor for a claim when a meter is refused.
    [["--format", "wmbusmeters"]],
    [["--format", "kem", "--passphrase", "-"], `${pin}\nkundenummer1\n`],
  ];
  for (const [args, input] of misuses) {
    const ended = await collect(args, input);
    t.not(ended.status, 0, args.join(" "));
    t.is(ended.stdout, "");
    t.false(ended.stderr.includes(identity.slice(20)));
  }
  t.is(await state(), "open");
  t.deepEqual(
    (await readdir(folder)).sort((a, b) => a.localeCompare(b)),
    ["kek", "old.pem"],
  );

  const right = await collect(["--format", "age", "--recipient", recipient]);
  t.is(right.status, 0, right.stderr);
  t.regex(right.stdout, /^-----BEGIN AGE ENCRYPTED FILE-----/);
  t.is(await state(), "confirmed");
});

test("meters that the form cannot hold: nothing is confirmed, and JSON still gives them (abuse 38)", async (t) => {
  const { collect, place, folder, state } = await waitingLink(t, mixed());
  const out = place("keys.txt");
  const first = await collect(["--format", "eddi24", "--out", out]);
  t.is(first.status, 1);
  t.regex(first.stderr, /4501349083 {2}ADDRESS_KIND/);
  t.regex(first.stderr, /the eddi24 file lacks keys of 1 meter; receipt is not confirmed/);
  t.regex(first.stderr, /\(METERS_REFUSED\)/);
  t.regex(await readFile(out, "utf8"), /^(KAM;\d{8};[0-9A-F]{32}\n){2}$/);
  t.is(await state(), "claimed");
  const claim = `${out}.resume`;
  t.is((await stat(claim)).mode & 0o777, 0o600);

  const all = place("keys.json");
  const second = await collect(["--format", "json", "--resume", claim, "--out", all]);
  t.is(second.status, 0, second.stderr);
  const { meters } = JSON.parse(await readFile(all, "utf8"));
  t.is(meters.length, 3);
  const written = (await readFile(out, "utf8")).toLowerCase();
  t.true(written.includes(meters[0].keys[0].value) && written.includes(meters[2].keys[0].value));
  t.is(await state(), "confirmed");
  t.deepEqual(
    (await readdir(folder)).sort((a, b) => a.localeCompare(b)),
    ["keys.json", "keys.txt"],
  );
});

test("a form that holds none of the meters writes no file and keeps the claim", async (t) => {
  const { collect, place, folder, state } = await waitingLink(t);
  const ended = await collect(["--format", "gurux", "--out", place("keys.gxc"), "--json"]);
  t.is(ended.status, 1);
  t.is(ended.stdout, "");
  t.regex(ended.stderr, /the gurux file lacks keys of 3 meters/);
  t.is(await state(), "claimed");
  t.deepEqual(await readdir(folder), ["keys.gxc.resume"]);
});

test("a form that fails after the claim says how to get the keys", (t) => {
  const chance = { windowEndsAt: "2026-01-02T03:04:05.000Z", resume: "keys.zip.resume" };
  const tooMany = new FormatError("NOTHING_WRITTEN", "format: too many files");
  const known = notWritten(tooMany, chance);
  t.is(known.code, "NOTHING_WRITTEN");
  const again = "receipt is not confirmed, collect all with --format json and --resume";
  t.is(known.message, `format: too many files; ${again} keys.zip.resume until 2026-01-02 03:04Z`);
  const other = notWritten(new Error(PASSPHRASE), { ...chance, resume: null });
  t.is(other.message, "the keys were not written; receipt is not confirmed");
});

test("a weak form warns before the PIN is read", async (t) => {
  const { collect, place, pin, state } = await waitingLink(t);
  const args = ["--format", "kem", "--passphrase", "-", "--out", place("keys.kem")];
  const { status, stderr } = await collect(args, `${pin}\nkundenummer1\n`);
  t.is(status, 0, stderr);
  const warning = stderr.indexOf("warning: kem encrypts so weakly");
  t.true(warning >= 0 && warning < stderr.indexOf("waiting"));
  t.regex(await readFile(place("keys.kem"), "utf8"), /<CipherValue>/);
  t.is(await state(), "confirmed");
});
