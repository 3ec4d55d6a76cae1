/**
 * Lists: page after page, a table for people, one JSON document per line for programs.
 *
 * @module
 */
import { type Answer, pathOf } from "./client.ts";
import type { Context } from "./context.ts";
import { Refusal } from "./errors.ts";
import { type Column, createTable } from "./table.ts";
import { show } from "./text.ts";

const PAGE = "1000";

/** What a list ended with: how many items, and the last page as it came. */
export interface Listed {
  readonly printed: number;
  readonly last: Answer;
}

/** Prints every item behind `/v1/<noun>` that fits the query. */
export async function printList(
  { client, output }: Context,
  noun: string,
  query: Readonly<Record<string, string | undefined>>,
  columns: readonly Column<Answer>[],
  /** How the next page is asked for. */
  cursor: "after" | "before" = "after",
): Promise<Listed> {
  const service = await client();
  const table = createTable(columns);
  let next: string | undefined;
  let printed = 0;
  let page: Answer;
  do {
    page = await service.call(
      "GET",
      pathOf(["v1", ...noun.split("/")], { ...query, [cursor]: next, limit: PAGE }),
    );
    const items = page["items"];
    if (!Array.isArray(items)) {
      throw new Refusal("BAD_ANSWER", 'the service\'s answer lacks "items"');
    }
    const lines = output.json ? items.map((item) => JSON.stringify(item)) : table(items);
    if (items.length > 0) {
      await output.write(`${lines.join("\n")}\n`);
    }
    printed += items.length;
    const last = page["next"];
    next = typeof last === "string" || typeof last === "number" ? String(last) : undefined;
  } while (next !== undefined);
  if (printed === 0) {
    // meters/unknown: no unknown meters.
    output.note(`no ${noun.split("/").reverse().join(" ")}`);
  }
  return { printed, last: page };
}

/** A column that shows a field as it is. */
export function field(
  title: string,
  name: string,
  options: { readonly clips?: boolean; readonly format?: (value: unknown) => string } = {},
): Column<Answer> {
  const { clips = false, format = show } = options;
  return { title, clips, value: (item) => format(item[name]) };
}
