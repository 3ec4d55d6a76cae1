/**
 * `meterseal link collect`: the customer's own client; it talks to the exchange and needs no token.
 *
 * The keys are written out before receipt is confirmed, because confirming erases the package.
 * Whoever does not get them prints nothing on stdout. What a form needs is tried before anything is
 * claimed, and a form that cannot hold every meter leaves receipt unconfirmed.
 *
 * @module
 */
import { readFile, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import type { Command } from "commander";
import type { Collected } from "../../src/handover/collect.ts";
import { type Exported, FormatError } from "../../src/handover/formats/contract.ts";
import { wholeFormats } from "../../src/handover/formats/formats.ts";
import type { Bundle } from "../../src/handover/protocol/bundle.ts";
import type { PackageHeader } from "../../src/handover/protocol/manifest.ts";
import { type Context, run } from "../context.ts";
import { codeOf, Misuse, Refusal } from "../errors.ts";
import { addFormatOptions, type ChosenFormat, chooseFormat } from "../format-options.ts";
import type { Output } from "../output.ts";
import {
  exists,
  type PendingFile,
  preparePrivateFile,
  replacePrivateFile,
} from "../private-file.ts";
import { type KeptClaim, notWritten, prepareClaimFile, refusedMeters } from "../refused-meters.ts";
import { count, show } from "../text.ts";

/** The link or the PIN as typed cannot be one: misuse, not a refusal. */
const MISTYPED: ReadonlySet<string> = new Set(["LINK_FORMAT", "PIN_FORMAT", "RESUME_FORMAT"]);

/** Forms that no terminal can show. */
const BINARY: ReadonlySet<string> = new Set(["cms", "wmbusmeters", "esphome"]);

/** Adds the verb `collect` to the noun `link`. */
export function addLinkCollect(noun: Command): void {
  const command = noun
    .command("collect")
    .description("collect the keys behind a link, once, on this machine")
    .argument("<link>", "the whole link, with the part after #")
    .option("--pin <pin>", "the PIN; - reads it from standard input; without it, it is asked for")
    .option("--issuer <fingerprint>", "accept only a package signed by this key")
    .option("--out <file>", "write the keys to a new private file, not to stdout")
    .option("--resume <file>", "keep the claim in a private file, to go on after a break");
  addFormatOptions(command).action(run(collect));
}

async function collect(context: Context, link = ""): Promise<number> {
  const { option, output } = context;
  if (!/#./.test(link)) {
    throw new Misuse("link: the part after # is missing, copy all of it and put it in quotes");
  }
  const out = option("out");
  const resumeFile = option("resume");
  demandPlace(option("format") ?? "json", out);
  const chosen = await chooseFormat(context);
  if (chosen.format.legacy) {
    output.note(`warning: ${chosen.format.id} encrypts so weakly that anybody can undo it`);
    output.note(
      "use it only for software that reads nothing else, and guard the file like the keys",
    );
  }
  const resume = resumeFile === undefined ? undefined : await readResume(resumeFile);
  // Who goes on after a break may have the keys already, but not the receipt.
  const pending =
    out === undefined ? null : await preparePrivateFile(out, "--out", resume !== undefined);
  let kept: KeptClaim | null = null;
  try {
    // JSON cannot fail where there was room for the file; any other form may.
    if (out !== undefined && resumeFile === undefined && chosen.format.id !== "json") {
      kept = await prepareClaimFile(out);
    }
    const store = claimStore(resumeFile, kept);
    const { collectLink } = await import("../../src/handover/collect.ts");
    const collected = await collectLink({
      link,
      pin: (waiting) => {
        announce(output, waiting);
        return chosen.askPin();
      },
      issuer: option("issuer") ?? null,
      clock: () => new Date(),
      ...(resume === undefined ? {} : { resume }),
      ...(store === undefined ? {} : { store }),
    });
    await deliver(output, collected, chosen, { pending, kept, resumeFile });
    await confirm(output, collected, resumeFile !== undefined);
    if (resumeFile !== undefined) {
      await rm(resumeFile, { force: true });
    }
    return 0;
  } catch (error) {
    throw MISTYPED.has(codeOf(error) ?? "") && error instanceof Error
      ? new Misuse(error.message, { cause: error })
      : error;
  } finally {
    await pending?.discard();
    await kept?.discard();
  }
}

/** A terminal is no place for bytes, and a form that may refuse meters needs one for the claim. */
function demandPlace(format: string, out: string | undefined): void {
  const isWhole = [...wholeFormats].some((id) => id === format);
  if (out === undefined && (!isWhole || (BINARY.has(format) && process.stdout.isTTY === true))) {
    throw new Misuse(`--format ${format}: expected --out and the name of a file`);
  }
}

/** Where the claim goes before it is made: into the resume file, or in memory until it is needed. */
function claimStore(resumeFile: string | undefined, kept: KeptClaim | null) {
  if (resumeFile !== undefined) {
    return (state: unknown) =>
      replacePrivateFile(resumeFile, `${JSON.stringify(state)}\n`, "--resume");
  }
  return kept === null ? undefined : async (state: unknown) => kept.hold(state);
}

/** Says from whom, for whom and why, before anybody types a PIN. */
function announce(
  output: Output,
  { sender, to, purpose, count: meters, reference }: PackageHeader,
): void {
  output.note(`${sender} has the keys of ${count(meters, "meter")} waiting, ${show(reference)}`);
  output.note(`to:      ${to}`);
  output.note(`purpose: ${purpose}`);
}

interface Places {
  readonly pending: PendingFile | null;
  readonly kept: KeptClaim | null;
  readonly resumeFile: string | undefined;
}

async function deliver(
  output: Output,
  { bundle, issuer, pinned, windowEndsAt }: Collected,
  chosen: ChosenFormat,
  { pending, kept, resumeFile }: Places,
): Promise<void> {
  if (bundle === null) {
    throw new Refusal("INNER_LAYER", "the keys are encrypted to the recipient's own key");
  }
  const again = { windowEndsAt, resume: resumeFile ?? kept?.path ?? null };
  const { bytes, refused } = await write(bundle, chosen).catch(async (error: unknown) => {
    await kept?.keep();
    throw notWritten(error, again);
  });
  const { reference } = bundle.delivery;
  const missing = refused.filter(({ code }) => code !== "MASTER_KEY");
  const meters = bundle.meters.length - missing.length;
  if (refused.length > 0) {
    await kept?.keep();
  }
  if (pending === null) {
    await output.write(bytes);
  } else if (meters > 0) {
    await pending.commit(bytes);
    const { id } = chosen.format;
    const more = id === "json" ? {} : { format: id, refused };
    await output.result({ reference, meters, issuer, pinned, ...more }, () => [
      `${count(meters, "meter")} collected, ${show(reference)}`,
    ]);
  }
  output.note(
    pinned
      ? `issuer ${issuer}, as pinned`
      : `issuer ${issuer}: not pinned, compare it with what came with the PIN`,
  );
  if (refused.length > 0) {
    throw refusedMeters(output, chosen.format, refused, again);
  }
}

/** A form that can hold no meter at all writes nothing and refuses each. */
async function write(
  bundle: Bundle,
  { format, options }: ChosenFormat,
): Promise<Pick<Exported, "bytes" | "refused">> {
  try {
    return await format.write(bundle, options);
  } catch (error) {
    if (error instanceof FormatError && error.refused.length === bundle.meters.length) {
      return { bytes: new Uint8Array(), refused: error.refused };
    }
    throw error;
  }
}

async function confirm(output: Output, collected: Collected, resumable: boolean): Promise<void> {
  try {
    const { confirmedAt } = await collected.confirm(userInfo().username);
    output.note(`receipt confirmed at ${confirmedAt}; the exchange has erased the package`);
  } catch (cause) {
    const next = resumable ? ", run the same command again to confirm it" : "";
    throw new Refusal(
      codeOf(cause) ?? "NOT_CONFIRMED",
      `the keys are stored and receipt is not confirmed${next}; until ${collected.windowEndsAt}`,
      { cause },
    );
  }
}

async function readResume(file: string): Promise<unknown> {
  if (!(await exists(file))) {
    return undefined;
  }
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    throw new Misuse("--resume: expected a file that link collect has written");
  }
}
