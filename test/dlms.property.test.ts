/**
 * Laws of DLMS captures: what the independent encoders make comes back in every form, cut in every
 * way, and no bytes at all make a parser do anything but answer sealed frames or a FrameError.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { type CipherOptions, encodeDlms } from "../bench/encode/dlms.ts";
import { encodeAarq, encodeGeneral, encodeToken } from "../bench/encode/dlms-general.ts";
import { inspectFrame } from "../src/frames/inspect/inspect.ts";
import { parseFrame } from "../src/frames/parse.ts";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { bytes, ciphered, header, journey, open, sample } from "./support/dlms-samples.ts";
import { frameVectors, hex, toHex } from "./support/frame-vectors.ts";
import { openAny } from "./support/open-sealed.ts";

test("IEC 62056-5-3, -46, -47: every form opens, however it was cut and carried", (t) => {
  fc.assert(
    fc.property(sample(3000), journey, (frame, { cut, join }) => {
      const capture = join(cut(frame.apdu));
      t.is(open(capture, frame), toHex(frame.options.apdu));
      t.is(inspectFrame(capture).refusal, null);
    }),
    { numRuns: 600 },
  );
});

test("encryption only: every form opens, however it was carried", (t) => {
  fc.assert(
    fc.property(ciphered(3000), header, journey, (auth, rest, { cut, join }) => {
      const options = { ...auth, protection: "enc" } as const;
      for (const apdu of [
        encodeDlms({ ...options, transport: "bare", form: "general-glo" }),
        encodeGeneral({ ...options, ...rest }),
      ]) {
        t.is(open(join(cut(apdu)), { options, apdu }), toHex(options.apdu));
      }
    }),
    { numRuns: 150 },
  );
});

test("HLS5: a token opens over its own challenge only", (t) => {
  fc.assert(
    fc.property(ciphered(1), bytes(8, 64), fc.nat(), (options, challenge, at) => {
      const token = encodeToken(options, challenge);
      const frame = { options, apdu: token };
      const [sealed] = parseFrame(token, { challenge, initiate: null });
      t.is(sealed!.ciphertext.length, 0);
      const opened = openAny([sealed!], options.ek, options.ak, options.systemTitle);
      t.is(opened?.length, 0);
      const other = challenge.slice();
      other[(at >> 3) % other.length]! ^= 1 << (at & 7);
      const wrong = parseFrame(token, { challenge: other, initiate: null });
      t.is(openAny(wrong, options.ek, options.ak, options.systemTitle), null);
      t.is(open(token, frame, { challenge: token, initiate: null }), "");
    }),
    { numRuns: 300 },
  );
});

test("any bytes as capture, challenge or initiate give sealed frames or a FrameError", (t) => {
  const head = fc.constantFrom(
    ..."E0800001000002 7EA88A 7EA00A 00010001 6810106853FF00 6805056853FF10 DD0000000000 DC08 60".split(
      " ",
    ),
  );
  fc.assert(
    fc.property(head, bytes(0, 200), bytes(0, 60), (start, rest, more) => {
      const capture = Uint8Array.of(...hex(start), ...rest);
      const frame = { options: EMPTY, apdu: capture };
      t.notThrows(() => open(capture, frame));
      t.notThrows(() => inspectFrame(capture));
      const ded = hex("D4063000000001AA");
      for (const initiate of [capture, encodeAarq(more, rest), Uint8Array.of(0x21, ...rest)]) {
        t.notThrows(() => open(ded, frame, { challenge: null, initiate }));
      }
      t.notThrows(() => open(capture, frame, { challenge: more, initiate: null }));
    }),
    { numRuns: 2000 },
  );
});

test("every truncation of every published capture is answered by a FrameError", (t) => {
  for (const { frame_hex } of frameVectors("dlms")) {
    const capture = hex(frame_hex);
    for (let length = 0; length < capture.length; length++) {
      t.throws(() => parseFrame(capture.subarray(0, length)), { instanceOf: FrameError });
    }
  }
});

const EMPTY: CipherOptions = {
  systemTitle: new Uint8Array(8),
  suite: 0,
  protection: "auth-enc",
  ek: new Uint8Array(16),
  ak: new Uint8Array(16),
  invocationCounter: 0,
  apdu: new Uint8Array(1),
};
