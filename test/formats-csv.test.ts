/**
 * Keys as a table and as JSON: what a spreadsheet, a program and an attacker make of the file.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "ava";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { codeCell, textCell } from "../src/handover/formats/csv/cells.ts";
import { temporaryFolder } from "./support/databases.ts";
import { ask } from "./support/installed.ts";
import { keyBundle, packageKey, packageMeter, textAs, writeAs } from "./support/key-bundle.ts";

/** What a program that knows RFC 4180 reads. */
function readTable(text: string): string[][] {
  return parse(text, { bom: true, delimiter: ";", record_delimiter: "\r\n" });
}

/** What a program that is no spreadsheet does with a cell of ours. */
function bare(cell: string | undefined): string {
  return /^="(.*)"$/.exec(cell ?? "")?.[1] ?? cell ?? "";
}

const hostile = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1"];

test("the file, byte for byte", async (t) => {
  const bundle = keyBundle(
    packageMeter("KAM-01234567/1B/16", { name: 'Kælder "Süd"; 1' }),
    packageMeter("st:4B414D4501349083", {
      profile: "dlms-suite-2",
      keys: [packageKey("guek", "ab".repeat(32)), packageKey("gak", "cd".repeat(32))],
    }),
  );
  const file = await writeAs("csv", bundle);
  t.is(file.fileName, "meterseal-REF-7K3Q-9D.csv");
  t.is(file.mediaType, "text/csv; charset=utf-8");
  t.deepEqual(file.refused, []);
  t.is(
    Buffer.from(file.bytes).toString("utf8"),
    '\ufeff"serial";"manufacturer";"version";"medium";"key_type";"key_algorithm";"key_version";' +
      '"key";"kcv";"valid_from";"meter_name";"address";"profile";"reference"\r\n' +
      '"=""01234567""";"KAM";"=""1B""";"=""16""";"mk";"AES-128";"1";' +
      '"=""28f64a24988064a079aa2c807d6102ae""";"=""12e345""";"";"Kælder ""Süd""; 1";' +
      '"KAM-01234567/1B/16";"wmbus";"REF-7K3Q-9D"\r\n' +
      `"=""4501349083""";"KAM";"";"";"guek";"AES-256";"1";"=""${"ab".repeat(32)}""";` +
      '"=""12e345""";"";"";"st:4B414D4501349083";"dlms-suite-2";"REF-7K3Q-9D"\r\n' +
      `"=""4501349083""";"KAM";"";"";"gak";"AES-256";"1";"=""${"cd".repeat(32)}""";` +
      '"=""12e345""";"";"";"st:4B414D4501349083";"dlms-suite-2";"REF-7K3Q-9D"\r\n',
  );
});

test("a name that begins like a formula gets an apostrophe (abuse 26)", (t) => {
  for (const name of hostile) {
    t.regex(textCell(name), /^"\s*'[^'"]/u, JSON.stringify(name));
  }
  t.is(textCell("a,=1"), `"a,'=1"`, "a reader that splits by commas");
  t.is(textCell('a";=1'), `"a"";'=1"`, "a reader that lost a quotation mark");
  t.is(textCell("\u200b=1"), `"\u200b'=1"`, "behind a character that nobody sees");
  t.is(textCell("Haus 4-6, Ærø"), '"Haus 4-6, Ærø"', "a harmless name stays");
  t.is(codeCell('1";=1'), `"1"";'=1"`, "a serial that is none cannot leave its quotation marks");
});

test("no cell of a hostile package begins a formula, however the reader splits (abuse 26)", async (t) => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."=+-@|%\t\r\n;,\"' a＝＋－＠\u200b") }),
    fc.constantFrom(...hostile),
  );
  await fc.assert(
    fc.asyncProperty(text, text, text, async (name, manufacturer, serial) => {
      const meter = packageMeter("KAM-76348799", { name, manufacturer, serial });
      const csv = await textAs("csv", keyBundle(meter));
      const cells = csv
        .slice(1)
        .split(/[;,\t\r\n]/)
        // Our own guard: ="…" holds letters and digits and nothing else.
        .filter((cell) => !/^"?=""[0-9A-Za-z]*"""?$/.test(cell));
      t.false(
        cells.some((cell) => /^["\s\p{Z}\p{Cf}]*[=+\-@|%＝＋－＠]/u.test(cell)),
        csv,
      );
      t.is(readTable(csv).at(-1)?.length, 14);
    }),
    { numRuns: 300 },
  );
});

test("every key comes back out of the table", async (t) => {
  const hex = fc.string({
    unit: fc.constantFrom(..."0123456789abcdef"),
    minLength: 32,
    maxLength: 32,
  });
  const serial = fc.string({ unit: fc.constantFrom(..."0123456789E"), minLength: 8, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(serial, hex)), async (rows) => {
      const meters = rows.map(([number, value]) =>
        packageMeter(`KAM-${number}/1B/07`, { keys: [packageKey("mk", value)] }),
      );
      const [, ...lines] = readTable(await textAs("csv", keyBundle(...meters)));
      t.deepEqual(
        lines.map((cells) => [bare(cells[0]), bare(cells[7]), bare(cells[2]), bare(cells[3])]),
        rows.map(([number, value]) => [number, value, "1B", "07"]),
      );
    }),
    { numRuns: 100 },
  );
});

test("LibreOffice opens digits as text, keeps umlauts and runs nothing (abuse 26)", async (t) => {
  const folder = temporaryFolder(t);
  const key = "00112233445566778899001122334455";
  const meters = hostile.map((name, i) =>
    packageMeter(`KAM-0123456${i}/07/06`, { name, keys: [packageKey("mk", key)] }),
  );
  const named = packageMeter("KAM-00000E12", { name: "Kælder ÄÖÜß Łódź" });
  const text = await textAs("csv", keyBundle(named, ...meters));
  await writeFile(join(folder, "keys.csv"), text);
  // 59 = semicolon, 34 = quotation mark, 76 = UTF-8: what its import dialogue proposes.
  const done = await ask(t, "soffice", [
    `-env:UserInstallation=${pathToFileURL(join(folder, "profile")).href}`,
    "--headless",
    "--infilter=Text - txt - csv (StarCalc):59,34,76,1",
    "--convert-to",
    // Cells as shown, text in quotation marks, numbers without.
    "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,true,true",
    "--outdir",
    join(folder, "out"),
    join(folder, "keys.csv"),
  ]);
  const table = done === null ? null : await readFile(join(folder, "out", "keys.csv"), "utf8");
  const shown = table ?? text.replaceAll('"=""', '"').replaceAll('"""', '"');
  const lines = shown.replace(/^\ufeff/, "").split(/\r?\n/);
  t.true(lines[1]?.startsWith('"00000E12";"KAM";'), lines[1]);
  t.true(lines[1]?.includes('"Kælder ÄÖÜß Łódź"'), lines[1]);
  for (const [i, line] of lines.slice(2, 2 + hostile.length).entries()) {
    t.true(line.startsWith(`"0123456${i}";"KAM";"07";"06";"mk"`), line);
    t.true(line.includes(`"${key}"`) && line.includes("'"), line);
  }
});

test("JSON is the document itself, as one line", async (t) => {
  const bundle = keyBundle(packageMeter("KAM-76348799", { name: "Ærø" }));
  t.is(await textAs("json", bundle), `${JSON.stringify(bundle)}\n`);
  t.is((await writeAs("json", bundle)).fileName, "meterseal-REF-7K3Q-9D.json");
});

test("a reference that is no file name becomes one", async (t) => {
  for (const reference of ["../../etc/passwd", 'a"\r\nb: c', "Łódź/Ærø 4", "", "x".repeat(999)]) {
    const bundle = keyBundle(packageMeter("KAM-76348799"));
    const changed = { ...bundle, delivery: { ...bundle.delivery, reference } };
    const { fileName } = await writeAs("csv", changed);
    t.regex(fileName, /^meterseal(-[A-Za-z0-9-]{1,60})?\.csv$/);
  }
});
