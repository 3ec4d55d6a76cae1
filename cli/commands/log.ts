/**
 * `meterseal log`: who touched which key, and whether anybody changed the answer.
 *
 * @module
 */
import type { Command } from "commander";
import { addLogList } from "./log-list.ts";
import { addLogReindex } from "./log-reindex.ts";
import { addLogVerify } from "./log-verify.ts";

/** Adds the noun `log`. */
export function addLogCommands(program: Command): void {
  const noun = program.command("log").description("the activity log");
  addLogList(noun);
  addLogReindex(noun);
  addLogVerify(noun);
}
