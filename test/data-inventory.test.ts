/**
 * `docs/data-inventory.md` against the tables as they are: whoever adds a column says whether it
 * may hold something of a person.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import test from "ava";
import { migrateExchange } from "../src/db/exchange/migrate.ts";
import type { Knex } from "../src/db/open.ts";
import { migrate } from "../src/programs/open-core.ts";
import { tableNames } from "./support/all-rows.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { inOrder } from "./support/enrolling.ts";

const PAGE = readFileSync("docs/data-inventory.md", "utf8");

/** Tables of a chapter, and the columns that it names for each. */
function described(title: string): [table: string, columns: string[]][] {
  const chapter = PAGE.split("\n## ").find((part) => part.startsWith(title)) ?? "";
  return [...chapter.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, table = "", cells = ""]) => [
    table,
    [...cells.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? "").sort(inOrder),
  ]);
}

async function actual(db: Knex): Promise<[table: string, columns: string[]][]> {
  return await Promise.all(
    (await tableNames(db)).map(
      async (table): Promise<[string, string[]]> => [
        table,
        Object.keys(await db(table).columnInfo()).sort(inOrder),
      ],
    ),
  );
}

onEveryDatabase("every column of the core's database is in the inventory", async (t, db) => {
  await migrate(db);
  t.deepEqual(described("The core's database"), await actual(db));
});

onEveryDatabase("every column of the exchange's database is in the inventory", async (t, db) => {
  await migrateExchange(db);
  t.deepEqual(described("The exchange's database"), await actual(db));
});

test("each article that gives a person a right names a command", (t) => {
  const chapter = PAGE.split("\n## ").find((part) => part.startsWith("What a person")) ?? "";
  for (const article of ["15", "16", "17", "18", "20"]) {
    t.regex(chapter, new RegExp(`^\\| ${article} \\w+ +\\| \`identity \\w+`, "m"), article);
  }
});
