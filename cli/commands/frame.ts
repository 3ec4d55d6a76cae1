/**
 * `meterseal frame decrypt | inspect`: bytes from the air.
 *
 * @module
 */
import type { Command } from "commander";
import type { Inspection } from "../../src/frames/inspection.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { aligned } from "../table.ts";
import { printable, show } from "../text.ts";
import { decryptFrames } from "./frame-decrypt.ts";

/** Adds the noun `frame`. */
export function addFrameCommands(program: Command): void {
  const noun = program.command("frame").description("frames, which the field calls telegrams");

  noun
    .command("decrypt")
    .description("decrypt frames in bulk: hex lines or NDJSON in, one JSON row each out")
    .argument("[file]", "a file, or - for standard input", "-")
    .action(run((context, file) => decryptFrames(context, file ?? "-")));

  noun
    .command("inspect")
    .description("explain the headers of a frame: no key, no network")
    .argument("<hex>", "the frame")
    .action(
      run(async ({ output }, text = "") => {
        const hex = text.replace(/\s|^0x/g, "");
        if (!/^([0-9A-Fa-f]{2})+$/.test(hex)) {
          throw new Misuse("expected the frame as hex, two digits for each byte");
        }
        const { inspectFrame } = await import("../../src/frames/inspect.ts");
        const inspection = inspectFrame(new Uint8Array(Buffer.from(hex, "hex")));
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
