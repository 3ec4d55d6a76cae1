import { insertRows } from "../src/db/bulk.ts";
import { onEveryDatabase } from "./support/databases.ts";

onEveryDatabase("bytes and numbers come back as they went in", async (t, db) => {
  await db.schema.createTable("trial", (table) => {
    table.bigInteger("n");
    table.binary("bytes");
  });
  const rows = Array.from({ length: 20_000 }, (_, n) => [n, Uint8Array.of(n & 255, 0, 255)]);
  await insertRows(db, "trial", ["n", "bytes"], rows);
  const [last] = await db("trial").where({ n: 19_999 });
  t.deepEqual(new Uint8Array(last.bytes), Uint8Array.of(19_999 & 255, 0, 255));
});
