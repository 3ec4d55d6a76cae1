/**
 * What was signed and is no entry is found, whatever the tree says.
 *
 * @module
 */
import test from "ava";
import { leafHash } from "../src/activity/hashing.ts";
import { packBundle } from "../src/activity/tree/tiles.ts";
import { directoryFiles } from "../src/activity/verify/files/directory-files.ts";
import { verifyFiles } from "../src/activity/verify/files/verify-files.ts";
import { entryText, entryTexts, type FilesLog, put, writeLog } from "./support/log-tree.ts";

async function found({ dir, signer }: FilesLog): Promise<string[]> {
  const { problems } = await verifyFiles(directoryFiles(dir), signer.key);
  return problems.map(({ index, code }) => `${index} ${code}`);
}

test("entries that were signed must be canonical and in order of time", async (t) => {
  const entries = entryTexts(20);
  const late = entryText(3, { at: "2027-01-15T08:00:02.000000Z" });
  const cases: readonly (readonly [string, string, string])[] = [
    ["spaces", entryText(5).replace(":", ": "), "5 ENTRY_MALFORMED"],
    ["names out of order", '{"b":1,"a":2}', "5 ENTRY_MALFORMED"],
    ["a name twice", '{"a":1,"a":1}', "5 ENTRY_MALFORMED"],
    ["a fraction", entryText(5).replace('"n":5', '"n":5.5'), "5 ENTRY_MALFORMED"],
    [
      "a number of 2^53",
      entryText(5).replace('"n":5', '"n":9007199254740992'),
      "5 ENTRY_MALFORMED",
    ],
    ["minus zero", entryText(5).replace('"n":5', '"n":-0'), "5 ENTRY_MALFORMED"],
    ["a lone surrogate", entryText(5).replace("node1", "\\ud800"), "5 ENTRY_MALFORMED"],
    ["a list", "[1]", "5 ENTRY_MALFORMED"],
    ["65 lists deep", `{"n":${"[".repeat(64)}${"]".repeat(64)}}`, "5 ENTRY_MALFORMED"],
    ["30 000 lists deep", `{"n":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, "5 ENTRY_MALFORMED"],
    ["nothing", "", "5 ENTRY_MALFORMED"],
    ["no time", '{"a":1}', "5 ENTRY_ORDER"],
    ["the time of the entry before", entryText(4, { n: 5 }), "5 ENTRY_ORDER"],
    ["an earlier time", late, "5 ENTRY_ORDER"],
    ["30 February", entryText(5, { at: "2027-02-30T00:00:00.000000Z" }), "5 ENTRY_ORDER"],
    ["hour 24", entryText(5, { at: "2027-01-15T24:00:00.000000Z" }), "5 ENTRY_ORDER"],
    ["second 60", entryText(5, { at: "2027-01-15T08:00:60.000000Z" }), "5 ENTRY_ORDER"],
    ["milliseconds", entryText(5, { at: "2027-01-15T08:00:05.000Z" }), "5 ENTRY_ORDER"],
  ];
  for (const [title, entry, problem] of cases) {
    const log = writeLog(t, entries.with(5, entry));
    t.deepEqual(await found(log), [problem], title);
  }
  const fine = [
    entryText(5, { deep: JSON.parse("[".repeat(63) + "]".repeat(63)), zoë: "ä€😀\u0001\n" }),
    entryText(5, { "\u{1f600}": 1, "\uffff": 2 }),
  ];
  for (const entry of fine) {
    t.deepEqual(await found(writeLog(t, entries.with(5, entry))), [], entry);
  }
});

test("bytes that are no UTF-8 are no entry, signed or not", async (t) => {
  const log = writeLog(t, ["x"]);
  const entry = Buffer.from([0x22, 0xff, 0x22]);
  put(log.dir, "tile/entries/000.p/1", packBundle([entry]));
  put(log.dir, "tile/0/000.p/1", leafHash(entry));
  put(log.dir, "checkpoint", log.signer.signed(1, leafHash(entry)));
  t.deepEqual(await found(log), ["0 ENTRY_MALFORMED"]);
});
