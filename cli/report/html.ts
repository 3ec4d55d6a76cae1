/**
 * HTML from values: what is put in is text, never markup.
 *
 * @module
 */

/** Markup that was made here. */
export interface Html {
  readonly html: string;
}

/** A template whose values are escaped, unless they are markup themselves. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const written = values.map((value) =>
    typeof value === "string" || typeof value === "number"
      ? escaped(String(value))
      : "html" in value
        ? value.html
        : value.map((one) => one.html).join(""),
  );
  return { html: parts.map((part, i) => part + (written[i] ?? "")).join("") };
}

function escaped(text: string): string {
  const NAMES: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (symbol) => NAMES[symbol] ?? symbol);
}

export interface TableColumn<T> {
  readonly title: string;
  readonly value: (item: T) => string | number;
  /** Identifiers and hashes are set in the type of code; numbers to the right, times unbroken. */
  readonly kind?: "code" | "number" | "time";
}

/** A table of the first `limit` rows, and a sentence about the rest. */
export function table<T>(
  columns: readonly TableColumn<T>[],
  items: readonly T[],
  rest: { readonly limit: number; readonly file: string },
): Html {
  if (items.length === 0) {
    return html`<p class="none">None in this time.</p>`;
  }
  const shown = items.slice(0, rest.limit);
  const more =
    items.length > rest.limit
      ? [
          html`<p class="more">The first ${shown.length} of ${items.length}; all are in ${rest.file}.</p>`,
        ]
      : [];
  return html`<table><thead><tr>${columns.map(({ title, kind = "text" }) => html`<th scope="col" class="${kind}">${title}</th>`)}</tr></thead>
<tbody>${shown.map((item) => html`<tr>${columns.map(({ value, kind = "text" }) => html`<td class="${kind}">${value(item)}</td>`)}</tr>\n`)}</tbody></table>${more}`;
}
