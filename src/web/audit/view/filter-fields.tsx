/**
 * Fields that set a filter as soon as they change.
 *
 * @module
 */
import { type FilterName, withFilter } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { useSpeech } from "./speech.ts";

/** One of several values, or any. */
export function FilterChoice(props: {
  readonly name: FilterName;
  readonly label: string;
  readonly values: readonly string[];
  readonly textOf: (value: string) => string;
}) {
  const { place, go } = useDesk();
  const { words } = useSpeech();
  const chosen = place.filters[props.name] ?? "";
  // A colleague's filter may name what this log has no entry of yet.
  const isKnown = chosen === "" || props.values.includes(chosen);
  const values = isKnown ? props.values : [chosen, ...props.values];
  const id = `filter-${props.name}`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={chosen}
        onChange={(event) => go(withFilter(place, props.name, event.currentTarget.value))}
      >
        <option value="">{words.filters.any}</option>
        {values.map((value) => (
          <option key={value} value={value}>
            {props.textOf(value)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A time in the reader's zone; the address has it in UTC. */
export function FilterTime(props: { readonly name: "from" | "to"; readonly label: string }) {
  const { place, go } = useDesk();
  const id = `filter-${props.name}`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type="datetime-local"
        value={localTime(place.filters[props.name])}
        onChange={(event) => go(withFilter(place, props.name, utcTime(event.currentTarget.value)))}
      />
    </div>
  );
}

/** RFC 3339 as the field writes it: local, to the minute; empty for what is no time. */
function localTime(utc: string | undefined): string {
  const time = new Date(utc ?? "");
  if (Number.isNaN(time.getTime())) {
    return "";
  }
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function utcTime(local: string): string {
  const time = new Date(local);
  return Number.isNaN(time.getTime()) ? "" : time.toISOString();
}
