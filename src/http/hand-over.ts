/**
 * From a request for a link to a sealed package: which keys, and what the log will say of them.
 *
 * @module
 */
import { actorOf, type Caller } from "../access/caller.ts";
import { Problem } from "../base/problem.ts";
import { mapInSlices } from "../base/slices.ts";
import { type Dispatched, dispatchLink } from "../handover/links/dispatch.ts";
import type { Superseded } from "../handover/links/supersede.ts";
import { requireRecipient } from "../handover/recipients/recipients.ts";
import { enrolledRecipient } from "../handover/recipients/seal.ts";
import { addressParts } from "../meters/address.ts";
import { customersByNum } from "../meters/customers.ts";
import { addressText, currentVersion, keyRows, type Meter } from "../meters/find.ts";
import type { CoreContext } from "./context.ts";
import { recordDamageAmong } from "./damage.ts";

export interface LinkWanted {
  readonly meters: readonly Meter[];
  readonly to: string;
  readonly purpose: string;
  readonly expiresAt: Date;
  /** An enrolled recipient's id, or null: the keys lie open in the package. */
  readonly recipient: string | null;
  /** The link whose place the new one takes. */
  readonly supersedes?: Superseded;
}

/** Seals the keys of meters that belong to one customer and dispatches the link. */
export async function createLink(
  context: CoreContext,
  caller: Caller,
  wanted: LinkWanted,
): Promise<Dispatched> {
  const [first] = wanted.meters;
  if (first === undefined) {
    throw new Problem(409, "NO_METERS", "there is no meter to hand over");
  }
  const customers = await customersByNum(context.db, [first.customerNum]);
  const customer = customers.get(first.customerNum)!;
  const recipient =
    wanted.recipient === null
      ? null
      : enrolledRecipient(
          await requireRecipient(
            { ...context, retired: context.retiredRecipients },
            customer.id,
            wanted.recipient,
          ),
        );
  // Only now: whether another customer's recipient is restricted is nobody's business here.
  if (wanted.recipient !== null && context.restricted.has(wanted.recipient)) {
    const detail = "the recipient is restricted: an admin must release it first";
    throw new Problem(409, "RECIPIENT_RESTRICTED", detail, "/recipient");
  }
  const rows = await keyRows(context.db, wanted.meters);
  const meters = await mapInSlices(wanted.meters, (meter) => {
    const keys = currentVersion(rows.get(meter.row) ?? []);
    return {
      address: addressText(meter),
      meter: meter.id,
      name: meter.name,
      profile: meter.profile,
      ...addressParts(meter.address),
      keys,
      number: meter.number,
    };
  });
  return await dispatchLink(context.handover, {
    seal: {
      customerKey: customer.key,
      meters,
      customer: customer.name,
      sender: context.sender,
      to: wanted.to,
      purpose: wanted.purpose,
      ...(recipient === null ? {} : { recipient: recipient.seal }),
    },
    recipient,
    customer: customer.id,
    keys: meters.map(({ number, keys }) => ({ number, version: keys[0]?.version ?? 0 })),
    order: commonOrder(wanted.meters),
    expiresInSeconds: Math.round((wanted.expiresAt.getTime() - context.clock().getTime()) / 1000),
    windowSeconds: context.claimWindowSeconds,
    ...(wanted.supersedes === undefined ? {} : { supersedes: wanted.supersedes }),
    actor: actorOf(caller),
  }).catch((error: unknown) => recordDamageAmong(context, caller, wanted.meters, error));
}

/** The order that all these meters belong to, or null. */
function commonOrder(meters: readonly Meter[]): string | null {
  const order = meters[0]?.order ?? null;
  return meters.every((meter) => meter.order === order) ? order : null;
}
