/**
 * `POST /v1/meters/import`: NDJSON rows in, one report out.
 *
 * Good lines stay, each committed batch with its entry; a bad line is reported with its number
 * and a code. A caller who may not import keys is refused at the first row that carries one.
 *
 * @module
 */
import { type Request, Router } from "express";
import { z } from "zod";
import type { Caller } from "../../access/caller.ts";
import { isAllowed } from "../../access/roles.ts";
import { Problem } from "../../base/problem.ts";
import type { Customer } from "../../meters/customers.ts";
import { type Enrolment, enrolMeters } from "../../meters/enrol.ts";
import { carriesKey, checkRow, ImportRow } from "../../meters/import-row.ts";
import type { Remark } from "../../meters/remark.ts";
import type { CoreContext } from "../context.ts";
import { requireCustomer } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";
import { readLines } from "../lines.ts";
import { flag, parseValue } from "../parse.ts";

const Query = z.strictObject({
  customer: z.string().max(64).optional(),
  profile: z.string().max(40).optional(),
  order: z.string().max(200).optional(),
  allowWeak: flag,
  allowUnauthenticated: flag,
});
const BATCH = 2000;
/** A report names this many lines; beyond it counts. */
const MAX_REMARKS = 10_000;

interface Report {
  imported: number;
  readonly rejected: Remark[];
  readonly warnings: Remark[];
}

export function importRoutes(context: CoreContext): Router {
  return Router().post("/v1/meters/import", guard(context, "meters.enrol"), async (req, res) => {
    const query = parseValue(Query, req.query);
    const caller = callerOf(res);
    const customer = await requireCustomer(context, caller, query.customer);
    const { profile, order, allowWeak, allowUnauthenticated } = query;
    const defaults = { profile, order, allowWeak, allowUnauthenticated };
    res.json(await importRows(context, caller, customer, req, defaults));
  });
}

async function importRows(
  context: CoreContext,
  caller: Caller,
  customer: Customer,
  req: Request,
  defaults: Parameters<typeof checkRow>[2],
): Promise<Report> {
  const report: Report = { imported: 0, rejected: [], warnings: [] };
  const assumed = new Map<string, Remark & { count: number }>();
  const mayImportKeys = isAllowed(caller.role, "meters.import-keys");
  let batch: Enrolment[] = [];

  const commit = async (): Promise<void> => {
    if (batch.length === 0) {
      return;
    }
    const part = await enrolMeters(context, caller, customer, batch, false);
    batch = [];
    context.directory.invalidate();
    report.imported += part.enrolled.length;
    remark(report.rejected, part.rejected);
    remark(report.warnings, part.warnings);
  };

  const take = (text: string, lineNumber: number): void => {
    const row = parseRow(text);
    const line = row?.line ?? lineNumber;
    if (row === null) {
      remark(report.rejected, [
        { line, code: "ROW_FORMAT", detail: "expected a JSON object of known columns" },
      ]);
      return;
    }
    if (row.customer !== undefined && row.customer !== customer.id) {
      remark(report.rejected, [
        { line, code: "CUSTOMER_UNKNOWN", detail: "expected the customer of this import" },
      ]);
      return;
    }
    if (!mayImportKeys && carriesKey(row)) {
      if (report.imported === 0) {
        throw new Problem(403, "FORBIDDEN", "rows that carry keys need the role custodian");
      }
      remark(report.rejected, [
        { line, code: "FORBIDDEN", detail: "rows that carry keys need the role custodian" },
      ]);
      return;
    }
    const checked = checkRow(row, line, defaults);
    if ("code" in checked) {
      remark(report.rejected, [checked]);
      return;
    }
    remark(report.warnings, checked.warnings);
    if (checked.assumedProfile) {
      noteAssumed(assumed, checked.enrolment);
    }
    batch.push(checked.enrolment);
  };

  for await (const lines of readLines(req)) {
    for (const { text, number } of lines) {
      if (text === null) {
        remark(report.rejected, [
          { line: number, code: "ROW_FORMAT", detail: "the line is too long" },
        ]);
      } else if (text.trim() !== "") {
        take(text, number);
      }
      if (batch.length === BATCH) {
        await commit();
      }
    }
  }
  await commit();
  const sums = [...assumed.values()].map(({ line, code, detail, count }) => ({
    line,
    code,
    detail: `${detail} (${count} lines)`,
  }));
  remark(report.warnings, sums);
  report.rejected.sort((a, b) => a.line - b.line);
  return report;
}

function noteAssumed(
  assumed: Map<string, Remark & { count: number }>,
  { line, profile }: Enrolment,
): void {
  const detail = `profile ${profile} assumed from the kind of address and the length of the key`;
  const known = assumed.get(profile) ?? { line, code: "PROFILE_ASSUMED", detail, count: 0 };
  assumed.set(profile, { ...known, count: known.count + 1 });
}

function remark(list: Remark[], more: readonly Remark[]): void {
  list.push(...more.slice(0, Math.max(0, MAX_REMARKS - list.length)));
}

function parseRow(text: string): ImportRow | null {
  try {
    const parsed = ImportRow.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
