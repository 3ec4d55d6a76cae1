/**
 * Asks the service for everything that a report says, and checks what can be checked.
 *
 * @module
 */

import { formatMicroseconds, parseMicroseconds } from "../../src/activity/entries/entry-text.ts";
import { isConsistent, MERKLE } from "../../src/activity/hashing.ts";
import { parseNote, type VerifierKey } from "../../src/activity/tree/note.ts";
import { createTileReader, type TileReader } from "../../src/activity/tree/tile-reader.ts";
import { tilePath } from "../../src/activity/tree/tiles.ts";
import { readVersion } from "../../src/base/version.ts";
import { type Answer, type Client, pathOf } from "../client.ts";
import { Refusal } from "../errors.ts";
import { logKey, readLogFile, requireHead } from "../log/signed-log.ts";
import { askAll, askEdge, type LoggedEntry, textOf } from "./ask.ts";
import { changesOf, refusalsOf, releasesOf } from "./entries.ts";
import { peopleOf } from "./people.ts";
import type { Period } from "./period.ts";
import type { AgeGroup, Report, ReportHead, Use } from "./report.ts";
import { drawSamples, fetchSample, proveRange } from "./samples.ts";

const SAMPLES = 25;
/** What changes who may do what, or the log itself. */
const CHANGES = [
  "token.created",
  "token.revoked",
  "recipient.added",
  "recipient.confirmed",
  "recipient.retired",
  "customer.added",
  "identity.read",
  "identity.exported",
  "identity.corrected",
  "identity.restricted",
  "identity.released",
  "identity.erased",
  "log.exported",
  "activity.reindexed",
  "log.prune.proposed",
  "log.prune.approved",
  "log.pruned",
  "log.restored",
  "service.initialised",
  "clock.stepped",
  "exchange.fork",
  "witness.overdue",
  "witness.refused",
] as const;

export interface Pins {
  readonly vkey: string | undefined;
  /** An older checkpoint, kept elsewhere. */
  readonly checkpoint: string | undefined;
}

/** `step` is told what is being done. */
export async function gatherReport(
  client: Client,
  period: Period,
  pins: Pins,
  step: (what: string) => void,
): Promise<Report> {
  step("head");
  const { key, vkey } = await logKey(client, pins.vkey);
  const head = await signedHead(client, key, vkey, pins);
  const { below } = await client.call("GET", pathOf(["v1", "activity", "prunes"]));
  const people = await peopleOf(client);
  const names = new Map(people.map(({ id, shown }) => [id, shown]));
  const nameOf = (actor: string): string => names.get(actor) ?? actor;
  // The log may grow while it is asked: nothing in the report lies beyond its head.
  const within = { ...period, before: String(head.size) };
  const [first, last] = [
    await askEdge(client, within, "asc"),
    await askEdge(client, within, "desc"),
  ];
  const entries = (query: Readonly<Record<string, string>>) =>
    askAll<LoggedEntry>(client, "activity", { ...within, ...query });
  step("releases");
  const links = new Map(
    (await askAll<Answer>(client, "links", {})).map((link) => [textOf(link, "reference"), link]),
  );
  const dispatched = await entries({ action: "link.dispatched" });
  step("refusals");
  const refused = [
    ...(await entries({ outcome: "refused" })),
    ...(await entries({ outcome: "failed" })),
  ];
  step("changes");
  const changed: LoggedEntry[] = [];
  for (const action of CHANGES) {
    changed.push(...(await entries({ action })));
  }
  const ages = (await client.call("GET", pathOf(["v1", "keys", "ages"])))["groups"];
  const range = first === null || last === null ? null : { first: first.index, last: last.index };
  step("samples");
  const samples = [];
  if (range !== null) {
    const root = Buffer.from(head.root, "base64");
    const { checkpoint, size } = head;
    const prover = { client, key, tree: servedTree(client, size), checkpoint, nameOf };
    await proveRange(prover, period, { ...range, below: Number(below), size });
    for (const index of drawSamples(root, range.first, range.last, SAMPLES)) {
      samples.push(await fetchSample(prover, index));
    }
  }
  return {
    period,
    madeAt: new Date().toISOString(),
    version: readVersion(),
    head,
    pruned: Number(below),
    entries: range === null ? null : { ...range, count: range.last - range.first + 1 },
    releases: releasesOf(dispatched, links, nameOf),
    refusals: refusalsOf(refused, nameOf),
    changes: changesOf(changed, nameOf),
    uses: last === null ? [] : await usesOf(client, period, textOf(last.entry, "at"), nameOf),
    ages: ages as AgeGroup[],
    samples,
    people,
  };
}

async function signedHead(
  client: Client,
  key: VerifierKey,
  vkey: string,
  pins: Pins,
): Promise<ReportHead> {
  const checkpoint = (await readLogFile(client, "checkpoint")).toString("utf8");
  const { origin, size, root } = requireHead(checkpoint, key, "service");
  const lines = parseNote(checkpoint)?.signatures ?? [];
  let extendsSize: number | null = null;
  if (pins.checkpoint !== undefined) {
    const old = requireHead(pins.checkpoint, key, "--checkpoint");
    const path = old.size <= size ? await servedTree(client, size).consistencyProof(old.size) : [];
    if (!isConsistent(old, { size, root }, path)) {
      const detail = `the checkpoint of ${old.size} entries is not a beginning of this log of ${size}`;
      throw new Refusal("LOG_FORK", detail);
    }
    extendsSize = old.size;
  }
  return {
    origin,
    size,
    root: Buffer.from(root).toString("base64"),
    checkpoint,
    vkey,
    isPinned: pins.vkey !== undefined,
    extendsSize,
    witnesses: lines.filter(({ name }) => name !== origin).map(({ name }) => name),
  };
}

/** The tree as the service's tiles give it; what comes of it is checked against a signed root. */
function servedTree(client: Client, size: number): TileReader {
  return createTileReader(MERKLE, async (tile) => await readLogFile(client, tilePath(tile)), size);
}

/** @param last time of the last entry that counts */
async function usesOf(
  client: Client,
  { from }: Period,
  last: string,
  nameOf: (actor: string) => string,
): Promise<Use[]> {
  const to = formatMicroseconds(parseMicroseconds(last) + 1);
  const query = { from, to, action: "frames.decrypted", by: "actor", buckets: "1" };
  const { series } = await client.call("GET", pathOf(["v1", "activity", "timeline"], query));
  return (series as { name: string; counts: number[] }[]).map(({ name, counts }) => ({
    by: nameOf(name),
    entries: counts.reduce((sum, n) => sum + n, 0),
  }));
}
