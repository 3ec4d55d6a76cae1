/**
 * The table of keys: fifty rows a page, masked, to be filtered, revealed and copied one by one.
 *
 * Pages instead of a scrolled window over 100 000 rows: every row in the document is a row that
 * can be reached, read aloud and found by the browser's own search.
 *
 * @module
 */
import { useEffect, useState } from "preact/hooks";
import { Field } from "../../look/field.tsx";
import type { Collecting, KeyRow } from "../contract.ts";
import { KeyTableRow } from "./key-row.tsx";
import { type Speech, useSpeech } from "./speech.ts";
import { useClipboard } from "./use-clipboard.ts";
import { useRevealed } from "./use-revealed.ts";
import { PAGE_ROWS, type ShownRows, useRows } from "./use-rows.ts";

/** Shows the keys. */
export function KeyTable({ collecting }: { readonly collecting: Collecting }) {
  const speech = useSpeech();
  const { table } = speech.words;
  const [filter, setFilter] = useState("");
  const [from, setFrom] = useState(0);
  const [gone, setGone] = useState(false);
  const shown = useRows(collecting, filter, from);
  const revealed = useRevealed(collecting);
  const clipboard = useClipboard();
  useEffect(() => revealed.hideAll(), [shown]);
  const copy = async (row: KeyRow) => {
    const value = collecting.reveal(row.index);
    await clipboard.copy(row.serial, value);
    setGone((await value) === null);
  };
  const turn = (to: number) => {
    if (shown !== null && to >= 0 && to < shown.total) {
      setFrom(to);
    }
  };
  return (
    <section class="stack section wide" aria-labelledby="table-heading">
      <h2 id="table-heading">{table.heading}</h2>
      <p class="quiet screen-only">{table.kcvHelp}</p>
      <div class="screen-only">
        <Field id="filter" label={table.filter} help={table.filterHelp}>
          {(tied) => (
            <input
              {...tied}
              type="search"
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => {
                setFilter(event.currentTarget.value.trim());
                setFrom(0);
              }}
            />
          )}
        </Field>
      </div>
      <div role="status">{clipboard.text(gone)}</div>
      {clipboard.lingers && (
        <button type="button" class="small" onClick={clipboard.clear}>
          {table.clear}
        </button>
      )}
      <p role="status">{shown !== null && range(speech, shown)}</p>
      {shown !== null && shown.rows.length > 0 && (
        <div class="frame keys">
          <table>
            <caption class="hidden">{table.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{table.meter}</th>
                <th scope="col">{table.type}</th>
                <th scope="col" class="key">
                  {table.key}
                </th>
                <th scope="col">{table.kcv}</th>
                <th scope="col" class="actions">
                  <span class="hidden">{table.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.rows.map((row) => (
                <KeyTableRow
                  key={row.index}
                  row={row}
                  value={revealed.values.get(row.index) ?? null}
                  onToggle={async () => setGone(!(await revealed.toggle(row.index)))}
                  onCopy={() => copy(row)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {shown !== null && shown.total > PAGE_ROWS && (
        <div class="row screen-only">
          <Turn to={from - PAGE_ROWS} of={shown.total} onTurn={turn} label={table.previous} />
          <Turn to={from + PAGE_ROWS} of={shown.total} onTurn={turn} label={table.next} />
        </div>
      )}
    </section>
  );
}

/** Stays in reach of the keyboard at either end: a disabled button would drop the focus. */
function Turn(props: {
  readonly to: number;
  readonly of: number;
  readonly label: string;
  readonly onTurn: (to: number) => void;
}) {
  const off = props.to < 0 || props.to >= props.of;
  return (
    <button type="button" aria-disabled={off} onClick={() => props.onTurn(props.to)}>
      {props.label}
    </button>
  );
}

function range({ words, number, plural, say }: Speech, shown: ShownRows): string {
  const { table } = words;
  if (shown.total === 0) {
    return table.none;
  }
  const found = shown.filter === "" ? "" : `${plural(table.found, shown.total)}. `;
  return (
    found +
    say(table.rows, {
      from: number(shown.from + 1),
      to: number(shown.from + shown.rows.length),
      total: number(shown.total),
    })
  );
}
