/**
 * `meterseal frame decrypt | inspect`: bytes from the air.
 *
 * @module
 */
import { type Command, Option } from "commander";
import type { Inspection } from "../../src/frames/inspect/inspection.ts";
import { run } from "../context.ts";
import { frameArgument } from "../frame-formats/argument.ts";
import { FRAME_FORMATS } from "../frame-formats/formats.ts";
import { aligned } from "../table.ts";
import { printable, show } from "../text.ts";
import { decryptFrames } from "./frame-decrypt.ts";

/** Adds the noun `frame`. */
export function addFrameCommands(program: Command): void {
  const noun = program.command("frame").description("frames, which the field calls telegrams");

  noun
    .command("decrypt")
    .description("decrypt frames in bulk: one JSON row for each frame, in their order")
    .argument("[file]", "a file, or - for standard input", "-")
    .addOption(
      new Option("--format <format>", "form of the file, else what its first lines look like")
        .choices(["auto", ...Object.keys(FRAME_FORMATS)])
        .default("auto"),
    )
    .addOption(
      new Option(
        "--as <form>",
        "telegram: each row also carries the frame as if it had been sent unencrypted",
      ).choices(["telegram"]),
    )
    .option("--idempotency-key <key>", "sent again with its key, a frame is no duplicate of itself")
    .action(run((context, file) => decryptFrames(context, file ?? "-")));

  noun
    .command("inspect")
    .description("explain the headers of a frame: no key, no network")
    .argument("<hex>", "the frame, or a line of a file that `frame decrypt` reads")
    .action(
      run(async ({ output }, text = "") => {
        const frame = frameArgument(text);
        const { inspectFrame } = await import("../../src/frames/inspect/inspect.ts");
        const inspection = inspectFrame(frame);
        await output.result(inspection, () => describe(inspection));
        // Refused for what it asks of a key is explained all the same; unreadable is not.
        return inspection.refusal?.code.startsWith("FRAME_") ? 1 : 0;
      }),
    );
}

function describe({ protocol, address, rows, refusal }: Inspection): string[] {
  const valueWidth = Math.max(0, ...rows.map(({ value }) => Math.min(value.length, 34)));
  return [
    ...aligned([
      ["protocol", show(protocol)],
      ["address", show(address)],
      ...rows.map(
        ({ field, value, meaning }) =>
          [
            printable(field),
            printable(`${value.padEnd(valueWidth)}  ${meaning}`.trimEnd()),
          ] as const,
      ),
    ]),
    ...(refusal === null ? [] : [`${refusal.code}: ${printable(refusal.detail)}`]),
  ];
}
