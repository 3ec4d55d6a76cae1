/**
 * Asks before what cannot be taken back: on a terminal, or by `--yes` in a script.
 *
 * @module
 */
import { createInterface } from "node:readline/promises";
import type { Context } from "./context.ts";
import { Misuse, Refusal } from "./errors.ts";
import { printable } from "./text.ts";

/** @throws {@link Misuse} without a terminal and `--yes`; {@link Refusal} when it is not wanted */
export async function demandConfirmation({ flag }: Context, question: string): Promise<void> {
  if (flag("yes")) {
    return;
  }
  if (process.stdin.isTTY !== true) {
    throw new Misuse("this cannot be taken back: expected --yes, or a terminal to ask on");
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`${printable(question)} Type yes: `);
  lines.close();
  if (answer.trim() !== "yes") {
    throw new Refusal("ABORTED", "given up; nothing was changed");
  }
}
