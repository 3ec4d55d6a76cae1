/**
 * Signs a head inside the keystore.
 *
 * @module
 */
import type { Keystore } from "../../../keystore/index.ts";
import { signedNote } from "../hashing.ts";
import { checkpointText } from "../tree/checkpoint.ts";
import type { TreeHead } from "../tree/merkle.ts";

/** Who signs: the deployment's name is the name of its key. */
export interface HeadSigner {
  readonly keystore: Pick<Keystore, "sign">;
  readonly origin: string;
  readonly publicKey: Uint8Array;
}

/** The head as a C2SP tlog-checkpoint, signed; the same to the byte for the same head. */
export async function signHead(
  { keystore, origin, publicKey }: HeadSigner,
  { size, root }: TreeHead,
): Promise<string> {
  const text = checkpointText({ origin, size, root });
  const signature = await keystore.sign("log-signing", Buffer.from(text, "utf8"));
  return signedNote(text, { name: origin, publicKey }, signature);
}
