/**
 * Where link and PIN go: never into one file.
 *
 * Whoever finds a file with both has the keys. So a PIN is printed beside its link only to where
 * nothing is kept, a terminal or a pipe, or where a program asked for both (`--json`). The files
 * are made before the first link, so that a full disk is found out while it costs nothing. A PIN
 * is on disk before anybody can see its link: a command that is killed leaves no link without one.
 *
 * @module
 */
import { fstatSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Answer, Client } from "../client.ts";
import { type Context, textField } from "../context.ts";
import { csvLine } from "../csv-out.ts";
import { Misuse, Refusal } from "../errors.ts";
import { type PendingFile, preparePrivateFile } from "../private-file.ts";
import { openPrivateList } from "../private-list.ts";
import { show } from "../text.ts";
import type { TextKind } from "./texts.ts";
import type { LinkWish } from "./wish.ts";

/** The mail is the last: it shows the link. */
const TEXTS: readonly TextKind[] = ["letter", "sms", "mail"];

const PINS_HEAD = csvLine(["reference", "to", "pin_to", "pin", "issuer"]);

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
  /**
   * Takes what the service has answered for a wish; when it is done, the PIN is on disk.
   *
   * @throws {@link Refusal} `PIN_LOST`, `LINK_LOST`: the link must not be shown, and be re-issued
   */
  hand(client: Client, made: Answer, wish: LinkWish): Promise<void>;
  /** Takes away the files that nothing was written to. */
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
  const { factsOf, parseTimeZone, writeText } = await import("./texts.ts");
  const timeZone = parseTimeZone(option("timeZone"));
  const open: Pick<PendingFile, "discard">[] = [];
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
    const list = pins === undefined ? null : await openPrivateList(pins, "--pins", PINS_HEAD);
    open.push(...(list === null ? [] : [list]));
    const files = {
      mail: await place(paths.mail, "--mail"),
      letter: await place(paths.letter, "--letter"),
      sms: await place(paths.sms, "--sms"),
    };
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
        let isKept = false;
        try {
          // First of all: whatever fails from here on, the PIN is not lost.
          const row = [reference, wish.to, wish.pinTo ?? "", textField(made, "pin")];
          await list?.append(csvLine([...row, show(made["issuer"])]));
          isKept = list !== null;
          const wanted = TEXTS.filter((kind) => paths[kind] !== undefined);
          if (wanted.length === 0) {
            return;
          }
          const facts = await factsOf(client, reference, timeZone);
          for (const kind of wanted) {
            await put(kind, paths[kind] ?? "", reference, writeText(kind, facts, wish, made));
            isKept ||= kind !== "mail";
          }
        } catch (error) {
          throw lost(reference, isKept ? "link" : "PIN", error);
        }
      },
      close: () => discard(open),
    };
  } catch (error) {
    await discard(open);
    throw error;
  }
}

/** Nobody has seen the link yet, and nobody shall. */
function lost(reference: string, what: "link" | "PIN", cause: unknown): Refusal {
  const why = cause instanceof Error ? cause.message : "unexpected failure";
  const code = what === "PIN" ? "PIN_LOST" : "LINK_LOST";
  const next = `the ${what} of ${reference} is lost, use link reissue ${reference}`;
  return new Refusal(code, `${why}; ${next}`, { cause });
}

async function discard(files: readonly Pick<PendingFile, "discard">[]): Promise<void> {
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
