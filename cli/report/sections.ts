/**
 * The tables of a report.
 *
 * @module
 */
import { byReason, byRecipient, WITHHELD } from "./groups.ts";
import { type Html, html, table } from "./html.ts";
import { time } from "./period.ts";
import type { AgeGroup, Release, Report } from "./report.ts";

/** Rows in the document; the files beside it have all. */
const LIMIT = 200;

export function recipients({ releases: items }: Report): Html {
  return html`<h2>Keys handed over, by recipient</h2>
${table(
  [
    { title: "Recipient", value: ({ to }) => to },
    { title: "Customer", value: ({ customer }) => customer },
    { title: "Packages", value: ({ packages }) => packages, kind: "number" },
    { title: "Meters in them", value: ({ meters }) => meters, kind: "number" },
    { title: "Without receipt", value: ({ unconfirmed }) => unconfirmed, kind: "number" },
  ],
  byRecipient(items),
  { limit: LIMIT, file: "releases.csv" },
)}`;
}

export function releases({ releases: items }: Report): Html {
  return html`<section class="wide"><h2>Keys handed over, one by one</h2>
<p>Each row is a package for one recipient, behind a one-time link. A receipt is signed by whoever opened it.</p>
${table(
  [
    { title: "Sent", value: ({ at }) => time(at), kind: "time" },
    { title: "Reference", value: ({ reference }) => reference, kind: "time" },
    { title: "Customer", value: ({ customer }) => customer },
    { title: "Recipient", value: ({ to }) => to ?? WITHHELD },
    { title: "Purpose", value: ({ purpose }) => purpose ?? WITHHELD },
    { title: "Order", value: ({ order }) => order ?? "" },
    { title: "Meters", value: ({ meters }) => meters, kind: "number" },
    { title: "What became of it", value: ({ disclosure }) => disclosure },
    { title: "Receipt", value: receiptOf },
    { title: "Sent by", value: ({ by }) => by },
    { title: "Entry", value: ({ entry }) => entry, kind: "number" },
  ],
  items,
  { limit: LIMIT, file: "releases.csv" },
)}</section>`;
}

function receiptOf({ receipt, confirmedAt }: Release): string {
  return confirmedAt === null ? "none" : `${receipt ?? ""} ${time(confirmedAt)}`.trim();
}

export function refusals({ refusals: items }: Report): Html {
  return html`<h2>Refused or failed</h2>
<p>What was asked for and not done, or did not come out right, by kind. Each one is in refusals.csv with its entry.</p>
${table(
  [
    { title: "What", value: ({ action }) => action, kind: "code" },
    { title: "Why", value: ({ code }) => code, kind: "code" },
    { title: "By", value: ({ by }) => by },
    { title: "Count", value: ({ count }) => count, kind: "number" },
    { title: "Last", value: ({ last }) => time(last), kind: "time" },
  ],
  byReason(items),
  { limit: LIMIT, file: "refusals.csv" },
)}`;
}

export function changes({ changes: items }: Report): Html {
  return html`<h2>Roles, tokens, recipients and the log itself</h2>
${table(
  [
    { title: "At", value: ({ at }) => time(at), kind: "time" },
    { title: "What", value: ({ action }) => action, kind: "code" },
    { title: "Whom or what", value: ({ subject }) => subject },
    { title: "By", value: ({ by }) => by },
    { title: "Entry", value: ({ entry }) => entry, kind: "number" },
  ],
  items,
  { limit: LIMIT, file: "changes.csv" },
)}`;
}

export function uses({ uses: items }: Report): Html {
  return html`<h2>Frames opened for data management</h2>
<p>An entry lists every meter whose key a batch used; the keys themselves never left.</p>
${table(
  [
    { title: "By", value: ({ by }) => by },
    { title: "Entries", value: ({ entries }) => entries, kind: "number" },
  ],
  items,
  { limit: LIMIT, file: "uses.csv" },
)}`;
}

export function ages({ ages: items }: Report): Html {
  return html`<h2>Keys in use by age, today</h2>
${table(
  [
    { title: "Age", value: ageOf },
    {
      title: "Made",
      value: ({ origin }) => (origin === "imported" ? "elsewhere, imported" : "here"),
    },
    { title: "Keys", value: ({ keys }) => keys, kind: "number" },
  ],
  items,
  { limit: LIMIT, file: "ages.csv" },
)}`;
}

export function people({ people: items }: Report): Html {
  return html`<h2>Who is who</h2>
<p>The log holds pseudonyms only. These are the names that the service has for them today.</p>
${table(
  [
    { title: "Name", value: ({ shown }) => shown },
    { title: "Role", value: ({ role }) => role },
    { title: "In the log", value: ({ id }) => id, kind: "code" },
  ],
  items,
  { limit: LIMIT, file: "people.csv" },
)}`;
}

export function samples({ samples: items }: Report): Html {
  return html`<h2>Samples, drawn by the root</h2>
${table(
  [
    { title: "Entry", value: ({ index }) => index, kind: "number" },
    { title: "At", value: ({ at }) => time(at), kind: "time" },
    { title: "What", value: ({ action }) => action, kind: "code" },
    { title: "By", value: ({ by }) => by },
    { title: "Leaf hash", value: ({ leafHash }) => leafHash, kind: "code" },
    { title: "Proof", value: () => "holds" },
  ],
  items,
  { limit: LIMIT, file: "samples.csv" },
)}`;
}

/** Days in words that people count in. */
export function ageOf({ fromDays, toDays }: Pick<AgeGroup, "fromDays" | "toDays">): string {
  return toDays === null
    ? `over ${span(fromDays)}`
    : fromDays === 0
      ? `up to ${span(toDays)}`
      : `${span(fromDays)} to ${span(toDays)}`;
}

function span(days: number): string {
  const years = days / 365;
  return years >= 1 ? `${years} ${years === 1 ? "year" : "years"}` : `${days} days`;
}
