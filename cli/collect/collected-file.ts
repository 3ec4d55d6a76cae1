/**
 * Writes collected keys in the chosen form, and says which meters that form cannot hold.
 *
 * Whoever is not served completely keeps the claim: the rest is collected in another form.
 *
 * @module
 */
import type { Collected } from "../../src/handover/collect/collect.ts";
import { type Exported, FormatError } from "../../src/handover/formats/contract.ts";
import type { Bundle } from "../../src/handover/protocol/bundle.ts";
import type { Output } from "../output.ts";
import type { PendingFile } from "../private-file.ts";
import { count, show } from "../text.ts";
import type { ClaimFile } from "./claim-file.ts";
import type { ChosenFormat } from "./format-options.ts";
import { notWritten, refusedMeters } from "./refused-meters.ts";

export interface Places {
  readonly pending: PendingFile | null;
  readonly claim: ClaimFile | null;
}

/**
 * Writes the keys to the prepared file or to stdout.
 *
 * @throws {@link Refusal} when the form cannot hold all of them; receipt must not be confirmed
 */
export async function deliver(
  output: Output,
  collected: Collected & { readonly bundle: Bundle },
  chosen: ChosenFormat,
  { pending, claim }: Places,
): Promise<void> {
  const { bundle, issuer, pinned, windowEndsAt } = collected;
  const again = { windowEndsAt, resume: claim?.path ?? null };
  const { bytes, refused } = await write(bundle, chosen).catch(async (error: unknown) => {
    await claim?.keep();
    throw notWritten(error, again);
  });
  const { reference } = bundle.delivery;
  const missing = refused.filter(({ code }) => code !== "MASTER_KEY");
  const meters = bundle.meters.length - missing.length;
  if (refused.length > 0) {
    await claim?.keep();
  }
  if (pending === null) {
    await output.write(bytes);
  } else if (meters > 0) {
    await pending.commit(bytes);
    const { id } = chosen.format;
    const more = id === "json" ? {} : { format: id, refused };
    await output.result({ reference, meters, issuer, pinned, ...more }, () => [
      `${count(meters, "meter")} collected, ${show(reference)}`,
    ]);
  }
  noteIssuer(output, collected);
  if (refused.length > 0) {
    throw refusedMeters(output, chosen.format, refused, again);
  }
}

/** Says who signed, and whether that was who was expected. */
export function noteIssuer(output: Output, { issuer, pinned }: Collected): void {
  output.note(
    pinned
      ? `issuer ${issuer}, as pinned`
      : `issuer ${issuer}: not pinned, compare it with what came with the PIN`,
  );
}

/** A form that can hold no meter at all writes nothing and refuses each. */
async function write(
  bundle: Bundle,
  { format, options }: ChosenFormat,
): Promise<Pick<Exported, "bytes" | "refused">> {
  try {
    return await format.write(bundle, options);
  } catch (error) {
    if (error instanceof FormatError && error.refused.length === bundle.meters.length) {
      return { bytes: new Uint8Array(), refused: error.refused };
    }
    throw error;
  }
}
