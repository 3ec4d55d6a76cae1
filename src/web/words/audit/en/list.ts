/**
 * English: lists, filters, the timeline and what can be saved.
 *
 * @module
 */
import { plural } from "../../plural.ts";

export const views = {
  all: "All entries",
  refusals: "Refusals",
  links: "Links never collected",
  timeline: "Timeline",
};

export const filters = {
  heading: "Filters",
  search: "Search",
  searchHelp: "Meter, actor, action, link reference, code, or # and an entry’s number",
  find: "Find",
  from: "From",
  to: "To",
  action: "Action",
  actor: "Actor",
  outcome: "Outcome",
  customer: "Customer",
  code: "Code",
  meter: "Meter",
  reference: "Link",
  any: "Any",
  remove: "Remove the filter {name}",
  clear: "Remove all filters",
};

export const outcomes = {
  ok: "done",
  refused: "refused",
  failed: "failed",
};

export const table = {
  caption: "Entries of the log, newest first",
  number: "Number",
  time: "Time",
  actor: "Actor",
  action: "Action",
  outcome: "Outcome",
  subject: "Concerns",
  meters: plural({ one: "{n} meter", other: "{n} meters" }),
  asOf: "As of entry {entry}",
  shown: plural({ one: "{n} entry shown", other: "{n} entries shown" }),
  older: "Older entries",
  end: "That is the oldest entry that fits.",
  none: "No entry fits these filters.",
  noneNext: "Remove a filter or take a longer time.",
  refresh: "Look for new entries",
};

export const links = {
  lead: "Links whose keys nobody has collected and confirmed, the newest first.",
  caption: "Links that were never collected",
  state: "State",
  reference: "Reference",
  to: "For",
  purpose: "What for",
  created: "Made",
  by: "By",
  expires: "Ends",
  content: "Keys",
  none: "Every link has been collected and confirmed.",
  more: "There are more than can be shown here.",
  entries: "Entries of {reference}",
  states: {
    draft: "not sent",
    open: "waiting",
    claimed: "collected, not confirmed",
    lapsed: "not confirmed in time",
    expired: "expired",
    locked: "locked by wrong PINs",
    uncertain: "uncertain",
  },
  filter: "Show",
};

export const timeline = {
  lead: "Drag across the plot to look closer at a time.",
  by: "Lines by",
  action: "action",
  actor: "actor",
  times: "Time ({zone})",
  per: {
    minutes: plural({ one: "Entries per minute", other: "Entries per {n} minutes" }),
    hours: plural({ one: "Entries per hour", other: "Entries per {n} hours" }),
    days: plural({ one: "Entries per day", other: "Entries per {n} days" }),
  },
  plot: "Number of entries over time; the table below has the same figures.",
  caption: "Entries in this time",
  name: "Line",
  total: "Entries",
  peak: "Most at once",
  peakAt: "{count}, from {time}",
  rest: "Everything else",
  sum: "All",
  none: "There are no entries in this time.",
  whole: "Show the whole time",
  counts: "Counts of every period",
};

export const save = {
  csv: "Save as CSV",
  json: "Save as JSON",
  help: "What the filters show. JSON carries a proof for each of up to {count} entries.",
  working: plural({ one: "{n} entry read …", other: "{n} entries read …" }),
  done: plural({ one: "Saved: {n} entry.", other: "Saved: {n} entries." }),
  proofs: "Each has its proof, checked here.",
  noProofs: "Too many for proofs: set a narrower filter to get them.",
  cut: "These are the newest {count}; there are more.",
  failed: "Nothing was saved: an entry is not the one that was signed.",
  stopped: "Stopped; nothing was saved.",
};
