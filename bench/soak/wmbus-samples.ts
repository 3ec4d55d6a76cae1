/**
 * Samples of wM-Bus and wired M-Bus: every mode under every header, envelope and ELL.
 *
 * @module
 */
import type { Profile } from "../../keystore/index.ts";
import {
  addressOf,
  type Envelope,
  enclose,
  type LinkFormat,
  linkFrame,
} from "../encode/envelope.ts";
import { encodeMode7, encodeMode10 } from "../encode/oms.ts";
import { encodeEll, encodeMode5 } from "../encode/wmbus.ts";
import { NO_CONTEXT, type SampleSource } from "./sample.ts";

const OWN = { manufacturer: "KAM", id: "76348799", version: 0x1b, medium: 0x16 };
const CONVERTER = { manufacturer: "ITW", id: "30001544", version: 1, medium: 0x37 };
const KEY = Buffer.from("0102030405060708090A0B0C0D0E0F11", "hex");
/** L C M A, or 68 L L 68 C A: then comes the body. */
const LINK_HEADER = 10;
const COUNTERS = [1000, 1001];

const ENVELOPES: readonly Omit<Envelope, keyof typeof OWN>[] = [
  { header: "short", format: "none" },
  { header: "short", format: "A" },
  { header: "long", format: "B", linkAddress: CONVERTER },
  { header: "long", format: "cul" },
  { header: "short", format: "wired" },
  { header: "long", format: "wired" },
  { header: "short", format: "none", ell: "I" },
  { header: "long", format: "A", ell: "II" },
  { header: "long", format: "none", ell: "III", linkAddress: CONVERTER },
  { header: "short", format: "B", ell: "IV" },
];

type Message = (bare: Envelope, counter: number) => Uint8Array;

const MODES: Readonly<Record<string, readonly [Profile, Message]>> = {
  "mode 5": [
    "oms-a",
    (bare, counter) =>
      encodeMode5({ ...bare, key: KEY, acc: counter & 255, plaintext: text(counter, 0x2f) }),
  ],
  "mode 5, partial": [
    "wmbus",
    (bare, counter) =>
      encodeMode5({
        ...bare,
        key: KEY,
        acc: counter & 255,
        plaintext: text(counter, 0x2f),
        clear: text(counter, 0x04),
      }),
  ],
  "mode 7": [
    "oms-b",
    (bare, counter) =>
      encodeMode7({
        ...bare,
        key: KEY,
        acc: 7,
        counter,
        macLength: 8,
        plaintext: text(counter, 0x2f),
        clear: text(counter, 0x04),
      }),
  ],
  "mode 7, KI and ML": [
    "oms-b",
    (bare, counter) =>
      encodeMode7({
        ...bare,
        key: KEY,
        acc: 7,
        counter,
        macLength: 16,
        keyVersion: 3,
        hasLength: true,
        plaintext: text(counter, 0x2f),
      }),
  ],
  "mode 10": [
    "oms-d",
    (bare, counter) =>
      encodeMode10({
        ...bare,
        key: KEY,
        acc: 7,
        counter,
        tagLength: 8,
        plaintext: text(counter, 4),
      }),
  ],
  "mode 10, key version": [
    "oms-d",
    (bare, counter) =>
      encodeMode10({
        ...bare,
        key: KEY,
        acc: 7,
        counter,
        tagLength: 16,
        keyVersion: 3,
        isCounted: true,
        plaintext: text(counter, 4),
      }),
  ],
};

/** All samples of the layers above the link. */
export function wmbusSamples(): SampleSource[] {
  return [...transportSamples(), ...ellSamples()];
}

function transportSamples(): SampleSource[] {
  return Object.entries(MODES).flatMap(([mode, [profile, encode]]) =>
    ENVELOPES.map((around) => {
      const { header, format, ell } = around;
      const bare = { ...OWN, header, format: "none" } as const;
      return {
        name: `${mode}, ${header} header, format ${format}, ELL ${ell ?? "none"}`,
        meter: meterOf(profile),
        context: NO_CONTEXT,
        bodies: COUNTERS.map((counter) => encode(bare, counter).subarray(LINK_HEADER)),
        pack: (body) => enclose({ ...OWN, ...around }, [...body]),
      };
    }),
  );
}

function ellSamples(): SampleSource[] {
  const formats: readonly LinkFormat[] = ["none", "A", "B"];
  return formats.flatMap((format) =>
    [undefined, OWN].map((second) => {
      const link = second === undefined ? OWN : CONVERTER;
      const sealed = {
        ...link,
        key: KEY,
        cc: 0x20,
        format: "none",
        ...(second && { second }),
      } as const;
      return {
        name: `encrypted ELL ${second === undefined ? "II" : "IV"}, format ${format}`,
        meter: meterOf("ell"),
        context: NO_CONTEXT,
        bodies: COUNTERS.map((sn) =>
          encodeEll({ ...sealed, sn, plaintext: text(sn, 0x78) }).subarray(LINK_HEADER),
        ),
        pack: (body) => linkFrame(addressOf(link), format, [...body]),
      };
    }),
  );
}

function meterOf(profile: Profile): SampleSource["meter"] {
  const address = { kind: "wmbus", bytes: addressOf(OWN) } as const;
  return { address, profile, key: KEY, authenticationKey: null };
}

/** Differs with the counter; begins with `first` twice. */
function text(counter: number, first: number): Uint8Array {
  return Uint8Array.of(first, first, 0x0c, 0x13, ...Buffer.from(`volume ${counter} litres`));
}
