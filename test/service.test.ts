import test from "ava";
import { databaseKinds } from "./support/databases.ts";
import { ndjson, parseNdjson, startService } from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`a meter is enrolled, its frame decrypted, and the log verifies (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("Stadtwerke");
    const custodian = await service.token("custodian");
    const rows = [{ address: "KPL-12345678/01/02", key: "000102030405060708090a0b0c0d0e0f" }];
    const path = `/v1/meters/import?customer=${customer}`;
    const imported = await service.call("POST", path, custodian, ndjson(rows));
    t.is(imported.body.imported, 1);
    const machine = await service.token("data-management");
    const frame = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";
    const answer = await service.call(
      "POST",
      "/v1/frames/decrypt",
      machine,
      ndjson([{ ref: 1, frame }]),
    );
    const [row] = parseNdjson(answer.text);
    t.is(row.plaintext, "2f2f0c13785634122f2f2f2f2f2f2f2f");
    t.is(row.freshness, "unknown");
  });
}
