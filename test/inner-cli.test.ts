import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Decrypter, generateIdentity, identityToRecipient } from "age-encryption";
import test, { type ExecutionContext } from "ava";
import { meterseal } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { enrolling, KEYS } from "./support/enrolling.ts";
import { holder } from "./support/recipients.ts";

async function deployment(t: ExecutionContext) {
  const e = await enrolling(t, "sqlite");
  const folder = join(temporaryFolder(t), "work");
  await mkdir(folder);
  const as = (token: string) => ({
    env: { METERSEAL_URL: e.service.internal, METERSEAL_TOKEN: token },
    cwd: folder,
  });
  const recipient = (token: string, ...args: readonly string[]) =>
    meterseal(["recipient", ...args, "--json"], as(token));
  const add = (...key: readonly string[]) =>
    recipient(e.custodian, "add", "--customer", e.customer, "--name", "Head-end", ...key);
  async function collect(id: string, args: readonly string[]) {
    const chosen = ["--customer", e.customer, "--all", "--to", "Clerk", "--purpose", "order"];
    const made = await meterseal(
      ["link", "create", ...chosen, "--recipient", id, "--json"],
      as(e.custodian),
    );
    t.is(made.status, 0, made.stderr);
    const { link, pin, reference } = JSON.parse(made.stdout);
    const again = (more: readonly string[]) =>
      meterseal(["link", "collect", link, "--pin", "-", ...more], {
        cwd: folder,
        input: `${pin}\n`,
      });
    return { ended: await again(args), again, reference: reference as string };
  }
  return { e, folder, recipient, add, collect };
}

test("a recipient is added, confirmed by another token, listed and retired", async (t) => {
  const { e, folder, recipient, add } = await deployment(t);
  const kek = randomBytes(32);
  await writeFile(join(folder, "kek"), `${kek.toString("hex")}\n`);
  const added = await add("--kek-file", "kek");
  t.is(added.status, 0, added.stderr);
  t.regex(added.stderr, /compare the fingerprint/);
  const { id, fingerprint } = JSON.parse(added.stdout);
  t.regex(fingerprint, /^([0-9A-F]{4}-){7}[0-9A-F]{4}$/);
  t.is((await recipient(e.custodian, "confirm", id, "--fingerprint", fingerprint)).status, 1);
  t.is((await recipient(e.officer, "confirm", id, "--fingerprint", fingerprint)).status, 0);
  const listed = await recipient(e.custodian, "list");
  t.like(JSON.parse(listed.stdout), { id, kind: "aes-kwp", state: "confirmed", fingerprint });
  t.is((await recipient(e.officer, "retire", id)).status, 0);
  t.false([added, listed].some(({ stdout }) => stdout.includes(kek.toString("hex"))));

  const weak = await add("--rsa", (await holder(t, "RSA-1024")).keyFile);
  t.is(weak.status, 1);
  t.regex(weak.stderr, /\(PRIVATE_KEY\)/);
  t.false(weak.stderr.includes("BEGIN"));
  await writeFile(join(folder, "short"), randomBytes(31));
  for (const args of [[], ["--age", "x", "--rsa", "y"], ["--kek-file", "short"], ["--rsa", "no"]]) {
    t.is((await add(...args)).status, 2, args.join(" "));
  }
});

test("link collect writes the age file, opens it at once, or says that it cannot", async (t) => {
  const { e, folder, recipient, add, collect } = await deployment(t);
  const identity = await generateIdentity();
  const { id, fingerprint } = JSON.parse(
    (await add("--age", await identityToRecipient(identity))).stdout,
  );
  await recipient(e.officer, "confirm", id, "--fingerprint", fingerprint);
  await writeFile(join(folder, "identity"), `# a comment\n${identity}\n`);
  await writeFile(join(folder, "other"), `${await generateIdentity()}\n`);

  const first = await collect(id, ["--out", "keys.age", "--json"]);
  t.is(first.ended.status, 0, first.ended.stderr);
  t.like(JSON.parse(first.ended.stdout), { kind: "age", recipient: fingerprint, pinned: false });
  t.regex(first.ended.stderr, /age --decrypt[\s\S]*receipt confirmed/);
  const file = await readFile(join(folder, "keys.age"));
  t.is((await stat(join(folder, "keys.age"))).mode & 0o777, 0o600);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const { meters } = JSON.parse(await decrypter.decrypt(file, "text"));

  const second = await collect(id, ["--identity", "identity"]);
  t.is(second.ended.status, 0, second.ended.stderr);
  const bundle = JSON.parse(second.ended.stdout);
  t.deepEqual(bundle.meters, meters);
  t.is(bundle.meters.flatMap(({ keys }: { keys: unknown[] }) => keys).length, KEYS.length);

  const args = ["--identity", "other", "--out", "saved", "--resume", "claim"];
  const third = await collect(id, args);
  t.is(third.ended.status, 1);
  t.regex(third.ended.stderr, /receipt is not confirmed \(IDENTITY\)/);
  t.true((await readFile(join(folder, "saved"))).toString("latin1").startsWith("age-encryption"));
  const right = await third.again(["--identity", "identity", "--out", "open", "--resume", "claim"]);
  t.is(right.status, 0, right.stderr);
  t.is(
    JSON.parse(await readFile(join(folder, "open"), "utf8")).delivery.reference,
    third.reference,
  );
  t.deepEqual((await readdir(folder)).sort(), ["identity", "keys.age", "open", "other", "saved"]);

  const none = await third.again(["--identity", "keys.age"]);
  t.is(none.status, 2, "before anything is claimed");
});
