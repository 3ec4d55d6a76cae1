/**
 * `meterseal link collect`: the customer's own client; it talks to the exchange and needs no token.
 *
 * The keys are written out before receipt is confirmed, because confirming erases the package.
 * Whoever does not get them prints nothing on stdout. What a form needs is tried before anything is
 * claimed, and a form that cannot hold every meter leaves receipt unconfirmed.
 *
 * @module
 */
import { userInfo } from "node:os";
import type { Command } from "commander";
import type { Collected } from "../../src/handover/collect/collect.ts";
import { wholeFormats } from "../../src/handover/formats/formats.ts";
import type { PackageHeader } from "../../src/handover/protocol/manifest.ts";
import { type ClaimFile, openResumeFile, prepareClaimFile } from "../collect/claim-file.ts";
import { readClientIdentity } from "../collect/client-identity.ts";
import { deliver, noteIssuer } from "../collect/collected-file.ts";
import { addFormatOptions, chooseFormat } from "../collect/format-options.ts";
import { deliverInner, openInner, readIdentities } from "../collect/inner-file.ts";
import { type Context, run } from "../context.ts";
import { codeOf, Misuse, Refusal } from "../errors.ts";
import type { Output } from "../output.ts";
import type { PendingFile } from "../private-file.ts";
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
    .argument("<link>", "the whole link, with the part after #; - reads it from standard input")
    .option(
      "--pin <pin>",
      "the PIN; - reads it from standard input, after the link; without it, it is asked for",
    )
    .option("--issuer <fingerprint>", "accept only a package signed by this key")
    .option("--out <file>", "write the keys to a new private file, not to stdout")
    .option("--identity <file>", "open an age file at once with this age identity")
    .option("--client-cert <file>", "show this certificate to the exchange, PEM")
    .option("--client-key <file>", "its private key, PEM")
    .option("--resume <file>", "keep the claim in a private file, to go on after a break");
  addFormatOptions(command).action(run(collect));
}

async function collect(context: Context, given = ""): Promise<number> {
  const { option, output } = context;
  if (given !== "-") {
    demandFragment(given);
  }
  const identities = await readIdentities(option("identity"));
  const machine = await readClientIdentity(option("clientCert"), option("clientKey"));
  const out = option("out");
  demandPlace(option("format") ?? "json", out);
  const chosen = await chooseFormat(context, given);
  const { link } = chosen;
  demandFragment(link);
  if (chosen.format.legacy) {
    output.note(`warning: ${chosen.format.id} encrypts so weakly that anybody can undo it`);
    output.note(
      "use it only for software that reads nothing else, and guard the file like the keys",
    );
  }
  const claim = await openClaim(option("resume"), out);
  let pending: PendingFile | null = null;
  let isDelivered = false;
  try {
    pending = out === undefined ? null : ((await claim?.prepareOut(out)) ?? null);
    const { collectLink } = await import("../../src/handover/collect/collect.ts");
    let reference = "";
    const received = await collectLink({
      link,
      pin: (waiting) => {
        reference = waiting.reference;
        announce(output, waiting);
        return chosen.askPin();
      },
      issuer: option("issuer") ?? null,
      ...(machine === null ? {} : { send: machine }),
      clock: () => new Date(),
      ...(claim?.resume === undefined ? {} : { resume: claim.resume }),
      ...(claim === null ? {} : { store: claim.hold }),
    });
    const opened = identities === null ? null : await openInner(received, identities);
    const collected = opened === null ? received : { ...received, bundle: opened };
    const { bundle } = collected;
    if (bundle === null) {
      await deliverInner(output, collected, reference, pending);
      noteIssuer(output, collected);
    } else {
      await deliver(output, { ...collected, bundle }, chosen, { pending, claim });
    }
    isDelivered = true;
    if (identities !== null && bundle === null) {
      const detail =
        "the file is stored, not opened by this identity, and receipt is not confirmed";
      throw new Refusal("IDENTITY", detail);
    }
    await confirm(output, collected, claim);
    await claim?.finish();
    return 0;
  } catch (error) {
    if (MISTYPED.has(codeOf(error) ?? "") && error instanceof Error) {
      throw new Misuse(error.message, { cause: error });
    }
    // The part of the file first: on a full disk its room is what the claim needs.
    await pending?.discard();
    throw isDelivered || claim === null ? error : await rescued(error, claim);
  } finally {
    await pending?.discard();
    await claim?.discard();
  }
}

function demandFragment(link: string): void {
  if (!/#./.test(link)) {
    throw new Misuse("link: the part after # is missing, copy all of it and put it in quotes");
  }
}

/** After these nothing was claimed, or by somebody else. */
const NOTHING_CLAIMED = /^(?:LINK_|PIN_|CLIENT_CERTIFICATE$|KEY_POINT$|INSECURE_URL$)/;

/** Keeps a claim that may have been made, whose keys were not written; says where it is. */
async function rescued(error: unknown, kept: ClaimFile): Promise<unknown> {
  const code = codeOf(error) ?? "NOT_WRITTEN";
  if (
    kept.isNamed ||
    error instanceof Refusal ||
    NOTHING_CLAIMED.test(code) ||
    !(await kept.keep())
  ) {
    return error;
  }
  const what = error instanceof Error ? error.message : "the keys were not written";
  const next = `receipt is not confirmed, go on with --resume ${kept.path}`;
  return new Refusal(code, `${what}; ${next}`, { cause: error });
}

/** A terminal is no place for bytes, and a form that may refuse meters needs one for the claim. */
function demandPlace(format: string, out: string | undefined): void {
  const isWhole = [...wholeFormats].some((id) => id === format);
  if (out === undefined && (!isWhole || (BINARY.has(format) && process.stdout.isTTY === true))) {
    throw new Misuse(`--format ${format}: expected --out and the name of a file`);
  }
}

/** Where the claim goes; null when it goes nowhere and nobody can come back. */
async function openClaim(
  resumeFile: string | undefined,
  out: string | undefined,
): Promise<ClaimFile | null> {
  if (resumeFile !== undefined) {
    return await openResumeFile(resumeFile);
  }
  return out === undefined ? null : await prepareClaimFile(out);
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

async function confirm(
  output: Output,
  collected: Collected,
  claim: ClaimFile | null,
): Promise<void> {
  try {
    const { confirmedAt } = await collected.confirm(userInfo().username);
    output.note(`receipt confirmed at ${confirmedAt}; the exchange has erased the package`);
  } catch (cause) {
    const what = `the keys are stored and receipt is not confirmed${await nextOf(claim)}`;
    throw new Refusal(
      codeOf(cause) ?? "NOT_CONFIRMED",
      `${what}; until ${collected.windowEndsAt}`,
      { cause },
    );
  }
}

/** How receipt can be confirmed later. The keys are stored: a full disk costs the receipt alone. */
async function nextOf(claim: ClaimFile | null): Promise<string> {
  if (claim === null || !(await claim.keep().catch(() => false))) {
    return "";
  }
  const again = "run the same command again";
  return claim.isNamed
    ? `, ${again} to confirm it`
    : `, ${again} with --resume ${claim.path} to confirm it`;
}
