/**
 * Samples of DLMS/COSEM: every form and protection of an APDU, in all that carries them.
 *
 * @module
 */
import { type CipherOptions, cipherApdu, encodeDlms, octets } from "../encode/dlms.ts";
import { encodeAarq, encodeGeneral, encodeToken, initiateRequest } from "../encode/dlms-general.ts";
import { blocks, hdlc, mbusSegments, pieces, wrap } from "../encode/dlms-transport.ts";
import { NO_CONTEXT, type SampleSource } from "./sample.ts";

const TITLE = Buffer.from("4B414D4501349083", "hex");
const CLIENT = Buffer.from("4D4D4D0000BC614E", "hex");
const KEYS = Buffer.from(Array.from({ length: 64 }, (_, i) => i * 3 + 1));
const DEDICATED = KEYS.subarray(20, 36);
const CHALLENGE = Buffer.from("challenge of 21 bytes");
const COUNTERS = [1000, 1001];

type Suite = CipherOptions["suite"];
type Protection = CipherOptions["protection"];

const JOURNEYS: Readonly<Record<string, (apdu: Uint8Array) => Uint8Array>> = {
  "as it is": (apdu) => apdu,
  HDLC: (apdu) => hdlc([apdu]),
  "HDLC segments": (apdu) => hdlc([apdu], { segmentSize: 30, isNumbered: true }),
  wrapper: (apdu) => wrap([apdu]),
  "M-Bus segments": (apdu) => join(mbusSegments(apdu, 40)),
  blocks: (apdu) => join(blocks(pieces(apdu, 40))),
  "blocks in HDLC": (apdu) => hdlc(blocks(pieces(apdu, 40)), { llcOnce: true, sharesFlags: true }),
  "wrapped blocks": (apdu) => wrap(blocks(pieces(apdu, 40))),
};

const FORMS: Readonly<Record<string, (options: CipherOptions) => Uint8Array>> = {
  "general-glo": (options) => encodeDlms({ ...options, transport: "bare", form: "general-glo" }),
  "general-ded": (options) => encodeDlms({ ...options, transport: "bare", form: "general-ded" }),
  "glo-get-response": (options) => encodeDlms({ ...options, transport: "bare", form: 0xcc }),
  "general-ciphering": (options) =>
    encodeGeneral({
      ...options,
      transactionId: Buffer.from("transaction"),
      recipient: CLIENT,
      dateTime: new Uint8Array(12),
      otherInformation: new Uint8Array(0),
      keyInfo: [1, 0, 0],
    }),
};

/** All samples of DLMS. */
export function dlmsSamples(): SampleSource[] {
  return [...apduSamples(), tokenSample(), ...dedicatedSamples()];
}

function apduSamples(): SampleSource[] {
  const journeys = Object.entries(JOURNEYS);
  return Object.entries(FORMS)
    .flatMap(([form, encode], f) =>
      journeys.flatMap(([journey, pack], j) => {
        const suite = ((f + j) % 3) as Suite;
        return (["auth-enc", "auth"] as const).map((protection) =>
          source(`${form}, ${protection}, suite ${suite}, ${journey}`, {
            meter: meterOf(suite, true),
            bodies: COUNTERS.map((counter) => encode(options(suite, protection, counter))),
            pack,
          }),
        );
      }),
    )
    .concat(
      journeys.map(([journey, pack]) =>
        source(`general-glo, encryption only, ${journey}`, {
          meter: meterOf(0, false),
          bodies: COUNTERS.map((counter) => FORMS["general-glo"]!(options(0, "enc", counter))),
          pack,
        }),
      ),
    );
}

function tokenSample(): SampleSource {
  return source("token", {
    meter: meterOf(0, true),
    context: { challenge: CHALLENGE, initiate: null },
    bodies: COUNTERS.map((counter) => encodeToken(options(0, "auth", counter), CHALLENGE)),
    pack: (token) => token,
  });
}

function dedicatedSamples(): SampleSource[] {
  const request = {
    ...options(0, "auth-enc", 9),
    systemTitle: CLIENT,
    apdu: initiateRequest(DEDICATED),
  };
  const initiate = Uint8Array.from([0x21, ...octets(cipherApdu(request))]);
  return (["HDLC", "wrapper"] as const).map((journey) =>
    source(`ded-get-response, ${journey}`, {
      meter: meterOf(0, true),
      context: { challenge: null, initiate: encodeAarq(CLIENT, initiate) },
      bodies: COUNTERS.map((counter) =>
        encodeDlms({
          ...options(0, "auth-enc", counter),
          ek: DEDICATED,
          transport: "bare",
          form: 0xd4,
        }),
      ),
      pack: JOURNEYS[journey]!,
    }),
  );
}

function source(
  name: string,
  rest: Omit<SampleSource, "name" | "context"> & Partial<SampleSource>,
): SampleSource {
  return { name, context: NO_CONTEXT, ...rest };
}

function meterOf(suite: Suite, hasAuthenticationKey: boolean): SampleSource["meter"] {
  const { ek, ak } = options(suite, "auth", 0);
  return {
    address: { kind: "st", bytes: TITLE },
    profile: `dlms-suite-${suite}`,
    key: ek,
    authenticationKey: hasAuthenticationKey ? ak : null,
  };
}

function options(suite: Suite, protection: Protection, invocationCounter: number): CipherOptions {
  const size = suite === 2 ? 32 : 16;
  return {
    systemTitle: TITLE,
    suite,
    protection,
    ek: KEYS.subarray(0, size),
    ak: KEYS.subarray(32, 32 + size),
    invocationCounter,
    apdu: Buffer.from(`\x0f\0\0\0\0\0 ${invocationCounter} ${"watt hours, and more ".repeat(4)}`),
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
