/**
 * Entries in rows, newest first.
 *
 * @module
 */
import { useEffect } from "preact/hooks";
import type { LogItem } from "../contract.ts";
import { queryOf } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { EntryRow } from "./entry-row.tsx";
import { SavePart } from "./save-part.tsx";
import { useSpeech } from "./speech.ts";
import { type EntryPages, useEntries } from "./use-entries.ts";
import { Fault, Waiting } from "./waiting.tsx";

export function EntryList(props: {
  readonly onListed: (items: ReadonlyMap<number, LogItem>) => void;
}) {
  const { auditing, place } = useDesk();
  const { words } = useSpeech();
  const { table } = words;
  const entries = useEntries(auditing, queryOf(place));
  const { items, fault } = entries;
  useEffect(() => {
    props.onListed(new Map((items ?? []).map((item) => [item.index, item])));
  }, [items]);
  return (
    <section aria-label={words.views[place.view]} aria-busy={entries.isWaiting}>
      <Head entries={entries} />
      {fault !== null && <Fault fault={fault} onAgain={entries.again} />}
      {items !== null && items.length === 0 && (
        <div class="empty">
          <p>
            <strong>{table.none}</strong>
          </p>
          <p>{table.noneNext}</p>
        </div>
      )}
      {items !== null && items.length > 0 && <Rows items={items} />}
      <Foot entries={entries} />
    </section>
  );
}

function Head({ entries }: { readonly entries: EntryPages }) {
  const { words, say, number, plural } = useSpeech();
  const { table } = words;
  const { items, size } = entries;
  return (
    <div class="list-head">
      <p role="status">
        {items !== null && size > 0 && (
          <>
            {say(table.asOf, { entry: number(size - 1) })} · {plural(table.shown, items.length)}
          </>
        )}
      </p>
      <button type="button" class="small screen-only" onClick={entries.again}>
        {table.refresh}
      </button>
      <SavePart />
    </div>
  );
}

function Rows({ items }: { readonly items: readonly LogItem[] }) {
  const { words, zone } = useSpeech();
  const { table } = words;
  return (
    <table class="dense entries">
      <caption class="hidden">{table.caption}</caption>
      <thead>
        <tr>
          <th scope="col" class="number">
            {table.number}
          </th>
          <th scope="col" class="time">
            {table.time} ({zone})
          </th>
          <th scope="col">{table.action}</th>
          <th scope="col">{table.actor}</th>
          <th scope="col" class="outcome-column">
            {table.outcome}
          </th>
          <th scope="col">{table.subject}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <EntryRow key={item.index} item={item} />
        ))}
      </tbody>
    </table>
  );
}

function Foot({ entries }: { readonly entries: EntryPages }) {
  const { words } = useSpeech();
  const { items, next, isWaiting } = entries;
  return (
    <div class="list-foot screen-only">
      {items !== null && items.length > 0 && next !== null && (
        <button type="button" aria-disabled={isWaiting} onClick={entries.older}>
          {words.table.older}
        </button>
      )}
      {items !== null && items.length > 0 && next === null && !isWaiting && (
        <p class="quiet">{words.table.end}</p>
      )}
      <Waiting isWaiting={isWaiting} />
    </div>
  );
}
