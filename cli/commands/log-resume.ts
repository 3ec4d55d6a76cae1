/**
 * `meterseal log resume`: goes on after a restore, with an entry that says what is lost.
 *
 * @module
 */
import type { Command } from "commander";
import { clientSettings } from "../../src/base/config.ts";
import type { ResumeReport } from "../../src/programs/resume-log.ts";
import { run } from "../context.ts";
import { Misuse } from "../errors.ts";
import { startProgress } from "../progress.ts";
import { count, printable } from "../text.ts";

const HELP = `
For a log that the core refuses at start because its end is lost: an older backup was restored,
or the head store is gone. First look for the newer database. The core must be stopped, and
METERSEAL_TOKEN must hold an officer's token from before the backup. INDEX is the one that the
refusal names. Edited entries are never accepted: restore a backup that verifies.

The log keeps its name and key and gets an entry "log.restored" that stays. Whoever holds a
checkpoint of the lost part (witnesses, auditors, customers) can prove that it was lost: tell
them before they ask. One officer is enough in this release; two people once approvals exist.`;

/** Adds the verb `resume` to the noun `log`. */
export function addLogResume(noun: Command): void {
  noun
    .command("resume")
    .description("go on after a restore: an officer accepts that the log's end is lost")
    .requiredOption("--accept-loss-from <index>", "the index from which on the log was refused")
    .addHelpText("after", HELP)
    .action(
      run(async (context) => {
        const { option, output } = context;
        const config = context.config();
        const index = option("acceptLossFrom") ?? "";
        if (!/^(0|[1-9]\d{0,14})$/.test(index)) {
          throw new Misuse("--accept-loss-from: expected an index, as the refusal names it");
        }
        const { token } = clientSettings();
        if (token === undefined) {
          throw new Misuse("METERSEAL_TOKEN: expected the token of an officer");
        }
        const { resumeAfterLoss } = await import("../../src/programs/resume-log.ts");
        const progress = await startProgress("entries", null);
        let report: ResumeReport;
        try {
          report = await resumeAfterLoss(config, token, Number(index), progress.at);
        } finally {
          progress.stop();
        }
        await output.result(report, () => describe(report));
        return 0;
      }),
    );
}

function describe(report: ResumeReport): string[] {
  const { index, from, to, signed, checkpoint, evidence, tokensAlive } = report;
  const lost = to === null ? `from ${from} on, how many is not known` : `${from} to ${to - 1}`;
  return [
    `The log goes on: entry ${index}, log.restored, says what is lost (${lost}).`,
    ...(signed < index && from > signed
      ? [`Entries ${signed} to ${from - 1} were kept, but had not been signed before.`]
      : []),
    ...(evidence === null
      ? []
      : [`The head that was signed over it is kept: ${printable(evidence)}`]),
    "",
    "What else the restore has brought back, and what to do about it:",
    `- ${count(tokensAlive, "token")} can be used. Revocations in the lost part are undone: look at`,
    "  them with `meterseal token list` and revoke again.",
    "- Keys destroyed, recipients retired and people erased in the lost part are back: do it again.",
    "- Frames received in the lost part count as not yet seen.",
    "- Links: the exchange tells the core what it has missed; look at `meterseal link list`.",
    "- Witnesses, auditors and customers with a later checkpoint will see the loss. Tell them.",
    "",
    "The new head, to give to them:",
    ...checkpoint.trimEnd().split("\n"),
  ];
}
