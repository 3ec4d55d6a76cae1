/**
 * What the log says of identities: restricted, released, erased, and vouched for again before a
 * prune.
 *
 * The marks in the table lie under no seal: whoever writes the database could lift a restriction,
 * or put back a sealed name whose erasure was recorded. The log decides, and the audit tells.
 *
 * @module
 */
import type { Json } from "../../activity/entries/entry.ts";
import { PruneAuditError, type Restater } from "../../activity/retention/restate.ts";
import type { LogProblem } from "../../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../../activity/verify/verify.ts";
import { noteErasure } from "../../db/erase.ts";
import type { Knex } from "../../db/open.ts";
import type { IdentityRow } from "./sealed.ts";

export interface LoggedMarks {
  readonly index: number;
  /** How entries name it: one of these fields. */
  readonly subject: { readonly [field: string]: string };
  readonly customer: Json;
  readonly isRestricted: boolean;
  readonly isErased: boolean;
  /** Of the last entry about it. */
  readonly at: string;
}

interface LoggedIdentities {
  readonly marks: Map<string, LoggedMarks>;
  visit(index: number, entry: { readonly [name: string]: Json }): void;
}

type Marks = Pick<IdentityRow, "id" | "sealed" | "restricted_at" | "erased_at">;

const ACTIONS = new Set([
  "identity.restricted",
  "identity.released",
  "identity.erased",
  "identity.restated",
]);
const SUBJECTS = ["token", "reference", "recipient"] as const;

export function loggedIdentities(): LoggedIdentities {
  const marks = new Map<string, LoggedMarks>();
  return {
    marks,
    visit(index, entry) {
      const { action } = entry;
      const field = SUBJECTS.find((name) => typeof entry[name] === "string");
      if (typeof action !== "string" || !ACTIONS.has(action) || field === undefined) {
        return;
      }
      const id = String(entry[field]);
      const { isRestricted = false, isErased = false } = marks.get(id) ?? {};
      const common = {
        index,
        subject: { [field]: id },
        customer: entry["customer"] ?? null,
        at: String(entry["at"]),
      };
      const now = {
        "identity.restricted": { isRestricted: true, isErased },
        "identity.released": { isRestricted: false, isErased },
        "identity.erased": { isRestricted, isErased: true },
      }[action] ?? {
        isRestricted: entry["restricted"] === true,
        isErased: entry["erased"] === true,
      };
      marks.set(id, { ...common, ...now });
    },
  };
}

/** Collects marks while the log is verified at start. */
export function identityMarks(): EntryVisitor & Pick<LoggedIdentities, "marks"> {
  const { marks, visit } = loggedIdentities();
  return { marks, actions: ACTIONS, visit, finish: async () => [] };
}

/** Ids that are restricted: by the log, whatever the table says, and what the table adds. */
export async function restrictedIds(
  db: Knex,
  marks: ReadonlyMap<string, LoggedMarks>,
): Promise<Set<string>> {
  const rows: Marks[] = await db("identities").whereNotNull("restricted_at").select("id");
  const logged = [...marks].flatMap(([id, { isRestricted }]) => (isRestricted ? [id] : []));
  return new Set([...rows.map(({ id }) => id), ...logged]);
}

/** Erases again what was put back after its erasure; answers how many there were. */
export async function eraseAgain(
  db: Knex,
  marks: ReadonlyMap<string, LoggedMarks>,
): Promise<number> {
  const rows: Marks[] = await db("identities").whereNotNull("sealed").select("id");
  const back = rows.flatMap(({ id }) => {
    const logged = marks.get(id);
    return logged?.isErased === true ? [{ id, erased_at: logged.at }] : [];
  });
  for (const { id, erased_at } of back) {
    await db("identities").where({ id }).update({ wrapped: null, sealed: null, erased_at });
    noteErasure(db);
  }
  return back.length;
}

/** Holds the marks in the table against the log. */
export function identityAudit(db: Knex): EntryVisitor {
  const { marks, visit } = loggedIdentities();
  return {
    actions: ACTIONS,
    visit,
    async finish() {
      // A database of an earlier release is verified as it is.
      const rows: Marks[] = (await db.schema.hasTable("identities"))
        ? await db("identities").select("id", "sealed", "restricted_at", "erased_at")
        : [];
      const known = new Map(rows.map((row) => [row.id, row]));
      const ids = new Set([...marks.keys(), ...known.keys()]);
      return [...ids].flatMap((id): LogProblem[] => {
        const logged = marks.get(id);
        return fits(known.get(id), logged)
          ? []
          : [
              {
                index: logged?.index ?? 0,
                code: "IDENTITY_CHANGED",
                detail: `identity ${id}: restriction or erasure is not what was logged`,
              },
            ];
      });
    },
  };
}

function fits(row: Marks | undefined, logged: LoggedMarks | undefined): boolean {
  const isErased = (row?.erased_at ?? null) !== null;
  return (
    ((row?.restricted_at ?? null) !== null) === (logged?.isRestricted ?? false) &&
    isErased === (logged?.isErased ?? false) &&
    !(isErased && (row?.sealed ?? null) !== null)
  );
}

const STEP = 100;

/** Vouches again for marks whose entries are about to go. */
export function identityRestater(): Restater {
  const { marks, visit } = loggedIdentities();
  return {
    visit,
    steps(below) {
      const old = [...marks].filter(
        ([, { index, isRestricted, isErased }]) => index < below && (isRestricted || isErased),
      );
      const groups = Array.from({ length: Math.ceil(old.length / STEP) }, (_, i) =>
        old.slice(i * STEP, (i + 1) * STEP).map(([id]) => id),
      );
      return groups.map((group) => async (trx) => {
        const rows: Marks[] = await trx("identities").whereIn("id", group).orderBy("id");
        if (rows.length !== group.length || !rows.every((row) => fits(row, marks.get(row.id)))) {
          throw new PruneAuditError("identities: the rows are not what was logged");
        }
        return rows.map(({ id, restricted_at, erased_at }) => ({
          action: "identity.restated",
          fields: {
            ...marks.get(id)?.subject,
            customer: marks.get(id)?.customer ?? null,
            restricted: restricted_at !== null,
            erased: erased_at !== null,
          },
        }));
      });
    },
  };
}
