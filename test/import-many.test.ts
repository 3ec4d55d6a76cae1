/**
 * A file of 20 000 meters, from the maker's archive to meters with keys in a real service.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { meterseal } from "./support/command.ts";
import { encryptKem, kemXml, zipKem } from "./support/key-files.ts";
import { startService } from "./support/service.ts";

const PASSPHRASE = "Blaubeere 7";

test("20 000 meters of one KEM archive become meters with their keys", async (t) => {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const token = await service.token("custodian");
  const meters = Array.from({ length: 20_000 }, (_, i) => ({
    serial: String(10_000_000 + i),
    key: i === 7 ? "000102030405060708090A0B0C0D0E0F" : randomKey(i),
  }));
  const folder = await mkdtemp(join(tmpdir(), "meterseal-cli-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = join(folder, "download.zip.kem");
  await writeFile(file, zipKem(encryptKem(kemXml(meters), PASSPHRASE)));
  const args = ["meter", "import", file, "--customer", customer, "--passphrase", "-", "--json"];
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: token };
  const { status, stdout, stderr } = await meterseal(args, { env, input: `${PASSPHRASE}\n` });
  t.is(status, 0, stderr);
  const report = JSON.parse(stdout);
  t.like(report, { imported: 20_000, rejected: [], signer: null });
  t.deepEqual(report.warnings.map(({ code }: { code: string }) => code).sort(), [
    "KEY_REGULAR",
    "PROFILE_ASSUMED",
  ]);
  const { body } = await service.call("GET", "/v1/meters/KAM-10000007", token);
  // First 3 bytes of AES-CMAC(000102…0F, 16 zero bytes), by `openssl mac`.
  t.is(body.keyCheckValue, "be7ed6");

  // Some of them once more: every line is refused, and a person reads only the first of them.
  await writeFile(file, zipKem(encryptKem(kemXml(meters.slice(0, 200)), PASSPHRASE)));
  const again = await meterseal(args.slice(0, -1), { env, input: `${PASSPHRASE}\n` });
  t.is(again.status, 1);
  const lines = again.stdout.trimEnd().split("\n");
  t.true(lines.length < 40 && lines.every((line) => line.length <= 100));
  t.regex(again.stdout, /^METER_EXISTS: 180 more, see --json$/m);
  t.regex(again.stdout, /^0 meters imported, 200 rejected, \d warnings?$/m);
});

/** Different for every meter, the same in every run. */
function randomKey(i: number): string {
  return Buffer.from(`${i * 7919}:${i}`.padEnd(16, "k"))
    .toString("hex")
    .toUpperCase();
}
