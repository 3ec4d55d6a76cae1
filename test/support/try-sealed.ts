/**
 * Opens sealed frames as a worker of the product does, without database and service.
 *
 * @module
 */

import { FrameKey } from "../../keystore/frame-key.ts";
import type { DecryptOutcome } from "../../keystore/index.ts";
import { SecretKey } from "../../keystore/secret-key.ts";
import { tryFrame } from "../../keystore/try-frame.ts";
import { completeNonce } from "../../src/frames/nonce.ts";
import type { SealedFrame } from "../../src/frames/sealed-frame.ts";

/** Tries all readings with one key; `address` is that of the meter, for frames without one. */
export function trySealed(
  candidates: readonly SealedFrame[],
  key: Uint8Array,
  address: Uint8Array = new Uint8Array(8),
): DecryptOutcome {
  const [first] = candidates as readonly [SealedFrame];
  const { suite, securityControl, aad } = first;
  const nonce = completeNonce(candidates, { kind: "wmbus", bytes: address });
  using encryption = new FrameKey(SecretKey.adopt(Uint8Array.from(key)));
  return tryFrame(
    { keys: 0, suite, nonce, securityControl, aad, candidates, allowUnauthenticated: false },
    [{ version: 1, open: () => ({ encryption, authentication: null, join: null }) }],
  );
}
