/**
 * The steps of the demo, in the order of the product's own story: enrol, hand over, decrypt,
 * abuse, audit.
 *
 * @module
 */
import { collectLink } from "../../src/handover/collect/collect.ts";
import { HandoverError } from "../../src/handover/protocol/errors.ts";
import type { Output } from "../output.ts";
import { type Account, demand, rate } from "./account.ts";
import { auditSteps } from "./audit-steps.ts";
import type { Answer, Deployment } from "./deployment.ts";
import { type CollectedMeter, type FreshFrame, freshFrame } from "./fresh-frames.ts";
import { keepRunning } from "./kept.ts";
import { lookAtPage } from "./page-step.ts";
import { publishedFrames } from "./published.ts";

export interface StepOptions {
  readonly meters: number;
  readonly keep: boolean;
  readonly output: Output;
}

const PROFILES = ["wmbus", "ell", "dlms-suite-0", "dlms-suite-2"] as const;
const FRAMES_PER_METER = 20;
const ROLES = ["installer", "custodian", "data-management", "auditor"] as const;

type Tokens = Readonly<Record<(typeof ROLES)[number], string>>;

export async function runSteps(
  deployment: Deployment,
  account: Account,
  options: StepOptions,
): Promise<void> {
  const { call, admin } = deployment;
  const tokens = {} as Record<(typeof ROLES)[number], string>;
  let customer = "";
  let link: { link: string; pin: string; issuer: string; reference: string };
  let keys: readonly CollectedMeter[] = [];
  let confirm = async (_name: string): Promise<unknown> => null;
  const published = publishedFrames();

  await account.step("customer and tokens", async () => {
    customer = (await call("POST", "/v1/customers", admin, { name: "Housing Demo" })).customer;
    for (const role of ROLES) {
      const purpose = "demo";
      tokens[role] = (await call("POST", "/v1/tokens", admin, { role, purpose })).token;
    }
    return `one customer, one token for each of ${ROLES.length} roles`;
  });

  await account.step("enrol generated meters", async () => {
    const rows = Array.from({ length: options.meters }, (_, i) => generatedMeter(i));
    const start = performance.now();
    const path = `/v1/meters/import?customer=${customer}`;
    const report = await call("POST", path, tokens.installer, ndjson(rows));
    demand(report.imported === options.meters, "not every meter was enrolled");
    return `${report.imported} meters over ${PROFILES.length} profiles, ${rate(report.imported, start)}`;
  });

  await account.step("import published meters", async () => {
    const rows = published.map(({ address, key, authKey }) => ({
      address,
      key,
      ...(authKey === "" ? {} : { auth_key: authKey }),
    }));
    const path = `/v1/meters/import?customer=${customer}&order=published&allowWeak=true`;
    const report = await call("POST", path, tokens.custodian, ndjson(rows));
    demand(report.imported === published.length, "not every published meter was imported");
    return `${report.imported} meters with the keys that were published with their frames`;
  });

  await account.step("dispatch a link", async () => {
    const wanted = { customer, all: true, to: "Clerk of Housing Demo", purpose: "order 1" };
    link = await call("POST", "/v1/links", tokens.custodian, wanted);
    return `${link.reference}: link for the mail, PIN for the phone`;
  });

  await account.step("the collecting page", () => lookAtPage(link.link));

  await account.step("collect the keys", async () => {
    const start = performance.now();
    const collected = await collect(link);
    keys = collected.bundle?.meters ?? [];
    demand(collected.pinned, "the issuer was not pinned");
    demand(keys.length === options.meters + published.length, "the package is not complete");
    confirm = collected.confirm;
    return `${keys.length} meters opened, signature and counts verified, ${rate(keys.length, start)}`;
  });

  await account.step("a second claimer", async () => {
    const code = await codeOf(collect(link));
    demand(code === "LINK_COLLECTED", `the second claimer got ${code}`);
    return `refused: ${code}`;
  });

  await account.step("confirm", async () => {
    await confirm("demo");
    return "receipt signed, package erased at the exchange";
  });

  await decryptSteps(deployment, account, tokens, keys, published, options);
  if (options.keep) {
    await keepRunning(deployment, { customer, tokens }, options.output);
  }
  await auditSteps(deployment, account);
}

async function decryptSteps(
  { call }: Deployment,
  account: Account,
  tokens: Tokens,
  keys: readonly CollectedMeter[],
  published: ReturnType<typeof publishedFrames>,
  { meters }: StepOptions,
): Promise<void> {
  const own = keys.slice(0, meters);
  const decrypt = (frames: readonly { frame: string }[]): Promise<Answer[]> => {
    const rows = frames.map(({ frame }, ref) => ({ ref, frame }));
    return call("POST", "/v1/frames/decrypt", tokens["data-management"], ndjson(rows));
  };

  await account.step("decrypt published frames", async () => {
    const rows = await decrypt(published);
    const good = rows.filter((row, i) => agrees(row.plaintext, published[i]?.plaintext ?? ""));
    demand(good.length === published.length, `${published.length - good.length} did not open`);
    return `${good.length} of ${published.length} real frames give their published plaintext`;
  });

  let fresh: FreshFrame[] = [];
  await account.step("decrypt fresh frames", async () => {
    fresh = Array.from({ length: FRAMES_PER_METER }, (_, n) =>
      own.map((meter) => freshFrame(meter, n)),
    ).flat();
    const start = performance.now();
    const rows = await decrypt(fresh);
    const speed = rate(fresh.length, start);
    const good = rows.filter((row, i) => row.plaintext === fresh[i]?.plaintext);
    demand(good.length === fresh.length, `${fresh.length - good.length} did not open`);
    demand(
      !rows.some((row) => row.freshness === "duplicate"),
      "a fresh frame was called a duplicate",
    );
    return `${good.length} frames from the collected keys, ${speed}`;
  });

  const dlms = own.findIndex((meter) => meter.profile === "dlms-suite-2");
  const [wmbus, authenticated] = [fresh[0], fresh[dlms]] as [FreshFrame, FreshFrame];

  await account.step("a repeated frame", async () => {
    const rows = await decrypt([wmbus, authenticated]);
    demand(
      rows.every((row) => row.freshness === "duplicate"),
      "the repetition was not seen",
    );
    return "answered and marked: duplicate";
  });

  await account.step("a wrong key", async () => {
    const [first, other] = [own[dlms], own[dlms + PROFILES.length]];
    const forged = freshFrame({ ...first!, keys: other?.keys ?? [] }, 1000);
    const [row] = await decrypt([forged]);
    demand(row.error?.code === "TAG_FAILED", "a frame under another meter's key was accepted");
    return `refused: ${row.error.code}`;
  });

  await account.step("a tampered frame", async () => {
    const bytes = Buffer.from(freshFrame(own[dlms]!, 1002).frame, "hex");
    bytes[30]! ^= 1;
    const [row] = await decrypt([{ frame: bytes.toString("hex") }]);
    demand(["TAG_FAILED", "FRAME_CRC"].includes(row.error?.code), "a changed frame was accepted");
    return `refused: ${row.error.code}`;
  });
}

/** Number i of the generated meters; profiles take turns. */
function generatedMeter(i: number) {
  const profile = PROFILES[i % PROFILES.length] ?? "wmbus";
  const number = String(10_000_000 + i);
  const address = profile.startsWith("dlms")
    ? `st:${Buffer.from("MSL").toString("hex")}${number.padStart(10, "0")}`
    : `MSL-${number}/01/07`;
  return { address, profile, name: `demo-${i}`, order: "demo" };
}

async function collect({ link, pin, issuer }: { link: string; pin: string; issuer: string }) {
  return await collectLink({
    link,
    pin: () => pin,
    issuer,
    clock: () => new Date(),
  });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "nothing";
  } catch (error) {
    return error instanceof HandoverError ? error.code : String((error as Error).name);
  }
}

/** Some publications count the payload CRC or trailing bytes in: ours must stand inside theirs. */
function agrees(plaintext: string | undefined, publishedText: string): boolean {
  return plaintext !== undefined && publishedText.includes(plaintext);
}

function ndjson(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
