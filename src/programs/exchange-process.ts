/**
 * The exchange as a process of its own: started by `serve`, told by its environment.
 *
 * It stops by itself when its parent is gone.
 *
 * @module
 */
import { loadConfig } from "../base/config.ts";
import { startExchange } from "./exchange.ts";
import { runProgram } from "./run-program.ts";

process.exitCode = await runProgram(() => startExchange(loadConfig()));
