/**
 * Where link and PIN go: never into one file.
 *
 * Whoever finds a file with both has the keys. So a PIN is printed beside its link only to where
 * nothing is kept, a terminal or a pipe, or where a program asked for both (`--json`). The files
 * are made before the first link, so that a full disk is found out while it costs nothing.
 *
 * @module
 */
import { fstatSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Answer, Client } from "./client.ts";
import { type Context, textField } from "./context.ts";
import { csvLine } from "./csv-out.ts";
import { Misuse } from "./errors.ts";
import type { TextKind } from "./link-texts.ts";
import type { LinkWish } from "./link-wish.ts";
import { type PendingFile, preparePrivateFile } from "./private-file.ts";
import { show } from "./text.ts";

const TEXTS: readonly TextKind[] = ["mail", "letter", "sms"];

/** Adds the options that say where link and PIN go. */
export function addChannelOptions(command: Command): Command {
  return command
    .option("--pins <file>", "write the PIN to a new private CSV file, not to stdout")
    .option("--mail <file>", "write the mail with the link to a new private file")
    .option("--letter <file>", "write the letter with the PIN to a new private file, not to stdout")
    .option("--sms <file>", "write the text message with the PIN to a new private file, likewise")
    .option("--email <address>", "where the link goes; heads the mail, is not stored")
    .option("--pin-to <address>", "where the PIN goes: another way than --email; is not stored")
    .option("--language <code>", "of mail and letter: da, de, en, es, it or pl; by default en")
    .option("--time-zone <name>", "in which they tell the expiry; by default this machine's");
}

export interface Channels {
  /** The PIN goes to a file, so it is not printed. */
  readonly takesPin: boolean;
  /** Takes what the service has answered for a wish. */
  hand(client: Client, made: Answer, wish: LinkWish): Promise<void>;
  /** Writes the list of PINs; what was not handed in by now is not in it. */
  close(): Promise<void>;
}

/**
 * Opens the files of `--pins`, `--mail`, `--letter` and `--sms`; of many links, all but the first
 * are folders.
 *
 * @throws {@link Misuse} when link and PIN would end in one file, or a file cannot be made.
 */
export async function openChannels(context: Context, isMany: boolean): Promise<Channels> {
  const { option, output } = context;
  const pins = option("pins");
  const paths = { mail: option("mail"), letter: option("letter"), sms: option("sms") };
  demandApart([pins, ...Object.values(paths)]);
  const takesPin = [pins, paths.letter, paths.sms].some((path) => path !== undefined);
  if (!takesPin && !output.json) {
    demandNoFile(isMany);
  }
  const { factsOf, parseTimeZone, writeText } = await import("./link-texts.ts");
  const timeZone = parseTimeZone(option("timeZone"));
  const open: PendingFile[] = [];
  const prepare = async (path: string | undefined, name: string) => {
    const file = path === undefined ? null : await preparePrivateFile(path, name, false);
    open.push(...(file === null ? [] : [file]));
    return file;
  };
  const place = async (path: string | undefined, name: string) => {
    if (path !== undefined && isMany) {
      await makeFolder(path, name);
      return null;
    }
    return await prepare(path, name);
  };
  try {
    const pinFile = await prepare(pins, "--pins");
    const files = {
      mail: await place(paths.mail, "--mail"),
      letter: await place(paths.letter, "--letter"),
      sms: await place(paths.sms, "--sms"),
    };
    const rows: string[] = [];
    const put = async (kind: TextKind, folder: string, name: string, text: string) => {
      const path = join(folder, `${name}.txt`);
      const file = files[kind] ?? (await preparePrivateFile(path, `--${kind}`, false));
      open.push(file);
      await file.commit(text);
    };
    return {
      takesPin,
      async hand(client, made, wish) {
        const reference = textField(made, "reference");
        // First of all: whatever fails from here on, the PIN is not lost.
        const row = [reference, wish.to, wish.pinTo ?? "", textField(made, "pin")];
        rows.push(csvLine([...row, show(made["issuer"])]));
        const wanted = TEXTS.filter((kind) => paths[kind] !== undefined);
        if (wanted.length === 0) {
          return;
        }
        const facts = await factsOf(client, reference, timeZone);
        for (const kind of wanted) {
          await put(kind, paths[kind] ?? "", reference, writeText(kind, facts, wish, made));
        }
      },
      async close() {
        if (pinFile !== null && rows.length > 0) {
          const head = csvLine(["reference", "to", "pin_to", "pin", "issuer"]);
          await pinFile.commit(head + rows.join(""));
        }
        await discard(open);
      },
    };
  } catch (error) {
    await discard(open);
    throw error;
  }
}

async function discard(files: readonly PendingFile[]): Promise<void> {
  for (const file of files) {
    await file.discard();
  }
}

function demandApart(paths: readonly (string | undefined)[]): void {
  const named = paths.filter((path) => path !== undefined).map((path) => resolve(path));
  if (new Set(named).size < named.length) {
    throw new Misuse(
      "--pins, --mail, --letter and --sms: expected different files, link and PIN apart",
    );
  }
}

function demandNoFile(isMany: boolean): void {
  if (isMany) {
    throw new Misuse("--recipients: name a file for the PINs with --pins, apart from the links");
  }
  if (fstatSync(process.stdout.fd).isFile()) {
    throw new Misuse(
      "stdout is a file: link and PIN must not lie in one, name another for the PIN with --pins",
    );
  }
}

async function makeFolder(path: string, name: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch(() => {
    throw new Misuse(`${name}: the folder cannot be made there`);
  });
}
