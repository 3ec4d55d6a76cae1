/**
 * Every field of an entry, in words where it has some, in the order people ask for them.
 *
 * @module
 */
import { Code } from "../../look/code.tsx";
import type { Entry, Json } from "../contract.ts";
import { type FilterName, fragmentOf, withFilter } from "../place.ts";
import { useDesk } from "./desk-context.ts";
import { LinkFacts, MeterFacts } from "./field-names.tsx";
import { Actor, actionText, Outcome } from "./naming.tsx";
import { useSpeech } from "./speech.ts";

/** First these; then whatever else the entry has, as the log orders it. */
const ORDER = [
  "at",
  "action",
  "outcome",
  "actor",
  "role",
  "auth",
  "customer",
  "reference",
  "meter",
];
/** Shown elsewhere: the code beside the outcome, the access set as rows. */
const ELSEWHERE = ["code", "keys"];
/** Fields that can be filtered by. */
const FILTERED: readonly FilterName[] = ["actor", "action", "customer", "reference", "meter"];

export function EntryFields({ entry }: { readonly entry: Entry }) {
  const names = Object.keys(entry).filter(
    (name) => !(ORDER.includes(name) || ELSEWHERE.includes(name)),
  );
  return (
    <dl class="facts narrow">
      {[...ORDER.filter((name) => name in entry), ...names].map((name) => (
        <Field key={name} name={name} entry={entry} value={entry[name] ?? null} />
      ))}
    </dl>
  );
}

function Field(props: { readonly name: string; readonly entry: Entry; readonly value: Json }) {
  const { place } = useDesk();
  const { words } = useSpeech();
  const { name, value } = props;
  const { fields } = words;
  const label = name in fields ? fields[name as keyof typeof fields] : name;
  const filter = FILTERED.find((one) => one === name);
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Value {...props} />
        {filter !== undefined && typeof value === "string" && (
          <a
            class="all-with screen-only"
            href={fragmentOf({ ...withFilter(place, filter, value), view: "all" })}
            aria-label={`${words.entry.filter}: ${label}`}
          >
            {words.entry.filter}
          </a>
        )}
      </dd>
    </div>
  );
}

function Value(props: { readonly name: string; readonly entry: Entry; readonly value: Json }) {
  const { visit } = useDesk();
  const speech = useSpeech();
  const { name, value, entry } = props;
  if (value === null) {
    return <span class="quiet">{speech.words.entry.none}</span>;
  }
  if (typeof value !== "string") {
    return <Code>{typeof value === "number" ? String(value) : JSON.stringify(value)}</Code>;
  }
  switch (name) {
    case "at":
      return (
        <>
          {speech.time(value)}
          <span class="quiet">
            <Code>{value}</Code>
          </span>
        </>
      );
    case "action":
      return (
        <>
          {actionText(speech, value)}{" "}
          <span class="quiet">
            <Code>{value}</Code>
          </span>
        </>
      );
    case "outcome":
      return <Outcome entry={entry} />;
    case "actor":
      return <Actor names={visit.names} actor={value} />;
    case "customer":
      return (
        <>
          {visit.names.customers.get(value)}{" "}
          <span class="quiet">
            <Code>{value}</Code>
          </span>
        </>
      );
    case "reference":
      return <LinkFacts reference={value} />;
    case "meter":
      return <MeterFacts meter={value} />;
    default:
      return <Code>{value}</Code>;
  }
}
