/**
 * `meterseal meter unknown`: who sends frames and is enrolled nowhere.
 *
 * @module
 */
import type { Command } from "commander";
import { run } from "../context.ts";
import { field, printList } from "../listing.ts";
import { count, shortTime } from "../text.ts";

/** Adds `meter unknown`. */
export function addMeterUnknown(noun: Command): void {
  noun
    .command("unknown")
    .description("list addresses that were heard and that no meter answers to, heard last first")
    .action(
      run(async (context) => {
        const { printed, last } = await printList(context, "meters/unknown", {}, [
          field("ADDRESS", "address"),
          field("LAST HEARD", "lastHeard", { format: shortTime }),
          field("FIRST HEARD", "firstHeard", { format: shortTime }),
          field("FRAMES", "count"),
          field("SENT FOR", "customer"),
        ]);
        const { dropped } = last;
        const older =
          typeof dropped === "number" && dropped > 0 ? `, ${dropped} older dropped` : "";
        if (printed > 0 || older !== "") {
          context.output.note(`${count(printed, "unknown meter")}${older}`);
        }
        return 0;
      }),
    );
}
