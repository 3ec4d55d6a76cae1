/**
 * `meterseal meter enrol`: a meter by its address, or by a frame that it has sent.
 *
 * The number on a meter is often not its address on the air; a frame cannot be mistyped. The frame
 * is read here and does not leave this machine.
 *
 * @module
 */
import type { Command } from "commander";
import { pathOf } from "../client.ts";
import { type Context, run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { frameArgument } from "../frame-formats/argument.ts";
import { describeMeter } from "../meter-text.ts";

/** Adds the verb `enrol` to the noun `meter`. */
export function addMeterEnrol(noun: Command): void {
  noun
    .command("enrol")
    .description("enrol a meter and generate its key, which nobody sees")
    .argument("[address]", "KAM-76348799, st:4B414D4501349083 or eui:…, unless --frame")
    .requiredOption("--customer <id>", "the owner, cus_…")
    .option("--frame <hex>", "take the address from a frame of the meter")
    .option("--profile <profile>", "how it encrypts; by default what address or frame suggest")
    .option("--name <text>", "a name to call it by")
    .option("--order <text>", "the order it belongs to")
    .option("--allow-unauthenticated", "accept frames without authentication")
    .action(run(enrolMeter));
}

async function enrolMeter(context: Context, argument?: string): Promise<number> {
  const { client, flag, option, output } = context;
  const { address, profile } = await readMeter(context, argument);
  const body = {
    customer: option("customer"),
    address,
    profile,
    name: option("name"),
    order: option("order"),
    allowUnauthenticated: flag("allowUnauthenticated") || undefined,
  };
  const answer = await (await client()).call("POST", pathOf(["v1", "meters"]), body);
  await output.result(answer, () => describeMeter(answer));
  return 0;
}

interface MeterWords {
  readonly address: string;
  readonly profile: string | undefined;
}

async function readMeter(
  { option, output }: Context,
  argument: string | undefined,
): Promise<MeterWords> {
  const text = option("frame");
  if ((argument === undefined) === (text === undefined)) {
    throw new Misuse("expected either the address of the meter or --frame");
  }
  if (text === undefined) {
    return { address: argument!, profile: option("profile") };
  }
  const { identifyFrame } = await import("../../src/frames/inspect/identity.ts");
  const { address, profile } = identifyFrame(frameArgument(text));
  output.note(`address ${address}${profile === null ? "" : ` and ${profile}`}, from the frame`);
  return { address, profile: option("profile") ?? profile ?? undefined };
}
