/**
 * Addresses: text and raw bytes, there and back.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import {
  AddressError,
  addressParts,
  formatAddress,
  parseAddress,
  type RawAddress,
} from "../src/meters/address.ts";
import { hex, toHex } from "./support/frame-vectors.ts";

for (const [text, kind, bytes] of [
  ["KAM-76348799", "wmbus", "2D2C99873476"],
  ["KAM-76348799/1B/16", "wmbus", "2D2C998734761B16"],
  // A number with letters: seen in the field, kept as four bytes.
  ["APA-20ADDEC4/02/06", "wmbus", "0106C4DEAD200206"],
  ["st:4B414D4501349083", "st", "4B414D4501349083"],
  ["eui:70B3D57ED0001234", "eui", "70B3D57ED0001234"],
] as const) {
  test(`EN 62056-21: ${text} is ${bytes} on air`, (t) => {
    const address = parseAddress(text);
    t.is(address.kind, kind);
    t.is(toHex(address.bytes), bytes);
    t.is(formatAddress(address), text);
    t.is(formatAddress(parseAddress(` ${text.toLowerCase()}\n`)), text);
    t.is(formatAddress(parseAddress(text.toUpperCase())), text);
  });
}

test("text that is no address is refused without being quoted", (t) => {
  for (const text of [
    "",
    "KAM",
    "KAM-7634879",
    "KAM-763487999",
    "KAM76348799",
    "KA-76348799",
    "KAM-7634879G",
    "KAM-76348799/1B",
    "KAM-76348799/1B/16/00",
    "KAM-76348799/1B/1",
    "st:4B414D45",
    "st:4B414D450134908311",
    "eui:secret-secret-00",
    "KÄM-76348799",
    "76348799",
  ]) {
    const error = t.throws(() => parseAddress(text), { instanceOf: AddressError });
    t.is(error?.code, "ADDRESS_FORMAT");
    t.false(error?.message.includes("secret") ?? true);
  }
});

test("manufacturer and serial of each kind", (t) => {
  t.deepEqual(addressParts(parseAddress("KAM-76348799/1B/16")), {
    manufacturer: "KAM",
    serial: "76348799",
  });
  t.deepEqual(addressParts(parseAddress("st:4B414D4501349083")), {
    manufacturer: "KAM",
    serial: "4501349083",
  });
  t.deepEqual(addressParts(parseAddress("st:0041424344454647")), {
    manufacturer: "",
    serial: "0041424344454647",
  });
  t.deepEqual(addressParts(parseAddress("eui:70B3D57ED0001234")), {
    manufacturer: "",
    serial: "70B3D57ED0001234",
  });
});

test("a manufacturer field that is no three letters is four hex digits", (t) => {
  t.is(formatAddress({ kind: "wmbus", bytes: hex("2DAC99873476") }), "AC2D-76348799");
  t.is(formatAddress(parseAddress("2c2d-76348799")), "KAM-76348799");
});

test("bytes of a wrong length are a mistake of the programmer", (t) => {
  t.throws(() => formatAddress({ kind: "st", bytes: hex("2DAC99873476") }), {
    instanceOf: RangeError,
  });
  t.throws(() => addressParts({ kind: "wmbus", bytes: hex("2D") }), { instanceOf: RangeError });
});

test("every address that can be heard comes back from its text", (t) => {
  const sized = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const address: fc.Arbitrary<RawAddress> = fc.oneof(
    fc.record({ kind: fc.constant("wmbus" as const), bytes: fc.oneof(sized(6), sized(8)) }),
    fc.record({ kind: fc.constantFrom("st" as const, "eui" as const), bytes: sized(8) }),
  );
  fc.assert(
    fc.property(address, (raw) => {
      const again = parseAddress(formatAddress(raw));
      return again.kind === raw.kind && toHex(again.bytes) === toHex(raw.bytes);
    }),
  );
  t.pass();
});
