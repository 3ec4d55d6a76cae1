import { randomBytes } from "node:crypto";
import test from "ava";
import fc from "fast-check";
import { sealShare } from "../src/exchange/seal-share.ts";
import { generateClaimKeys } from "../src/handover/protocol/claim-keys.ts";
import { openShare, sealShare as sealByLibrary } from "../src/handover/protocol/share.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test("RFC 9180 §5.1.1: what the exchange seals, the library opens", async (t) => {
  const keys = await generateClaimKeys(false);
  const { pk, sigPk } = keys;
  await fc.assert(
    fc.asyncProperty(
      bytes(32),
      bytes(16),
      fc.uint8Array({ maxLength: 300 }),
      async (share, linkId, header) => {
        const context = { linkId, header, sigPk };
        const sealed = sealShare(pk, share, context);
        t.is(sealed.length, (await sealByLibrary(pk, share, context)).length);
        t.deepEqual(await openShare(keys, sealed, context), share);
      },
    ),
    { numRuns: 20 },
  );
});

test("a sealed share opens for its claimer, link, header and signing key alone", async (t) => {
  const [mine, other] = [await generateClaimKeys(false), await generateClaimKeys(false)];
  const context = { linkId: randomBytes(16), header: randomBytes(40), sigPk: mine.sigPk };
  const sealed = sealShare(mine.pk, randomBytes(32), context);
  for (const [keys, change] of [
    [other, {}],
    [mine, { linkId: randomBytes(16) }],
    [mine, { header: randomBytes(40) }],
    [mine, { sigPk: other.sigPk }],
  ] as const) {
    const opened = openShare(keys, sealed, { ...context, ...change });
    await t.throwsAsync(opened, { code: "SHARE_INTEGRITY" });
  }
});

test("no two seals are alike", async (t) => {
  const { pk, sigPk } = await generateClaimKeys(false);
  const context = { linkId: randomBytes(16), header: randomBytes(40), sigPk };
  const share = randomBytes(32);
  const [one, two] = [sealShare(pk, share, context), sealShare(pk, share, context)];
  t.notDeepEqual(one, two);
});
