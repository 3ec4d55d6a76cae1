/**
 * Makes one link after the other, and says exactly which exist when it ends early.
 *
 * @module
 */
import type { Answer, Client } from "../client.ts";
import { textField } from "../context.ts";
import { csvLine } from "../csv-out.ts";
import { codeOf, Refusal } from "../errors.ts";
import type { Output } from "../output.ts";
import { startProgress } from "../progress.ts";
import { count, show } from "../text.ts";
import type { Channels } from "./channels.ts";
import type { LinkWish } from "./wish.ts";

/** The service may have made the link before the answer was lost. */
const DOUBTFUL: ReadonlySet<string> = new Set([
  "UNREACHABLE",
  "STREAM_BROKEN",
  "TIMEOUT",
  "BAD_ANSWER",
]);

/** These say themselves which link is to be issued again. */
const LOST: ReadonlySet<string> = new Set(["PIN_LOST", "LINK_LOST"]);

/** @throws {@link Refusal} at the first link that is not made; those before it stay. */
export async function createMany(
  output: Output,
  service: Client,
  wishes: readonly LinkWish[],
  channels: Channels,
  request: (wish: LinkWish) => Promise<Answer>,
): Promise<number> {
  const progress = await startProgress("links", wishes.length);
  const made: string[] = [];
  let shown = 0;
  let isStopped = false;
  const stop = () => {
    isStopped = true;
  };
  // The link under way is finished, or its PIN would be lost.
  process.on("SIGINT", stop);
  try {
    if (!output.json) {
      await output.write(csvLine(["reference", "to", "email", "meters", "expires", "link"]));
    }
    for (const wish of wishes) {
      if (isStopped) {
        throw new Refusal("INTERRUPTED", "interrupted");
      }
      const answer = await request(wish);
      made.push(textField(answer, "reference"));
      await channels.hand(service, answer, wish);
      await output.write(output.json ? document(answer, wish) : lineOf(answer, wish));
      shown++;
      progress.at(shown);
    }
    progress.stop();
    output.note(`${count(made.length, "link")} made. They are shown only now.`);
    return 0;
  } catch (error) {
    progress.stop();
    throw brokenOff(output, wishes, { made, shown }, error);
  } finally {
    process.off("SIGINT", stop);
  }
}

function brokenOff(
  output: Output,
  wishes: readonly LinkWish[],
  { made, shown }: { readonly made: readonly string[]; readonly shown: number },
  error: unknown,
): Refusal {
  const code = codeOf(error) ?? "INTERNAL";
  for (const [i, reference] of made.entries()) {
    output.note(`${reference} exists, for line ${wishes[i]?.line}`);
  }
  const last = made[shown];
  if (last !== undefined && !LOST.has(code)) {
    output.note(`the link of ${last} was not written whole, use link reissue ${last}`);
  }
  const next = wishes[made.length];
  if (next !== undefined && DOUBTFUL.has(code)) {
    output.note(`for line ${next.line} a link may exist that nobody can open: see link list`);
  }
  const from = next === undefined ? "" : `, none from line ${next.line} on`;
  const why = error instanceof Error ? error.message : "unexpected failure";
  return new Refusal(code, `${count(made.length, "link")} of ${wishes.length} made${from}: ${why}`);
}

function document(answer: Answer, { to, email, pinTo, language }: LinkWish): string {
  return `${JSON.stringify({ ...answer, to, email, pinTo, language })}\n`;
}

function lineOf(answer: Answer, { to, email, selection }: LinkWish): string {
  const { meters } = selection;
  const number = Array.isArray(meters) ? String(meters.length) : "";
  const expires = show(answer["expiresAt"]);
  const link = textField(answer, "link");
  return csvLine([textField(answer, "reference"), to, email ?? "", number, expires, link]);
}
