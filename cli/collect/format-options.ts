/**
 * The form in which keys are collected, and what it needs, read before anything is claimed.
 *
 * Secrets come from files or standard input, there a line each: link, PIN, passphrase, whichever of
 * them come that way.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import {
  type ExportFormat,
  FormatError,
  type FormatOption,
  type FormatOptions,
} from "../../src/handover/formats/contract.ts";
import { exportFormats } from "../../src/handover/formats/formats.ts";
import { rehearse } from "../../src/handover/formats/rehearsal.ts";
import type { Context } from "../context.ts";
import { Misuse } from "../errors.ts";
import { pinSource } from "../pin.ts";
import { type Piped, readPiped, typeUnseen } from "../secret-input.ts";

export interface ChosenFormat {
  readonly format: ExportFormat;
  readonly options: FormatOptions;
  /** The whole link, as given or as read. */
  readonly link: string;
  readonly askPin: () => Promise<string>;
}

/** How each is named on the command line. */
const NAMES: Readonly<Record<FormatOption, string>> = {
  passphrase: "--passphrase -",
  recipient: "--recipient",
  certificate: "--certificate",
  kek: "--kek-file",
};

/** Adds what chooses a form and feeds it. */
export function addFormatOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--format <format>", "form of the keys").choices([...exportFormats.keys()]),
    )
    .option("--recipient <age1>", "age: encrypt to this recipient")
    .option("--certificate <file>", "cms: encrypt to this certificate, PEM")
    .option("--kek-file <file>", "pskc: wrap under this AES-256 key, 64 hex digits")
    .option("--passphrase <->", "age, pskc, kem: - reads it from standard input, after the PIN");
}

/**
 * Reads the link too, when it is `-`: it shares standard input with PIN and passphrase.
 *
 * @throws {@link Misuse} when an option is missing, not wanted or unusable
 */
export async function chooseFormat(context: Context, given: string): Promise<ChosenFormat> {
  const { option } = context;
  const format = [...exportFormats.values()].find(({ id }) => id === (option("format") ?? "json"));
  if (format === undefined) {
    throw new Misuse("--format: there is no such form");
  }
  const needs = givenOptions(option);
  demandFit(format, needs);
  const early: readonly Piped[] = [
    ...(given === "-" ? ["link" as const] : []),
    ...(needs.includes("passphrase") ? ["passphrase" as const] : []),
  ];
  // Alone, the PIN is read when it is known what is waiting; with others, they come together.
  const isPinEarly = option("pin") === "-" && early.length > 0;
  const askLater = isPinEarly ? null : pinSource(option("pin"));
  const piped = await readPiped(isPinEarly ? [...early, "pin"] : early);
  const { link = given, pin = "", passphrase } = piped;
  const options = {
    ...(await readOptions(option)),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(needs.length === 0 && takesNothing(format) === false
      ? { passphrase: await typePassphrase(format) }
      : {}),
  };
  await rehearseOrMisuse(format, options);
  return { format, options, link, askPin: askLater ?? (async () => pin) };
}

type Lookup = Context["option"];

function givenOptions(option: Lookup): readonly FormatOption[] {
  const passphrase = option("passphrase");
  if (passphrase !== undefined && passphrase !== "-") {
    throw new Misuse("--passphrase: expected -, others can see what stands on a command line");
  }
  return [
    ...(passphrase === undefined ? [] : ["passphrase" as const]),
    ...(option("recipient") === undefined ? [] : ["recipient" as const]),
    ...(option("certificate") === undefined ? [] : ["certificate" as const]),
    ...(option("kekFile") === undefined ? [] : ["kek" as const]),
  ];
}

function takesNothing({ needs }: ExportFormat): boolean {
  return needs.some((way) => way.length === 0);
}

/** Exactly one of the ways to satisfy a form; without any, a passphrase can still be typed. */
function demandFit(format: ExportFormat, given: readonly FormatOption[]): void {
  const isWay = format.needs.some(
    (way) => way.length === given.length && way.every((name) => given.includes(name)),
  );
  const canType =
    given.length === 0 &&
    process.stdin.isTTY === true &&
    format.needs.some((way) => way.length === 1 && way[0] === "passphrase");
  if (!isWay && !canType) {
    const ways = format.needs.map((way) => way.map((name) => NAMES[name]).join(" and "));
    const expected = takesNothing(format) ? "none of its own" : ways.join(" or ");
    throw new Misuse(`--format ${format.id}: expected as options ${expected}`);
  }
}

async function readOptions(option: Lookup): Promise<FormatOptions> {
  const recipient = option("recipient");
  const certificate = option("certificate");
  const kek = option("kekFile");
  return {
    ...(recipient === undefined ? {} : { recipient }),
    ...(certificate === undefined ? {} : { certificate: await read(certificate, "--certificate") }),
    ...(kek === undefined ? {} : { kek: await read(kek, "--kek-file") }),
  };
}

async function read(path: string, name: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => {
    throw new Misuse(`${name}: the file cannot be read`);
  });
}

/** Twice: keys under a mistyped passphrase are lost once receipt is confirmed. */
async function typePassphrase({ id }: ExportFormat): Promise<string> {
  const first = await typeUnseen(`Passphrase for the ${id} file`);
  if ((await typeUnseen("The same again")) !== first) {
    throw new Misuse("passphrase: the two are not the same");
  }
  return first;
}

async function rehearseOrMisuse(format: ExportFormat, options: FormatOptions): Promise<void> {
  try {
    await rehearse(format, options);
  } catch (error) {
    throw error instanceof FormatError ? new Misuse(error.message, { cause: error }) : error;
  }
}
