/**
 * `meterseal link check`: says whether a link works, and claims nothing.
 *
 * It sends no PIN, so nothing can be burnt: to collect, there is `link collect` and nothing else.
 *
 * @module
 */
import type { Command } from "commander";
import { run } from "../context.ts";
import { codeOf, Misuse, Refusal } from "../errors.ts";
import { readPiped } from "../secret-input.ts";
import { aligned } from "../table.ts";
import { count, show } from "../text.ts";

/** Adds the verb `check` to the noun `link`. */
export function addLinkCheck(noun: Command): void {
  noun
    .command("check")
    .description("say whether a link works, without collecting; it counts as opened once more")
    .argument("<link>", "the whole link; - reads it from standard input")
    .action(
      run(async ({ output }, given = "") => {
        const { link = given } = await readPiped(given === "-" ? ["link"] : []);
        const looked = await look(link);
        const { state, waiting, opened, lastOpenedAt, claimedAt } = looked;
        await output.result(looked, () =>
          aligned([
            ["state", show(state)],
            ["reference", show(waiting?.reference)],
            ["from", show(waiting?.sender)],
            ["to", show(waiting?.to)],
            ["purpose", show(waiting?.purpose)],
            ["meters", show(waiting?.count)],
            ["expires", show(waiting?.expiresAt)],
            ["opened", `${count(opened, "time")} before`],
            ["last opened", show(lastOpenedAt)],
            ["claimed", show(claimedAt)],
          ]),
        );
        if (state !== "open") {
          throw new Refusal(
            "LINK_CLOSED",
            `the link is ${show(state)}: nothing to collect with it`,
          );
        }
        output.note("nothing was collected");
        return 0;
      }),
    );
}

/** As the page does before the PIN is typed; the exchange counts it. */
async function look(link: string) {
  const { collectionOf, peekLink } = await import("../../src/handover/protocol/collection.ts");
  const { parseLink } = await import("../../src/handover/protocol/link.ts");
  try {
    const {
      header: waiting,
      headerBytes: _,
      ...life
    } = await peekLink(collectionOf(parseLink(link), { attempts: 3, firstDelayMs: 500 }));
    return { ...life, waiting };
  } catch (error) {
    throw codeOf(error) === "LINK_FORMAT" && error instanceof Error
      ? new Misuse(error.message, { cause: error })
      : error;
  }
}
