/**
 * The main job through one deployment: generated keys of every profile, from enrolment over the
 * hand-over to plaintext and a verified log.
 *
 * @module
 */
import test from "ava";
import { freshFrame } from "../cli/demo/fresh-frames.ts";
import type { Profile } from "../keystore/index.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { databaseKinds } from "./support/databases.ts";
import { ndjson, parseNdjson, startService } from "./support/service.ts";

const FRAMES = 6;

/** Profile, address, and what the answer must say of the check and of the keys' length. */
const GENERATED: readonly (readonly [Profile, string, string, number])[] = [
  ["wmbus", "GEN-00000001/01/07", "check16", 128],
  ["oms-a", "GEN-00000002/01/07", "check16", 128],
  ["ell", "GEN-00000003/01/07", "crc16", 128],
  ["oms-b", "GEN-00000007/01/07", "mac64", 128],
  ["oms-d", "GEN-00000008/01/07", "tag64", 128],
  ["dlms-suite-0", "st:47454E0000000004", "tag96", 128],
  ["dlms-suite-1", "st:47454E0000000005", "tag96", 128],
  ["dlms-suite-2", "st:47454E0000000006", "tag96", 256],
];

for (const kind of databaseKinds()) {
  test(`generated keys of every profile: collected, used by a meter, decrypted, logged (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("Stadtwerke");
    const custodian = await service.token("custodian");
    for (const [profile, address] of GENERATED) {
      const wanted = { customer, profile, address };
      const enrolled = await service.call("POST", "/v1/meters", custodian, wanted);
      t.like(enrolled.body, { profile, address, keyVersion: 1, status: "enrolled" });
    }
    const wanted = { customer, all: true, to: "Clerk", purpose: "order" };
    const link = (await service.call("POST", "/v1/links", custodian, wanted)).body;
    const { bundle } = await collectLink({
      link: link.link,
      pin: () => link.pin,
      issuer: link.issuer,
      clock: () => new Date(),
    });

    const machine = await service.token("data-management");
    for (const [profile, address, verification, bits] of GENERATED) {
      const meter = bundle!.meters.find((one) => one.address === address)!;
      t.is(meter.profile, profile);
      t.true(meter.keys.every((key) => key.algorithm === `AES-${bits}`));
      t.true(meter.keys.every((key) => key.value.length === bits / 4));
      const fresh = Array.from({ length: FRAMES }, (_, n) => freshFrame(meter, n));
      const body = ndjson(fresh.map(({ frame }, ref) => ({ ref, frame })));
      const answer = await service.call("POST", "/v1/frames/decrypt", machine, body);
      t.deepEqual(
        parseNdjson(answer.text).map((row) => [row.ref, row.plaintext, row.verification]),
        fresh.map(({ plaintext }, ref) => [ref, plaintext, verification]),
        profile,
      );
    }
    await service.stop();
    const report = await verifyDataDirectory(service.config, {}, () => undefined);
    t.like(report, { ok: true, unsigned: 0, problems: [] });
  });
}
