/**
 * Delivers the webhooks that are due, a few at a time; what fails is put off, never thrown.
 *
 * @module
 */
import type { HandoverContext } from "../context.ts";
import { dueWebhooks, forgetGivenUp, webhookFailed, webhookTaken } from "./outbox.ts";
import { STOPPED, sendWebhook, type WebhookTarget } from "./send.ts";
import { signWebhook } from "./sign.ts";

const AT_ONCE = 8;

export interface Delivered {
  readonly taken: number;
  readonly failed: number;
}

/** One round; a slow receiver costs it one time-out, and the next alarm is first in the next. */
export async function deliverWebhooks(
  x: Pick<HandoverContext, "db" | "activity" | "clock">,
  target: WebhookTarget,
  stop?: AbortSignal,
): Promise<Delivered> {
  const result = { taken: 0, failed: 0 };
  await forgetGivenUp(x.db, x.clock());
  const due = await dueWebhooks(x.db, x.clock(), AT_ONCE);
  await Promise.all(
    due.map(async (row) => {
      const headers = signWebhook(target.secrets, row.id, x.clock(), row.body);
      const patience = stop === undefined ? {} : { stop };
      const code = await sendWebhook(target, headers, row.body, patience);
      if (code === null) {
        await webhookTaken(x.db, row.id);
        result.taken++;
      } else if (code !== STOPPED) {
        await webhookFailed(x, row, code);
        result.failed++;
      }
    }),
  );
  return result;
}
