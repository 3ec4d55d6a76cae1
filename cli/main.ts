#!/usr/bin/env node
/**
 * The `meterseal` command: `meterseal <noun> <verb>`.
 *
 * Exit status: 0 done, 1 refused or failed, 2 misused. Programs are loaded by the command that
 * needs them, so that the others start fast.
 *
 * @module
 */
import { Command, CommanderError } from "commander";
import { readVersion } from "../src/base/version.ts";
import { addBenchCommand } from "./commands/bench.ts";
import { addCustomerCommands } from "./commands/customer.ts";
import { addFrameCommands } from "./commands/frame.ts";
import { addIdentityCommands } from "./commands/identity.ts";
import { addLinkCommands } from "./commands/link.ts";
import { addLogCommands } from "./commands/log.ts";
import { addMeterCommands } from "./commands/meter.ts";
import { addRecipientCommands } from "./commands/recipient.ts";
import { addServiceCommands } from "./commands/service.ts";
import { addTokenCommands } from "./commands/token.ts";
import { addWitnessCommands } from "./commands/witness.ts";
import { reportError } from "./context.ts";
import { complain, leaveWhenReaderIsGone } from "./output.ts";

process.umask(0o077);
const program = new Command("meterseal")
  .description("Key management for utility meters")
  .version(readVersion())
  .option("--url <url>", "address of the service, else METERSEAL_URL; with METERSEAL_TOKEN")
  .option("--data <dir>", "data directory of the service on this machine, else METERSEAL_DATA")
  .option("--json", "one JSON document on stdout, for lists one per line")
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: complainAboutUse })
  .showSuggestionAfterError(false)
  .exitOverride();

addServiceCommands(program);
addTokenCommands(program);
addCustomerCommands(program);
addMeterCommands(program);
addFrameCommands(program);
addLinkCommands(program);
addRecipientCommands(program);
addIdentityCommands(program);
addLogCommands(program);
addWitnessCommands(program);
addBenchCommand(program);

leaveWhenReaderIsGone();
// Node would print the error with everything in it.
process.on("uncaughtException", (error) => {
  process.exit(reportError("meterseal", error));
});
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? Math.min(error.exitCode, 1) * 2
      : reportError("meterseal", error);
}

function complainAboutUse(message: string): void {
  complain("meterseal", message.replace(/^error: /, "").trim(), null);
}
