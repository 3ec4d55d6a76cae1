/**
 * Search and filters, as they stand in the address bar.
 *
 * @module
 */
import { useMemo } from "preact/hooks";
import { Code } from "../../look/code.tsx";
import { textOf } from "../../look/form-text.ts";
import { type FilterName, withFilter } from "../place.ts";
import { type Known, readSearch } from "../search.ts";
import { useDesk } from "./desk-context.ts";
import { FilterChoice, FilterTime } from "./filter-fields.tsx";
import { actionText, actorText } from "./naming.tsx";
import { type Speech, useSpeech } from "./speech.ts";
import { useAnswer } from "./use-answer.ts";
import { useWide } from "./use-wide.ts";

/** Filters without a field of their own: they come by the search. */
const SEARCHED = ["meter", "reference", "code"] as const;

export function FilterBar() {
  const { auditing, visit, place, go } = useDesk();
  const speech = useSpeech();
  const { filters: words } = speech.words;
  const actors = useAnswer("actor", () => auditing.ask.terms("actor"));
  const actions = useAnswer("action", () => auditing.ask.terms("action"));
  const { names } = visit;
  const known = useMemo(() => knownWords(speech, visit.names), [speech, visit.names]);
  const set = (name: FilterName, value: string) => go(withFilter(place, name, value));
  const search = (event: SubmitEvent) => {
    event.preventDefault();
    const found = readSearch(textOf(event, "search"), known);
    (event.currentTarget as HTMLFormElement).reset();
    if (found?.kind === "entry") {
      go({ ...place, entry: found.index });
    } else if (found !== null) {
      set(found.name, found.value);
    }
  };
  const isWide = useWide();
  const values = (terms: typeof actors) => (terms.value ?? []).map(({ value }) => value);
  const fields = (
    <div class="filter-fields">
      <FilterTime name="from" label={words.from} />
      <FilterTime name="to" label={words.to} />
      <FilterChoice
        name="action"
        label={words.action}
        values={values(actions)}
        textOf={(value) => actionText(speech, value)}
      />
      <FilterChoice
        name="actor"
        label={words.actor}
        values={values(actors)}
        textOf={(value) => actorText(names, value)}
      />
      {place.view !== "refusals" && (
        <FilterChoice
          name="outcome"
          label={words.outcome}
          values={["refused", "failed"]}
          textOf={(value) => outcomeText(speech, value)}
        />
      )}
      <FilterChoice
        name="customer"
        label={words.customer}
        values={[...names.customers.keys()]}
        textOf={(value) => names.customers.get(value) ?? value}
      />
    </div>
  );
  return (
    <div class="filters screen-only">
      <search>
        <form class="search" onSubmit={search}>
          <label for="search">{words.search}</label>
          <div class="search-row">
            <input
              id="search"
              name="search"
              type="search"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              aria-describedby="search-help"
            />
            <button type="submit">{words.find}</button>
          </div>
          <p id="search-help" class="quiet">
            {words.searchHelp}
          </p>
        </form>
      </search>
      {isWide ? (
        fields
      ) : (
        <details>
          <summary>{words.heading}</summary>
          {fields}
        </details>
      )}
      <Chips />
    </div>
  );
}

/** Filters that were searched for, each to be taken away. */
function Chips() {
  const { place, go } = useDesk();
  const { words, say } = useSpeech();
  const chips = SEARCHED.flatMap((name) => {
    const value = place.filters[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const hasAny = Object.keys(place.filters).length > 0;
  return (
    <div class="chips">
      {chips.map(({ name, value }) => (
        <button
          key={name}
          type="button"
          class="small"
          aria-label={say(words.filters.remove, { name: `${words.filters[name]} ${value}` })}
          onClick={() => go(withFilter(place, name, ""))}
        >
          {words.filters[name]} <Code>{value}</Code> <span aria-hidden="true">×</span>
        </button>
      ))}
      {hasAny && (
        <button type="button" class="small" onClick={() => go({ ...place, filters: {} })}>
          {words.filters.clear}
        </button>
      )}
    </div>
  );
}

function outcomeText({ words }: Speech, value: string): string {
  const { outcomes } = words;
  return value in outcomes ? outcomes[value as keyof typeof outcomes] : value;
}

function knownWords({ words }: Speech, names: ReturnType<typeof useDesk>["visit"]["names"]): Known {
  return [
    ...Object.entries(words.actions).map(([value, word]) => ({
      name: "action" as const,
      value,
      word,
    })),
    ...[...names.actors].flatMap(([value, { name: word }]) =>
      word === null ? [] : [{ name: "actor" as const, value, word }],
    ),
    ...[...names.customers].map(([value, word]) => ({ name: "customer" as const, value, word })),
  ];
}
