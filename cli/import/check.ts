/**
 * `--dry-run`: the checks that the service makes of a row, made here, and nothing sent.
 *
 * What only the service knows is not told: whether a meter is enrolled already, and whether a
 * meter outside the file has the same key.
 *
 * @module
 */
import { checkRow, type ImportDefaults, ImportRow } from "../../src/meters/import-row.ts";
import type { ImportReport } from "./report.ts";
import type { ImportSource, Remark } from "./source.ts";
import type { Survey } from "./survey.ts";

/** Checks all rows of a file; `imported` counts those that could be. */
export async function checkImport(
  source: ImportSource,
  { conflicts, shared }: Survey,
  defaults: ImportDefaults,
  at: (items: number) => void,
): Promise<ImportReport> {
  const rejected: Remark[] = [];
  const warnings: Remark[] = [];
  const assumed = new Map<string, Remark & { readonly count: number }>();
  const taken = new Map<string, number>();
  let imported = 0;
  let seen = 0;
  for await (const item of source.items()) {
    const { line } = item;
    seen += 1;
    at(seen);
    const conflict = conflicts.get(line);
    if (!("row" in item) || conflict !== undefined) {
      rejected.push("row" in item ? conflict! : item.rejected);
      continue;
    }
    warnings.push(...(item.warnings ?? []));
    const parsed = ImportRow.safeParse({ line, ...item.row });
    if (!parsed.success) {
      rejected.push({ line, code: "ROW_FORMAT", detail: "a field is longer than it may be" });
      continue;
    }
    const checked = checkRow(parsed.data, line, defaults);
    if ("code" in checked) {
      rejected.push(checked);
      continue;
    }
    const { address, profile, keys } = checked.enrolment;
    for (const { key } of keys) {
      key.fill(0);
    }
    const id = `${address.kind} ${Buffer.from(address.bytes).toString("hex")}`;
    const earlier = taken.get(id);
    if (earlier !== undefined) {
      const detail = `${source.place} ${earlier} is the same meter`;
      rejected.push({ line, code: "METER_EXISTS", detail });
      continue;
    }
    taken.set(id, line);
    imported += 1;
    warnings.push(...checked.warnings);
    if (checked.assumedProfile) {
      const detail = `profile ${profile} assumed from the kind of address and the length of the key`;
      const known = assumed.get(profile);
      const first = known ?? { line, code: "PROFILE_ASSUMED", detail, count: 0 };
      assumed.set(profile, { ...first, count: first.count + 1 });
    }
  }
  const sums = [...assumed.values()].map(({ line, code, detail, count }) => ({
    line,
    code,
    detail: `${detail} (${count} lines)`,
  }));
  return { imported, rejected, warnings: [...warnings, ...shared, ...sums] };
}
