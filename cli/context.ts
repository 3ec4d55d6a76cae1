/**
 * What every command gets, and how its end becomes an exit status.
 *
 * 0 done, 1 refused or failed, 2 misused.
 *
 * @module
 */
import type { Command } from "commander";
import { type Config, ConfigError, loadConfig } from "../src/base/config.ts";
import type { Client } from "./client.ts";
import { connect } from "./connect.ts";
import { codeOf, Misuse, Refusal } from "./errors.ts";
import { complain, createOutput, type Output } from "./output.ts";

export interface Context {
  readonly output: Output;
  /** The value of an option, by its camel-case name. */
  option(name: string): string | undefined;
  /** The values of an option that takes several; none when it is absent. */
  options(name: string): readonly string[];
  flag(name: string): boolean;
  /** The running service, proven and with a token. */
  client(): Promise<Client>;
  /** The settings of the service itself, for commands that work without it. */
  config(): Config;
}

/** A command: answers its exit status, nothing for 0. */
export type Action = (context: Context, ...args: readonly string[]) => Promise<number | undefined>;

/** Fits an action to commander. */
export function run(action: Action): (this: Command, ...args: unknown[]) => Promise<void> {
  return async function act(this: Command) {
    const name = nameOf(this);
    try {
      const args = this.processedArgs.flat().filter((arg) => typeof arg === "string");
      process.exitCode = (await action(createContext(this), ...args)) ?? 0;
    } catch (error) {
      process.exitCode = reportError(name, error);
    }
  };
}

/** Prints an error and answers the exit status that fits it. */
export function reportError(name: string, error: unknown): number {
  if (error instanceof Misuse || error instanceof ConfigError) {
    complain(name, error.message, null);
    return 2;
  }
  const code = codeOf(error) ?? "INTERNAL";
  complain(name, error instanceof Error ? error.message : "unexpected failure", code);
  return 1;
}

function createContext(command: Command): Context {
  const values: Record<string, unknown> = command.optsWithGlobals();
  const option = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const data = option("data");
  return {
    output: createOutput(values["json"] === true),
    option,
    options(name) {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    flag: (name) => values[name] === true,
    client: () => connect({ url: option("url"), data }),
    config() {
      if (option("url") !== undefined) {
        throw new Misuse("--url: this command works on a data directory, name it with --data");
      }
      return loadConfig(data === undefined ? {} : { data });
    },
  };
}

function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

/** Reads a field that the service always sends. */
export function textField(answer: Readonly<Record<string, unknown>>, name: string): string {
  const value = answer[name];
  if (typeof value !== "string") {
    throw new Refusal("BAD_ANSWER", `the service's answer lacks "${name}"`);
  }
  return value;
}
