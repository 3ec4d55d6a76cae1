/**
 * The exchange as a process of its own: started by `serve`, told by its environment.
 *
 * It stops by itself when its parent is gone.
 *
 * @module
 */
import { loadConfig } from "../base/config.ts";
import { createLogger, kindOf } from "../base/logger.ts";
import { startExchange } from "./exchange.ts";
import { runProgram } from "./run-program.ts";

try {
  process.exitCode = await runProgram(() => startExchange(loadConfig()));
} catch (error) {
  // Our own sentences name settings and files, never values.
  const { code, message } = error as { code?: unknown; message?: unknown };
  const said = code === "CONFIG" ? String(message) : "the exchange cannot start";
  createLogger("exchange", "error").fatal(kindOf(error), said);
  process.exit(1);
}
