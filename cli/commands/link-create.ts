/**
 * `meterseal link create`: one link for one recipient, or one for each recipient of a file.
 *
 * Link and PIN are shown once, and not in one file.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, type Client, pathOf } from "../client.ts";
import { type Context, run, textField } from "../context.ts";
import { addChannelOptions, type Channels, openChannels } from "../links/channels.ts";
import { createMany } from "../links/many.ts";
import type { LinkWish } from "../links/wish.ts";
import { type Connect, listedWishes, singleWish } from "../links/wishes.ts";
import { aligned } from "../table.ts";
import { show } from "../text.ts";

/** Adds the verb `create` to the noun `link`. */
export function addLinkCreate(noun: Command): void {
  const command = noun
    .command("create")
    .description("seal keys into a package and make its link and PIN; both are shown once")
    .requiredOption("--customer <id>", "whose meters, cus_…")
    .option("--all", "every meter that is not retired")
    .option("--meters <list>", "these meters, separated by commas; a serial number will do")
    .option("--serials <file>", "the meters of a CSV file, column serial")
    .option("--order <text>", "the meters of this order")
    .option(
      "--recipients <file>",
      "a link for each recipient of a CSV file: to, serial, purpose, …",
    )
    .option("--to <text>", "who receives the keys; shown before the PIN is asked for")
    .option("--purpose <text>", "on which order, why")
    .option("--recipient <id>", "encrypt to this enrolled recipient's own key, rcp_…")
    .option("--expires <time>", "90d, 12h, 30m or an RFC 3339 time; by default 7d");
  addChannelOptions(command).action(run(create));
}

async function create(context: Context): Promise<number> {
  let connected: Promise<Client> | null = null;
  // After the options have been read: what cannot be meant is told without a service.
  const connect: Connect = () => {
    connected ??= context.client();
    return connected;
  };
  const file = context.option("recipients");
  const wishes =
    file === undefined
      ? [await singleWish(context, connect)]
      : await listedWishes(context, connect, file);
  const channels = await openChannels(context, file !== undefined);
  try {
    const service = await connect();
    return file === undefined
      ? await createOne(context, service, wishes[0]!, channels)
      : await createMany(context.output, service, wishes, channels, (wish) =>
          requestLink(context, service, wish),
        );
  } finally {
    await channels.close();
  }
}

/** Asks the service for one link. */
async function requestLink(context: Context, client: Client, wish: LinkWish): Promise<Answer> {
  const { option } = context;
  const { to, purpose, selection } = wish;
  const body = {
    customer: option("customer"),
    ...selection,
    to,
    purpose,
    expires: option("expires"),
    recipient: option("recipient"),
  };
  return await client.call("POST", pathOf(["v1", "links"]), body);
}

async function createOne(
  context: Context,
  client: Client,
  wish: LinkWish,
  channels: Channels,
): Promise<number> {
  const answer = await requestLink(context, client, wish);
  await channels.hand(client, answer, wish);
  await printMade(context, answer, channels);
  return 0;
}

/** Prints a link that was just made; its PIN only where it goes nowhere else. */
export async function printMade(
  { output }: Context,
  answer: Answer,
  { takesPin }: Pick<Channels, "takesPin">,
): Promise<void> {
  await output.result(answer, () =>
    aligned([
      ["link", textField(answer, "link")],
      ...(takesPin ? [] : [["pin", textField(answer, "pin")] as const]),
      ["reference", textField(answer, "reference")],
      ["expires", show(answer["expiresAt"])],
      ["issuer", show(answer["issuer"])],
      ["state", show(answer["state"])],
    ]),
  );
  output.note(
    "Link and PIN are shown only now. Send the link by one channel, PIN and issuer by another.",
  );
}
