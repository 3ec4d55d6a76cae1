/**
 * One entry in one row; its number is the link that opens it.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import type { Entry, LogItem } from "../contract.ts";
import { fragmentOf } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { Actor, actionText, Outcome } from "./naming.tsx";
import { useSpeech } from "./speech.ts";

export function EntryRow({ item }: { readonly item: LogItem }) {
  const { visit, place, go } = useDesk();
  const speech = useSpeech();
  const { words, stamp, number, say } = speech;
  const { index, entry } = item;
  const there = { ...place, entry: index };
  const isOpen = place.entry === index;
  return (
    // The row takes the mouse only; the keyboard has the link.
    <tr {...(isOpen ? { class: "is-open" } : {})} onClick={() => go(there)}>
      <th scope="row" class="number">
        <a
          id={`row-${index}`}
          class="open-row"
          href={fragmentOf(there)}
          aria-label={say(words.entry.heading, { entry: number(index) })}
          {...(isOpen ? { "aria-current": "true" as const } : {})}
        >
          {number(index)}
        </a>
      </th>
      <td class="time">{stamp(String(entry["at"]))}</td>
      <td class="action">{actionText(speech, String(entry["action"]))}</td>
      <td class="actor">
        <Actor names={visit.names} actor={String(entry["actor"])} />
      </td>
      <td class="outcome-column">
        <Outcome entry={entry} />
      </td>
      <td class="subject">
        <Subject entry={entry} />
      </td>
    </tr>
  );
}

/** What an entry is about: link, customer, meter, and how many meters. */
function Subject({ entry }: { readonly entry: Entry }) {
  const { visit } = useDesk();
  const { words, plural } = useSpeech();
  const { reference, customer, meter, keys } = entry;
  const meters = Array.isArray(keys) ? keys.length : 0;
  return (
    <>
      {typeof reference === "string" && (
        <>
          <Code>{reference}</Code>{" "}
        </>
      )}
      {typeof meter === "string" && (
        <>
          <Code>{meter}</Code>{" "}
        </>
      )}
      {typeof customer === "string" && (
        <>{visit.names.customers.get(customer) ?? <Code>{customer}</Code>} </>
      )}
      {meters > 0 && <span class="quiet">{plural(words.table.meters, meters)}</span>}
    </>
  );
}
