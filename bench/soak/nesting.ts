/**
 * Layers repeated far beyond sense: each header may cost its own length, and no more.
 *
 * @module
 */
import { encodeDlms } from "../encode/dlms.ts";
import { blocks, hdlc, mbusSegments, pieces, wrap } from "../encode/dlms-transport.ts";

/** A frame of which something occurs as often as asked for; some also bring the request along. */
export interface Nesting {
  readonly name: string;
  readonly frame: (times: number) => Uint8Array;
  readonly initiate?: (times: number) => Uint8Array;
}

const SYSTEM_TITLE = Buffer.from("4B414D4501349083", "hex");
const EK = Buffer.alloc(16, 1);

/** Carries as many bytes as asked for, and opens without any tag. */
function apduOf(length: number): Uint8Array {
  return encodeDlms({
    systemTitle: SYSTEM_TITLE,
    suite: 0,
    protection: "enc",
    ek: EK,
    ak: EK,
    invocationCounter: 1,
    apdu: new Uint8Array(length),
    transport: "bare",
    form: "general-glo",
  });
}

/** One byte less than pieces of `size`, so that there are as many pieces as asked for. */
function cut(times: number, size: number): Uint8Array[] {
  return pieces(apduOf(times * size - 20), size).slice(0, times);
}

export const NESTINGS: readonly Nesting[] = [
  { name: "blocks of one APDU", frame: (times) => concat(blocks(cut(times, 4))) },
  {
    name: "blocks within blocks",
    frame: (times) => {
      let inner = apduOf(20);
      for (let i = 0; i < times; i++) {
        inner = blocks([inner])[0]!;
      }
      return inner;
    },
  },
  {
    name: "HDLC segments of one APDU",
    frame: (times) => hdlc([apduOf(times * 4)], { segmentSize: 4, isNumbered: true }),
  },
  {
    name: "HDLC frames of many APDUs",
    frame: (times) => hdlc(new Array<Uint8Array>(times).fill(apduOf(1))),
  },
  {
    name: "HDLC flags",
    frame: (times) => concat([hdlc([apduOf(20)]), Buffer.alloc(times, 0x7e)]),
  },
  {
    name: "HDLC frames within HDLC frames",
    frame: (times) => {
      let inner = apduOf(20);
      for (let i = 0; i < Math.min(times, 100); i++) {
        inner = hdlc([inner]);
      }
      return inner;
    },
  },
  {
    name: "M-Bus segments of one APDU",
    frame: (times) => concat(mbusSegments(apduOf(times * 4), 4)),
  },
  { name: "wrapped APDUs", frame: (times) => wrap(new Array<Uint8Array>(times).fill(apduOf(1))) },
  { name: "wrapped blocks", frame: (times) => wrap(blocks(cut(times, 4))) },
  {
    name: "headers of general-ciphering",
    frame: (times) => Buffer.alloc(times * 4, "DD000000", "hex"),
  },
  { name: "length fields", frame: (times) => concat([[0xdb], Buffer.alloc(times * 4, 0x84)]) },
  ...Object.entries({
    "ELL I": "8C2001",
    "ELL III": "8E20753A63665544330A31",
    "empty AFL": "90020000",
    "AFL with a MAC": "900F002C2501020304A1A2A3A4A5A6A7A8",
    TPL: "7A01000005",
  }).map(([layer, header]): Nesting => {
    const link = [0xff, 0x44, 0x2d, 0x2c, 0x99, 0x87, 0x34, 0x76, 0x1b, 0x16];
    return {
      name: `wM-Bus: ${layer}`,
      frame: (times) => concat([link, Buffer.alloc((times * header.length) / 2, header, "hex")]),
    };
  }),
  {
    name: "fields of an AARQ",
    frame: () => apduOf(20),
    initiate: (times) => aarq(Buffer.alloc(times * 6, "A60404020000", "hex")),
  },
  {
    name: "BER within BER",
    frame: () => apduOf(20),
    initiate: (times) => aarq(Buffer.alloc(times * 4, "A6820FF0", "hex")),
  },
];

function aarq(fields: Uint8Array): Uint8Array {
  const { length } = fields;
  return concat([[0x60, 0x82, length >> 8, length & 0xff], fields]);
}

function concat(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
}
