/**
 * One entry of the log, as a caller may see it.
 *
 * @module
 */
import type { Request } from "express";
import type { Caller } from "../access/caller.ts";
import type { LogEntry } from "../activity/ask/query.ts";
import { Problem } from "../base/problem.ts";
import type { CoreContext } from "./context.ts";

/** An entry with its bytes as they are stored, and as they are hashed. */
export interface EntryBytes {
  readonly index: number;
  readonly body: string;
  readonly entry: LogEntry;
}

/**
 * The entry that the path names; one of another customer looks as if it were not there.
 *
 * @throws {@link Problem} 404 `ENTRY_UNKNOWN` | `ENTRY_PRUNED`
 */
export async function requireEntry(
  { db }: Pick<CoreContext, "db">,
  caller: Caller,
  req: Request,
): Promise<EntryBytes> {
  const text = String(req.params["index"]);
  const index = Number(text);
  const [row] = /^\d{1,15}$/.test(text)
    ? await db("log_entries").where({ idx: index }).select("body")
    : [];
  const body: string | null = row?.body ?? null;
  if (body === "" && caller.customer === null) {
    throw new Problem(404, "ENTRY_PRUNED", "the entry was pruned: its hash alone is left");
  }
  const entry: LogEntry | null = body === null || body === "" ? null : JSON.parse(body);
  const isVisible = caller.customer === null || entry?.["customer"] === caller.customer;
  if (body === null || entry === null || !isVisible) {
    throw new Problem(404, "ENTRY_UNKNOWN", "the log has no such entry");
  }
  return { index, body, entry };
}
