/**
 * `meterseal link revoke | reissue`: ends a link, for good or for another in its place.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, pathOf } from "../client.ts";
import { type Context, run } from "../context.ts";
import { addChannelOptions, openChannels } from "../links/channels.ts";
import { readWays } from "../links/wishes.ts";
import { count, show } from "../text.ts";
import { printMade } from "./link-create.ts";

const REKEY = "its keys count as disclosed: give the meters new keys, if the wrong person has them";

/** Adds the verbs `revoke` and `reissue` to the noun `link`. */
export function addLinkEnd(noun: Command): void {
  noun
    .command("revoke")
    .description("end a link; keys that were collected before stay disclosed")
    .argument("<ref>", "its reference")
    .action(
      run(async ({ client, output }, reference) => {
        const answer = await (await client()).call("DELETE", pathOf(["v1", "links", reference]));
        const { disclosed } = answer;
        await output.result(answer, () => [
          `link ${show(answer["reference"] ?? reference)} is ${show(answer["state"] ?? "revoked")}, ${
            disclosed === true ? "it was disclosed" : "it was not disclosed"
          }`,
        ]);
        if (disclosed === true) {
          output.note(REKEY);
        }
        return 0;
      }),
    );

  const command = noun
    .command("reissue")
    .description("end a link and make another for the same meters and recipient, with a new PIN")
    .argument("<ref>", "its reference")
    .option("--expires <time>", "90d, 12h, 30m or an RFC 3339 time; by default as long as before");
  addChannelOptions(command).action(run(reissue));
}

async function reissue(context: Context, reference = ""): Promise<number> {
  const ways = await readWays(context);
  const channels = await openChannels(context, false);
  try {
    const service = await context.client();
    // Before there is a PIN to lose.
    const to = await recipientOf(context, reference);
    const path = pathOf(["v1", "links", reference, "reissue"]);
    const answer = await service.call("POST", path, { expires: context.option("expires") });
    const wish = { line: null, to, purpose: "", selection: {}, ...ways };
    await channels.hand(service, answer, wish);
    await printMade(context, answer, channels);
    remark(context, reference, answer);
    return 0;
  } finally {
    await channels.close();
  }
}

async function recipientOf({ client, option }: Context, reference: string): Promise<string> {
  if (option("pins") === undefined) {
    return "";
  }
  const { to } = await (await client()).call("GET", pathOf(["v1", "links", reference]));
  return show(to);
}

function remark({ output }: Context, reference: string, { superseded, retired }: Answer): void {
  const isDisclosed = ((superseded ?? {}) as Answer)["disclosed"] === true;
  output.note(`${reference} is dead${isDisclosed ? `; ${REKEY}` : ""}`);
  if (typeof retired === "number" && retired > 0) {
    output.note(`${count(retired, "meter")} retired since, left out`);
  }
}
