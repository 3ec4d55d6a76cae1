/**
 * `meterseal meter check`: do the keys on file fit these frames?
 *
 * One line for each frame, by its ref or its line in the file. Exit status 0 if at least one
 * frame opens and none speaks against the keys.
 *
 * @module
 */
import type { Command } from "commander";
import { type Answer, pathOf } from "../client.ts";
import { run } from "../context.ts";
import { Misuse, Refusal } from "../errors.ts";
import { asNdjson, openFrames, type Sent } from "../frames-in.ts";
import { hanging } from "../table.ts";
import { count, show } from "../text.ts";

const MAX_FRAMES = 100;

interface Frame {
  readonly ref: string;
  readonly frame: string;
}

/** Adds `meter check`. */
export function addMeterCheck(noun: Command): void {
  noun
    .command("check")
    .description("tell whether the keys on file fit frames of the meter; shows no plaintext")
    .argument("<meter>", "its id, address or name")
    .requiredOption(
      "--frames <file>",
      "a file of frames, at most 100, in any form that frame decrypt reads; - for standard input",
    )
    .action(
      run(async ({ client, option, output }, meter = "") => {
        const { frames, unsent } = await readFrames(option("frames") ?? "-");
        if (unsent > 0) {
          output.note(
            `meter check: ${count(unsent, "line")} cannot be read and ${unsent === 1 ? "was" : "were"} left out`,
          );
        }
        const path = pathOf(["v1", "meters", meter, "check"]);
        const body = { frames: frames.map(({ frame }) => frame) };
        const answer = await (await client()).call("POST", path, body);
        await output.result(answer, () => describe(frames, answer));
        return answer["ok"] === true ? 0 : 1;
      }),
    );
}

/** @throws {@link Misuse} for a file that the service would not take. */
async function readFrames(file: string): Promise<{ frames: Frame[]; unsent: number }> {
  const input = await openFrames(file);
  const sent: Sent = { frames: 0, unsent: [] };
  const frames: Frame[] = [];
  try {
    for await (const block of asNdjson(input, null, sent)) {
      for (const line of block.split("\n").filter((text) => text !== "")) {
        frames.push(frameOf(line, frames.length + 1));
      }
      if (sent.frames > MAX_FRAMES) {
        throw new Misuse(`--frames: expected at most ${MAX_FRAMES} frames`);
      }
    }
  } finally {
    // A terminal or pipe that nobody reads any more would keep the process alive.
    input.destroy();
  }
  if (frames.length === 0) {
    throw new Misuse("--frames: the file holds no frame");
  }
  return { frames, unsent: sent.unsent.length };
}

function frameOf(line: string, number: number): Frame {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    throw new Misuse(`--frames: frame ${number} is no JSON object`);
  }
  const { ref, frame } = (row ?? {}) as { ref?: unknown; frame?: unknown };
  if (typeof frame !== "string") {
    throw new Misuse(`--frames: frame ${number} has no "frame"`);
  }
  return { ref: show(ref ?? number), frame };
}

function describe(frames: readonly Frame[], { frames: findings }: Answer): string[] {
  if (!Array.isArray(findings) || findings.length !== frames.length) {
    throw new Refusal("BAD_ANSWER", "the service's answer lacks a finding for each frame");
  }
  const codes = findings.map((finding: Answer) => show(finding["code"]));
  const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const refWidth = widest(frames.map(({ ref }) => ref));
  const codeWidth = widest(codes);
  return findings.flatMap((finding: Answer, i) => {
    const place = frames[i]!.ref.padEnd(refWidth);
    return hanging(`${place}  ${codes[i]!.padEnd(codeWidth)}  `, show(finding["detail"]));
  });
}
