/**
 * From options and files to the links that are wanted; all of it is checked before the first of
 * them is made.
 *
 * @module
 */
import { open } from "node:fs/promises";
import type { Client } from "../client.ts";
import type { Context } from "../context.ts";
import { Misuse, Refusal } from "../errors.ts";
import { describeFault, loadMeterNames } from "../meter-names.ts";
import { count } from "../text.ts";
import { demandTwoWays, type LinkWish, type Ways } from "./wish.ts";

/** Faults that are printed; the rest is counted. */
const MAX_SHOWN = 50;
/** As the service's own limit. */
const MAX_METERS = 100_000;

/** The service, connected to when it is first needed. */
export type Connect = () => Promise<Client>;

/** The link that the options ask for. @throws {@link Misuse}, {@link Refusal} */
export async function singleWish(context: Context, connect: Connect): Promise<LinkWish> {
  const { option } = context;
  const [to, purpose] = [option("to"), option("purpose")];
  if (to === undefined || purpose === undefined) {
    throw new Misuse("expected --to and --purpose: who receives the keys, and why");
  }
  const ways = await readWays(context);
  return { line: null, to, purpose, ...ways, selection: await chosenMeters(context, connect) };
}

/** Ways of link and PIN, as the options say. @throws {@link Misuse} */
export async function readWays({ option }: Context): Promise<Ways> {
  const { parseLanguage } = await import("./texts.ts");
  const [email, pinTo] = [option("email") ?? null, option("pinTo") ?? null];
  demandTwoWays(email, pinTo);
  return { email, pinTo, language: parseLanguage(option("language")) };
}

/** The links that a file asks for. @throws {@link Misuse}, {@link Refusal} */
export async function listedWishes(
  { flag, option, output }: Context,
  connect: Connect,
  path: string,
): Promise<readonly LinkWish[]> {
  const others = ["to", "meters", "serials", "order", "email", "pinTo"].filter(
    (name) => option(name) !== undefined,
  );
  if (others.length > 0 || flag("all")) {
    throw new Misuse("--recipients: the file says who gets which meters, leave the others out");
  }
  const { parseLanguage } = await import("./texts.ts");
  const { isMailLanguage } = await import("../../src/handover/mail/write.ts");
  const { readRecipients } = await import("./recipients.ts");
  const language = parseLanguage(option("language"));
  const defaults = { purpose: option("purpose") ?? null, language, isLanguage: isMailLanguage };
  const find = await loadMeterNames(await connect(), option("customer") ?? "");
  const { wishes, faults } = await reading(path, (bytes) => readRecipients(bytes, find, defaults));
  report(faults, output);
  return wishes;
}

async function chosenMeters(
  context: Context,
  connect: Connect,
): Promise<Readonly<Record<string, unknown>>> {
  const { flag, option } = context;
  const named = option("meters")
    ?.split(",")
    .map((meter) => meter.trim())
    .filter((meter) => meter !== "");
  const [order, serials] = [option("order"), option("serials")];
  const choices = [flag("all") || undefined, named, order, serials].filter(
    (one) => one !== undefined,
  );
  if (choices.length !== 1 || named?.length === 0) {
    throw new Misuse("expected one of --all, --meters, --serials, --order and --recipients");
  }
  if (serials !== undefined) {
    return { meters: await serialsOf(context, connect, serials) };
  }
  if (named !== undefined) {
    return { meters: await resolveBare(connect, option("customer") ?? "", named) };
  }
  return order === undefined ? { all: true } : { order };
}

async function serialsOf(
  { option, output }: Context,
  connect: Connect,
  path: string,
): Promise<readonly string[]> {
  const { readSerials } = await import("./recipients.ts");
  const find = await loadMeterNames(await connect(), option("customer") ?? "");
  const { ids, faults } = await reading(path, (bytes) => readSerials(bytes, find));
  report(faults, output);
  if (ids.length > MAX_METERS) {
    throw new Misuse(`--serials: expected at most ${MAX_METERS} meters, use --order or --all`);
  }
  return ids;
}

/** Ids, addresses and names go as they are; the service does not know serial numbers alone. */
async function resolveBare(
  connect: Connect,
  customer: string,
  named: readonly string[],
): Promise<readonly string[]> {
  if (!named.some((name) => /^\d+$/.test(name))) {
    return named;
  }
  const find = await loadMeterNames(await connect(), customer);
  return named.map((name, i) => {
    const found = find(name);
    if ("fault" in found) {
      throw new Refusal(found.fault, `--meters, number ${i + 1}: ${describeFault(found.fault)}`);
    }
    return found.id;
  });
}

async function reading<T>(
  path: string,
  read: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const file = await open(path).catch(() => {
    throw new Misuse("the file cannot be read");
  });
  try {
    return await read(file.createReadStream({ autoClose: false }));
  } finally {
    await file.close();
  }
}

function report(
  faults: readonly { readonly line: number; readonly detail: string }[],
  output: Context["output"],
): void {
  for (const { line, detail } of faults.slice(0, MAX_SHOWN)) {
    output.note(`line ${line}: ${detail}`);
  }
  if (faults.length > MAX_SHOWN) {
    output.note(`and ${faults.length - MAX_SHOWN} more`);
  }
  if (faults.length > 0) {
    const what = count(faults.length, "fault");
    throw new Refusal("LIST_REFUSED", `${what} in the file: no link was made`);
  }
}
