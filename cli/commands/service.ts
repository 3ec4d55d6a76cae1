/**
 * `meterseal init | serve | demo | status`: the service itself.
 *
 * @module
 */
import { type Command, InvalidArgumentError } from "commander";
import { adminTokenFile, coreDatabase, rootKeyFile } from "../../src/base/paths.ts";
import { run } from "../context.ts";
import { aligned } from "../table.ts";
import { addStatus } from "./status.ts";

/** Adds the commands that have no noun. */
export function addServiceCommands(program: Command): void {
  addInit(program);

  program
    .command("serve")
    .description("run the service until it is told to stop")
    .argument("[program]", "core or exchange alone; both by default", parseProgram)
    .action(
      run(async ({ config }, which) => {
        const { serve } = await import("../../src/programs/serve.ts");
        return serve(config(), which === "core" || which === "exchange" ? which : "both");
      }),
    );

  program
    .command("demo")
    .description("show the main job end to end on a throw-away data directory")
    .option("--meters <n>", "how many meters", parseCount, "1000")
    .option("--keep", "keep the data directory")
    .action(
      run(async ({ flag, option, output }) => {
        const { runDemo } = await import("./demo.ts");
        return runDemo({ meters: Number(option("meters")), keep: flag("keep"), output });
      }),
    );
  addStatus(program);
}

function addInit(program: Command): void {
  program
    .command("init")
    .description("make a data directory: root key, databases, first admin token")
    .action(
      run(async (context) => {
        const config = context.config();
        const { initialise } = await import("../../src/programs/init.ts");
        const made = await initialise(config);
        const key = rootKeyFile(config);
        const database = coreDatabase(config);
        const beside = "file" in database && key.startsWith(config.data);
        await context.output.result(made, () => [
          ...aligned([
            ["data directory", made.data],
            ["admin token", `${adminTokenFile(made.data)} (30 days)`],
            ["root key", key],
            ["log key", made.vkey],
          ]),
          "",
          "Write down the log key, away from this machine: whoever has it can verify the log.",
          beside
            ? "The root key lies beside the database. It protects a stolen database, not a stolen\n" +
              "directory: put it elsewhere with METERSEAL_ROOT_KEY_FILE, and back it up apart."
            : "The root key lies apart from the database. Back it up apart, too: without it the\n" +
              "database is worthless, to you as well.",
        ]);
        return 0;
      }),
    );
}

function parseProgram(value: string): string {
  if (value !== "core" && value !== "exchange") {
    throw new InvalidArgumentError("expected core or exchange");
  }
  return value;
}

function parseCount(value: string): string {
  if (!/^[1-9]\d{0,6}$/.test(value)) {
    throw new InvalidArgumentError("expected a number of meters");
  }
  return value;
}
