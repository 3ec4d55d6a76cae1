/**
 * What `log export` refuses: forks, foreign keys, wrong bytes, other directories.
 *
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { Misuse } from "../cli/errors.ts";
import { fakeService } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { codeOf, contentOf, exportTo, filesIn, flipped, namesOf } from "./support/exporting.ts";
import { logMaker, serveLog } from "./support/made-log.ts";

const entryOf = (index: number) => `{"n":${index}}`;

test("a fork, a log that was set back and another key are refused, nothing is overwritten", async (t) => {
  const { make, vkey } = logMaker();
  let log = make(600, entryOf);
  const service = await fakeService(
    t,
    serveLog(() => log),
  );
  const dir = join(temporaryFolder(t), "log");
  await exportTo(dir, service);
  const before = contentOf(dir);
  const others = [
    make(900, (index) => entryOf(index === 17 ? 18 : index)),
    make(600, (index) => entryOf(index === 599 ? 0 : index)),
    make(599, entryOf),
    make(256, entryOf),
  ];
  for (const other of others) {
    log = other;
    t.is(await codeOf(exportTo(dir, service)), "LOG_FORK");
    t.deepEqual(contentOf(dir), before);
  }
  log = logMaker().make(900, entryOf);
  t.is(await codeOf(exportTo(dir, service)), "CHECKPOINT_SIGNATURE");
  t.is(await codeOf(exportTo(dir, service, logMaker().vkey)), "LOG_FORK");
  t.deepEqual(contentOf(dir), before);
  const fresh = join(temporaryFolder(t), "log");
  t.is(await codeOf(exportTo(fresh, service, vkey)), "CHECKPOINT_SIGNATURE");
  log = make(600, entryOf);
  t.is((await exportTo(fresh, service, vkey)).trust, "pinned key");
});

test("one byte wrong in any answer: refused, and not on disk", async (t) => {
  const { make } = logMaker();
  const log = make(600, entryOf);
  for (const wrong of [...namesOf(log), "checkpoint"]) {
    const service = await fakeService(
      t,
      serveLog(
        () => log,
        (path) => path === wrong && flipped(log.file(path)),
      ),
    );
    const dir = join(temporaryFolder(t), "log");
    const code = wrong === "checkpoint" ? "CHECKPOINT_SIGNATURE" : "LOG_INTEGRITY";
    t.is(await codeOf(exportTo(dir, service)), code, wrong);
    const files = filesIn(dir);
    t.false(files.includes(wrong));
    t.false(files.includes("checkpoint"));
  }
});

test("two exports into one directory: the one that ends last does not set the other back", async (t) => {
  const { make } = logMaker();
  const [log, newer] = [make(600, entryOf), make(900, entryOf)];
  const dir = join(temporaryFolder(t), "log");
  const service = await fakeService(
    t,
    serveLog(
      () => log,
      (path) => {
        if (path === "tile/entries/002.p/88") {
          writeFileSync(join(dir, "checkpoint"), newer.file("checkpoint") ?? "");
        }
        return false;
      },
    ),
  );
  t.is(await codeOf(exportTo(dir, service)), "EXPORT_RACE");
  t.deepEqual(readFileSync(join(dir, "checkpoint")), newer.file("checkpoint"));
});

test("an answer without end is broken off", async (t) => {
  const service = await fakeService(t, (_request, response) => {
    const more = () => void (response.writable && response.write(Buffer.alloc(1 << 20), more));
    more();
  });
  const dir = join(temporaryFolder(t), "log");
  t.is(await codeOf(exportTo(dir, service)), "BAD_ANSWER");
  t.deepEqual(filesIn(dir), []);
});

test("a directory with something else in it is left alone", async (t) => {
  const service = await fakeService(t, (_request, response) => void response.destroy());
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, "letter.txt"), "mine");
  await t.throwsAsync(exportTo(dir, service), {
    instanceOf: Misuse,
    message: /expected an empty directory or an earlier export/,
  });
  t.deepEqual(filesIn(dir), ["letter.txt"]);
  t.deepEqual(service.heard, []);
});
