import test from "ava";
import fc from "fast-check";
import { readCsv } from "../cli/csv.ts";
import { csvLine } from "../cli/csv-out.ts";
import { demandTwoWays, isOneWay } from "../cli/links/wish.ts";

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Without the apostrophes before formulas; line ends are blanks. */
function bare(text: string): string {
  return text.replaceAll("'", "").replace(/\s+/g, " ").trim();
}

test("(abuse 26) what is written as CSV is read back as it was, and nothing of it is run", async (t) => {
  // The reader trims fields and takes every line end for one kind.
  const field = fc
    .string({ unit: fc.constantFrom(..."aé=+-@\t ,;\"'\n1") })
    .map((text) => text.trim())
    .filter((text) => text !== "");
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 2, maxLength: 5 }), async (fields) => {
      const read: string[][] = [];
      for await (const record of readCsv(bytesOf(`a,b\r\n${csvLine(fields)}`))) {
        read.push([...record.fields]);
      }
      const line = read[1] ?? [];
      t.deepEqual(line.map(bare), fields.map(bare));
      // However a spreadsheet splits it, and whatever it makes of quotation marks.
      const cells = csvLine(fields).split(/[,;"\r\n\t]/);
      t.true(cells.every((text) => !/^\s*[=+\-@]/.test(text)));
    }),
  );
});

test("link and PIN by one way are found out, however the address is written", (t) => {
  for (const [email, pinTo] of [
    ["ida@example.com", "ida@example.com"],
    ["ida@example.com", " IDA@Example.COM "],
    ["ida@example.com", "mailto:ida@example.com"],
    ["Ida <ida@example.com>", "ida+keys@example.com"],
    ["+45 12 34 56 78", "tel:+45-12345678"],
    ["ida@example.com", "ｉｄａ@example.com"],
  ] as const) {
    t.true(isOneWay(email, pinTo), pinTo);
    t.throws(() => demandTwoWays(email, pinTo), { name: "Misuse" });
  }
  for (const [email, pinTo] of [
    ["ida@example.com", "bo@example.com"],
    ["ida@example.com", "ida@example.org"],
    ["ida@example.com", "+45 12 34 56 78"],
    [null, "ida@example.com"],
    ["ida@example.com", null],
    [null, null],
  ] as const) {
    t.false(isOneWay(email, pinTo), String(pinTo));
  }
});
