/**
 * Vouches again for meters and what became of them, when the entries that did are about to go.
 *
 * @module
 */
import {
  PruneAuditError,
  type Restated,
  type Restater,
  type RestateStep,
} from "../activity/retention/restate.ts";
import { parseId } from "../base/ids.ts";
import { batchCommitment } from "./commitment.ts";
import { customersByUid } from "./customers-of.ts";
import {
  describeLife,
  livesInTables,
  loggedLives,
  type RestatedLife,
  restatedLife,
} from "./logged-lives.ts";
import { agrees, type Batch, committed, customerNumbers, loggedMeters } from "./logged-meters.ts";

/** Meters of an entry, unless one batch had more. */
const METERS = 2000;
const LIVES = 400;
/** Bytes of an entry's lives, well below what an entry may have. */
const LIVES_BYTES = 40_000;

export function meterRestater(): Restater {
  const { batches, visit } = loggedMeters();
  return {
    visit,
    steps(below) {
      const old = [...batches()].filter(({ index }) => index < below);
      old.sort((a, b) => (a.customer === b.customer ? a.from - b.from : order(a, b)));
      return joined(old).map((group) => meterStep(group));
    },
  };
}

export function lifeRestater(): Restater {
  const { lives, visit } = loggedLives();
  return {
    visit,
    steps(below) {
      const ids = [...lives].flatMap(([id, { first }]) => (first < below ? [id] : []));
      return Array.from(
        { length: Math.ceil(ids.length / LIVES) },
        (_, i): RestateStep =>
          async (trx) => {
            const group = ids.slice(i * LIVES, (i + 1) * LIVES);
            const uids = group.map((id) => Buffer.from(parseId("mtr", id) ?? []));
            const found = await livesInTables(trx, uids);
            if (group.some((id) => describeLife(lives.get(id)) !== describeLife(found.get(id)))) {
              throw new PruneAuditError("meters: states of keys are not what was logged");
            }
            const owners = await customersByUid(trx, uids);
            const parts = new Map<string, RestatedLife[][]>();
            for (const id of group) {
              add(parts, owners.get(id) ?? "", restatedLife(id, lives.get(id)!));
            }
            return [...parts].flatMap(([customer, pages]) =>
              pages.map(
                (page): Restated => ({
                  action: "lives.restated",
                  fields: { customer, lives: page },
                }),
              ),
            );
          },
      );
    },
  };
}

function meterStep(group: readonly Batch[]): RestateStep {
  const { customer, from } = group[0]!;
  const { to } = group.at(-1)!;
  return async (trx) => {
    const num = (await customerNumbers(trx)).get(customer);
    const meters = num === undefined ? [] : await committed(trx, num, from, to);
    const isWhole = group.every((batch) => {
      const own = meters.filter(({ number }) => batch.from <= number && number <= batch.to);
      return agrees(batch, own);
    });
    if (!isWhole) {
      const detail = `meters of ${customer}, ${from} to ${to}: the rows are not what was logged`;
      throw new PruneAuditError(detail);
    }
    const fields = { customer, from, to, commitments: batchCommitment(meters) };
    return [{ action: "meters.restated", fields }];
  };
}

/** Neighbours become one range, up to a size. */
function joined(batches: readonly Batch[]): Batch[][] {
  const groups: Batch[][] = [];
  for (const batch of batches) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const fits =
      last !== undefined &&
      last.customer === batch.customer &&
      last.to + 1 === batch.from &&
      batch.to - group![0]!.from < METERS;
    if (fits) {
      group!.push(batch);
    } else {
      groups.push([batch]);
    }
  }
  return groups;
}

function add(parts: Map<string, RestatedLife[][]>, customer: string, life: RestatedLife): void {
  const pages = parts.get(customer) ?? [[]];
  const last = pages.at(-1)!;
  if (JSON.stringify(last).length + JSON.stringify(life).length > LIVES_BYTES) {
    pages.push([life]);
  } else {
    last.push(life);
  }
  parts.set(customer, pages);
}

function order(a: Batch, b: Batch): number {
  return a.customer < b.customer ? -1 : 1;
}
