/**
 * `meterseal log`: who touched which key, and whether anybody changed the answer.
 *
 * @module
 */
import type { Command } from "commander";
import { addLogExport } from "./log-export.ts";
import { addLogList } from "./log-list.ts";
import { addLogProof } from "./log-proof.ts";
import { addLogPrune } from "./log-prune.ts";
import { addLogReindex } from "./log-reindex.ts";
import { addLogReport } from "./log-report.ts";
import { addLogResume } from "./log-resume.ts";
import { addLogVerify } from "./log-verify.ts";

/** Adds the noun `log`. */
export function addLogCommands(program: Command): void {
  const noun = program.command("log").description("the activity log");
  addLogList(noun);
  addLogReindex(noun);
  addLogReport(noun);
  addLogVerify(noun);
  addLogExport(noun);
  addLogProof(noun);
  addLogPrune(noun);
  addLogResume(noun);
}
