/**
 * Forms that meter programs read: what they refuse, and what a hostile name can do.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import {
  FormatError,
  type FormatId,
  type FormatOptions,
} from "../src/handover/formats/contract.ts";
import { exportFormats, wholeFormats } from "../src/handover/formats/formats.ts";
import { rehearse } from "../src/handover/formats/rehearsal.ts";
import type { PackageMeter } from "../src/handover/protocol/manifest.ts";
import {
  dlms,
  keyBundle,
  OTHER_KEY,
  packageKey,
  packageMeter,
  TEST_KEY,
  textAs,
  textOf,
  unzip,
  water,
  writeAs,
} from "./support/key-bundle.ts";

const KEM_PASSWORD = "kundenummer1";
const long = "0f".repeat(32);

const PROGRAMS: readonly (readonly [FormatId, PackageMeter, FormatOptions])[] = [
  ["wmbusmeters", water, {}],
  ["home-assistant", water, {}],
  ["esphome", water, {}],
  ["iobroker", water, {}],
  ["eddi24", water, {}],
  ["gurux", dlms, {}],
  ["kem", water, { passphrase: KEM_PASSWORD }],
  ["kem2", water, { passphrase: KEM_PASSWORD }],
];

for (const [id, fits, options] of PROGRAMS) {
  test(`${id}: refuses meter by meter what it cannot hold, and shortens no key (abuse 38)`, async (t) => {
    const isDlms = fits === dlms;
    const key = packageKey(isDlms ? "guek" : "mk", isDlms ? `${long}00` : long);
    const other = isDlms ? "st:4B414D4501349085" : "KAM-00000001";
    const bundle = keyBundle(
      packageMeter(other, { keys: [key] }),
      fits,
      packageMeter(other, { keys: [packageKey("cek", TEST_KEY)] }),
      packageMeter(other, { keys: [...fits.keys, packageKey("appkey", TEST_KEY)] }),
      packageMeter("eui:70B3D57ED0001234", { keys: [packageKey("mk", TEST_KEY)] }),
      packageMeter("KAM-1/../x", { keys: [packageKey("mk", TEST_KEY)] }),
      packageMeter(other, { keys: [] }),
      { ...fits, keys: fits.keys.map((k) => ({ ...k, value: OTHER_KEY })) },
    );
    const { bytes, refused } = await writeAs(id, bundle, options);
    t.deepEqual(
      refused.map(({ row, code }) => [row, code]),
      [
        [0, "KEY_LENGTH"],
        [2, "KEY_TYPE"],
        [3, "KEY_TYPE"],
        [4, "ADDRESS_KIND"],
        [5, "ADDRESS_KIND"],
        [6, "KEY_TYPE"],
        // The same meter again with another key: the program could not tell them apart.
        [7, "ADDRESS_KIND"],
      ],
    );
    t.is(refused[0]?.serial, bundle.meters[0]?.serial);
    const alone = await writeAs(id, keyBundle(fits), options);
    t.deepEqual(bytes, alone.bytes, "the file is that of the one meter that fits");

    const none = await t.throwsAsync(writeAs(id, keyBundle(bundle.meters[0]!), options), {
      instanceOf: FormatError,
      code: "NOTHING_WRITTEN",
    });
    t.is((none as FormatError | undefined)?.refused[0]?.code, "KEY_LENGTH");
  });
}

test("a DLMS meter with a master key: written for reading, and named as not whole (abuse 38)", async (t) => {
  const managed = { ...dlms, keys: [...dlms.keys, packageKey("kek", "77".repeat(16))] };
  for (const id of ["gurux", "esphome"] as const) {
    const { bytes, refused } = await writeAs(id, keyBundle(water, managed));
    const codes = refused.map(({ row, code }) => [row, code]);
    const water0 = id === "gurux" ? [[0, "ADDRESS_KIND"]] : [];
    t.deepEqual(codes, [...water0, [1, "MASTER_KEY"]]);
    const whole = id === "gurux" ? keyBundle(dlms) : keyBundle(water, dlms);
    t.deepEqual(bytes, (await writeAs(id, whole)).bytes);
  }
});

test("every form that may refuse meters is known as such, and every form can be rehearsed", async (t) => {
  const parts = new Set(PROGRAMS.map(([id]) => id));
  for (const id of exportFormats.keys()) {
    t.is(wholeFormats.has(id), !parts.has(id), id);
  }
  for (const [id, , options] of PROGRAMS) {
    await t.notThrowsAsync(rehearse(exportFormats.get(id)!, options));
  }
});

test("a hostile name breaks no form and no file name (abuse 26)", async (t) => {
  const name = fc.string({
    unit: fc.constantFrom(
      ..."\n\r\u2028\u0085: \"'#-=&<>]/\\!@{}[]|\0\u202e\ud800aæ",
      "..",
      "key=",
    ),
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(name, async (hostile) => {
      const bundle = keyBundle({ ...water, name: hostile }, { ...dlms, name: hostile });
      const home = await textAs("home-assistant", bundle);
      t.is(home.split(/[\n\r\u0085\u2028]/).length, 6, JSON.stringify(home));
      t.regex(home, /^ {2}- name: "[\p{L}\p{N}-]+"$/mu);
      const esphome = Object.values(unzip(await writeAs("esphome", bundle))).join("");
      t.is(esphome.split(/[\n\r\u0085\u2028\u2029]/).length, 12, JSON.stringify(esphome));
      const file = await writeAs("wmbusmeters", bundle);
      t.is(file.fileName, "KAM-76348799");
      t.is(Buffer.from(file.bytes).toString().split("\n").length, 5);
      const gurux = await textAs("gurux", bundle);
      t.is(textOf(gurux, "BlockCipherKey"), TEST_KEY.toUpperCase());
      t.is(gurux.match(/<Name>/g)?.length, 1);
    }),
    { numRuns: 200 },
  );
});

test("meters of one name are told apart by their numbers", async (t) => {
  const named = ["KAM-00000001", "KAM-00000002"].map((a) => packageMeter(a, { name: "Haus 4" }));
  const text = await textAs("home-assistant", keyBundle(...named, water));
  t.deepEqual(text.match(/(?<=name: ").*(?=")/g), [
    "Haus-4-KAM-00000001",
    "Haus-4-KAM-00000002",
    "Kælder-4-b",
  ]);
});
