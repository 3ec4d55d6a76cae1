import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { answer, type Ended, fakeService, meterseal } from "./support/command.ts";

const KEY = "000102030405060708090A0B0C0D0E0F";
const CUSTOMER = ["--customer", "cus_1"];

interface Import extends Ended {
  readonly rows: readonly unknown[];
  readonly urls: readonly string[];
}

/** Imports a file; the service takes every row. */
async function importFile(
  t: ExecutionContext,
  content: string | Uint8Array,
  args: readonly string[] = [],
  report: unknown = null,
): Promise<Import> {
  const directory = await mkdtemp(join(tmpdir(), "meterseal-cli-"));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = join(directory, "meters.csv");
  await writeFile(file, content);
  const rows: unknown[] = [];
  const { env, heard } = await fakeService(t, async (request, response) => {
    const lines = (await text(request)).split("\n").filter((line) => line !== "");
    rows.push(...lines.map((line) => JSON.parse(line)));
    answer(response, 200, report ?? { imported: rows.length, rejected: [], warnings: [] });
  });
  const ended = await meterseal(["meter", "import", file, ...CUSTOMER, ...args], { env });
  t.false((ended.stdout + ended.stderr).includes(KEY.slice(0, 8)), "a key was printed");
  return { ...ended, rows, urls: heard.map(({ url }) => url) };
}

const DIALECTS: Readonly<Record<string, string>> = {
  "a plain one": `address,key,name\nKAM-00000001,${KEY},Anna\nKAM-00000002,,Bo\n`,
  "one of a spreadsheet": `\ufeffAddress;Key;Name\r\nKAM-00000001;${KEY};Anna\r\nKAM-00000002;;Bo`,
  "a quoted one": `"ADDRESS","KEY","NAME"\n"KAM-00000001","${KEY}","Anna"\n"KAM-00000002","","Bo"\n`,
  "one with blanks": ` address ; key ; name \nKAM-00000001;${KEY.replace(/(..)/g, "$1 ")};Anna\nKAM-00000002; ;Bo\n`,
  "an old Mac's": `address,key,name\rKAM-00000001,${KEY},Anna\rKAM-00000002,,Bo\r`,
};

for (const [name, content] of Object.entries(DIALECTS)) {
  test(`reads ${name}`, async (t) => {
    const { status, stdout, stderr, rows } = await importFile(t, content);
    t.is(status, 0, stderr);
    t.deepEqual(rows, [
      { line: 2, address: "KAM-00000001", key: KEY, name: "Anna" },
      { line: 3, address: "KAM-00000002", name: "Bo" },
    ]);
    t.is(stdout, "2 meters imported, 0 rejected, 0 warnings\n");
    t.is(stderr, "the file still holds keys: delete it\n");
  });
}

test("columns are named by the file's maker, or by --columns", async (t) => {
  const content = `Serial;GUEK;gpk61;Customer\nKAM-00000001;${KEY};${KEY};x\n`;
  const args = ["--columns", "address=serial,name=CUSTOMER", "--json"];
  const { status, stdout, rows } = await importFile(t, content, args);
  t.is(status, 0);
  t.deepEqual(rows, [{ line: 2, address: "KAM-00000001", key: KEY, auth_key: KEY, name: "x" }]);
  t.deepEqual(JSON.parse(stdout), { imported: 1, rejected: [], warnings: [] });
});

test("the keys of LoRaWAN have columns by their own names", async (t) => {
  const content = `Address;AppSKey;NwkSKey;AppKey\neui:70B3D57ED0000001;${KEY};${KEY};${KEY}\n`;
  const { rows } = await importFile(t, content);
  const keys = { key: KEY, auth_key: KEY, master_key: KEY };
  t.deepEqual(rows, [{ line: 2, address: "eui:70B3D57ED0000001", ...keys }]);
});

test("a dash where a key should be is neither a key nor a wish for a new one", async (t) => {
  const content = `address,key,gak\nKAM-00000001,-,\nKAM-00000002,0x,\nKAM-00000003,${KEY},--\nKAM-00000004,,\n`;
  const { status, stdout, rows } = await importFile(t, content);
  t.deepEqual([status, rows], [1, [{ line: 5, address: "KAM-00000004" }]]);
  t.deepEqual(stdout.match(/line \d: KEY_FORMAT/g), [
    ...["line 2: KEY_FORMAT", "line 3: KEY_FORMAT", "line 4: KEY_FORMAT"],
  ]);
});

test("version and medium of other programs are left alone, unless --columns names them", async (t) => {
  const content = `Serial,Maker,Version,Medium,AES Key\n76348799,KAM,27,22,${KEY}\n76348800,,1B,16,${KEY}\n`;
  const plain = await importFile(t, content);
  t.like(plain.rows[0], { address: "KAM-76348799", key: KEY });
  // No maker: the service says what an address looks like.
  t.like(plain.rows[1], { address: "76348800" });
  const named = await importFile(t, content, [
    ...["--columns", "version=Version,medium=Medium", "--manufacturer", "qds"],
  ]);
  t.like(named.rows[1], { address: "QDS-76348800/1B/16" });
});

test("options that hold for all lines are part of the request", async (t) => {
  const args = ["--profile", "oms-a", "--order", "A 7", "--allow-weak", "--allow-unauthenticated"];
  const { urls, stderr } = await importFile(t, "address\nKAM-00000001\n", args);
  t.deepEqual(urls, [
    "/v1/meters/import?customer=cus_1&profile=oms-a&order=A+7&allowWeak=true&allowUnauthenticated=true",
  ]);
  t.is(stderr, "");
});

test("lines are counted as an editor counts them", async (t) => {
  const content =
    'address,name\n\nKAM-00000001,"two\r\nlines"\n,\nKAM-00000002,b\nKAM-00000003,c\n';
  const { rows } = await importFile(t, content);
  t.deepEqual(
    rows.map((row) => (row as { line: number }).line),
    [3, 6, 7],
  );
});

test("rejected lines and warnings are told by line and code, and exit 1", async (t) => {
  const report = {
    imported: 0,
    rejected: [{ line: 2, code: "KEY_LENGTH", detail: "expected 16 bytes" }],
    warnings: [{ line: 2, code: "KEY_WEAK", detail: "the key is published" }],
  };
  const content = `address;key\nKAM-00000001;${KEY}\nKAM-00000002\nKAM-00000003;${KEY};x\n`;
  const { status, stdout, rows } = await importFile(t, content, [], report);
  t.is(status, 1);
  t.is(rows.length, 1);
  t.deepEqual(stdout.trimEnd().split("\n"), [
    "line 2: KEY_LENGTH expected 16 bytes",
    "line 3: CSV_FIELDS expected 2 fields as in the first line, got 1",
    "line 4: CSV_FIELDS expected 2 fields as in the first line, got 3",
    "line 2: KEY_WEAK   the key is published (warning)",
    "0 meters imported, 3 rejected, 1 warning",
  ]);
});

const FAULTS: Readonly<Record<string, string | Uint8Array>> = {
  CSV_QUOTES: `address,key\nKAM-00000001,${KEY}\nKAM-00000002,"${KEY}"${KEY}\nKAM-00000003,\n`,
  CSV_ENCODING: Buffer.concat([
    Buffer.from(
      `address,name\nKAM-00000001,${"x".repeat(70_000).replace(/(.{60})/g, "$1\nKAM-00000001,")}\n`,
    ),
    Buffer.from([0x4b, 0xfc, 0x0a]),
  ]),
};

for (const [code, content] of Object.entries(FAULTS)) {
  test(`${code}: a file that turns bad is imported up to there, and not quoted`, async (t) => {
    const { status, stdout, rows } = await importFile(t, content);
    t.is(status, 1);
    t.true(rows.length >= 1);
    t.regex(
      stdout,
      new RegExp(`^line \\d+: ${code} .*from here on\\s+nothing\\s+was imported$`, "ms"),
    );
  });
}

const USELESS: Readonly<Record<string, readonly [string | Uint8Array, ...string[]]>> = {
  "no column of addresses": [`KAM-00000001,${KEY}\n`],
  "two columns that could be the key": [`address,dek,guek\nKAM-00000001,${KEY},${KEY}\n`],
  "--columns that are not in the file": [`a,b\n1,${KEY}\n`, "--columns", "address=serial"],
  "--columns that are not ours": [`a,b\n1,${KEY}\n`, "--columns", "address=a,secret=b"],
  "another encoding": [Buffer.from(`address,key,caf\u00e9\nKAM-00000001,${KEY},\n`, "latin1")],
  "nothing in it": [""],
};

for (const [what, [content, ...args]] of Object.entries(USELESS)) {
  test(`a file with ${what} exits 2 before anything is sent`, async (t) => {
    const { status, stdout, stderr, urls } = await importFile(t, content, args);
    t.is(status, 2, stderr);
    t.is(stdout, "");
    t.deepEqual(urls, []);
  });
}
