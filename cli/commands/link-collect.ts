/**
 * `meterseal link collect`: the customer's own client; it talks to the exchange and needs no token.
 *
 * The keys are written out before receipt is confirmed, because confirming erases the package.
 * Whoever does not get them prints nothing on stdout.
 *
 * @module
 */
import { readFile, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { type Command, Option } from "commander";
import type { Collected } from "../../src/handover/collect.ts";
import type { Bundle } from "../../src/handover/protocol/bundle.ts";
import type { PackageHeader } from "../../src/handover/protocol/manifest.ts";
import { readClientIdentity } from "../client-identity.ts";
import { type Context, run } from "../context.ts";
import { codeOf, Misuse, Refusal } from "../errors.ts";
import { deliverInner, openInner, readIdentities } from "../inner-file.ts";
import type { Output } from "../output.ts";
import { pinSource } from "../pin.ts";
import {
  exists,
  type PendingFile,
  preparePrivateFile,
  replacePrivateFile,
} from "../private-file.ts";
import { count, show } from "../text.ts";

/** The link or the PIN as typed cannot be one: misuse, not a refusal. */
const MISTYPED: ReadonlySet<string> = new Set(["LINK_FORMAT", "PIN_FORMAT", "RESUME_FORMAT"]);

/** Adds the verb `collect` to the noun `link`. */
export function addLinkCollect(noun: Command): void {
  noun
    .command("collect")
    .description("collect the keys behind a link, once, on this machine")
    .argument("<link>", "the whole link, with the part after #")
    .option("--pin <pin>", "the PIN; - reads it from standard input; without it, it is asked for")
    .option("--issuer <fingerprint>", "accept only a package signed by this key")
    .addOption(new Option("--format <format>", "form of the keys").choices(["json"]))
    .option("--out <file>", "write the keys to a new private file, not to stdout")
    .option("--identity <file>", "open an age file at once with this age identity")
    .option("--client-cert <file>", "show this certificate to the exchange, PEM")
    .option("--client-key <file>", "its private key, PEM")
    .option("--resume <file>", "keep the claim in a private file, to go on after a break")
    .action(run(collect));
}

async function collect(context: Context, link = ""): Promise<number> {
  const { option, output } = context;
  if (!/#./.test(link)) {
    throw new Misuse("link: the part after # is missing, copy all of it and put it in quotes");
  }
  const askPin = pinSource(option("pin"));
  const identities = await readIdentities(option("identity"));
  const machine = await readClientIdentity(option("clientCert"), option("clientKey"));
  const resumeFile = option("resume");
  const resume = resumeFile === undefined ? undefined : await readResume(resumeFile);
  const out = option("out");
  // Who goes on after a break may have the keys already, but not the receipt.
  const pending =
    out === undefined ? null : await preparePrivateFile(out, "--out", resume !== undefined);
  try {
    const { collectLink } = await import("../../src/handover/collect.ts");
    let reference = "";
    const received = await collectLink({
      link,
      pin: (waiting) => {
        reference = waiting.reference;
        announce(output, waiting);
        return askPin();
      },
      issuer: option("issuer") ?? null,
      ...(machine === null ? {} : { send: machine }),
      clock: () => new Date(),
      ...(resume === undefined ? {} : { resume }),
      ...(resumeFile === undefined
        ? {}
        : {
            store: (state) =>
              replacePrivateFile(resumeFile, `${JSON.stringify(state)}\n`, "--resume"),
          }),
    });
    const opened = identities === null ? null : await openInner(received, identities);
    const collected = opened === null ? received : { ...received, bundle: opened };
    await (collected.bundle === null
      ? deliverInner(output, collected, reference, pending)
      : deliver(output, { ...collected, bundle: collected.bundle }, pending));
    noteIssuer(output, collected);
    if (identities !== null && collected.bundle === null) {
      const detail =
        "the file is stored, not opened by this identity, and receipt is not confirmed";
      throw new Refusal("IDENTITY", detail);
    }
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
  }
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

async function deliver(
  output: Output,
  { bundle, issuer, pinned }: Collected & { readonly bundle: Bundle },
  pending: PendingFile | null,
): Promise<void> {
  const text = `${JSON.stringify(bundle)}\n`;
  if (pending === null) {
    await output.write(text);
  } else {
    await pending.commit(text);
    const { reference } = bundle.delivery;
    await output.result({ reference, meters: bundle.meters.length, issuer, pinned }, () => [
      `${count(bundle.meters.length, "meter")} collected, ${show(reference)}`,
    ]);
  }
}

function noteIssuer(output: Output, { issuer, pinned }: Collected): void {
  output.note(
    pinned
      ? `issuer ${issuer}, as pinned`
      : `issuer ${issuer}: not pinned, compare it with what came with the PIN`,
  );
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
