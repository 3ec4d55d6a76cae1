/**
 * Danish: lists, filters, the timeline and what can be saved.
 *
 * @module
 */
import type * as en from "../en/list.ts";

export const views: typeof en.views = {
  all: "Alle poster",
  refusals: "Afvisninger",
  links: "Links der aldrig blev afhentet",
  timeline: "Tidslinje",
};

export const filters: typeof en.filters = {
  heading: "Filtre",
  search: "Søg",
  searchHelp: "Måler, aktør, handling, et links reference, kode, eller # og en posts nummer",
  find: "Find frem",
  from: "Fra",
  to: "Til",
  action: "Handling",
  actor: "Aktør",
  outcome: "Udfald",
  customer: "Kunde",
  code: "Kode",
  meter: "Måler",
  reference: "Levering",
  any: "Alle",
  remove: "Fjern filteret {name}",
  clear: "Fjern alle filtre",
};

export const outcomes: typeof en.outcomes = {
  ok: "udført",
  refused: "afvist",
  failed: "mislykket",
};

export const table: typeof en.table = {
  caption: "Loggens poster, de nyeste først",
  number: "Nummer",
  time: "Tid",
  actor: "Aktør",
  action: "Handling",
  outcome: "Udfald",
  subject: "Vedrører",
  meters: { one: "{n} måler", other: "{n} målere" },
  asOf: "Pr. post {entry}",
  shown: { one: "{n} post vist", other: "{n} poster vist" },
  older: "Ældre poster",
  end: "Det er den ældste post, der passer.",
  none: "Ingen post passer til disse filtre.",
  noneNext: "Fjern et filter, eller vælg en længere tid.",
  refresh: "Se efter nye poster",
};

export const links: typeof en.links = {
  lead: "Links, hvis nøgler ingen har afhentet og bekræftet, de nyeste først.",
  caption: "Links, der aldrig blev afhentet",
  state: "Tilstand",
  reference: "Reference",
  to: "Til",
  purpose: "Formål",
  created: "Oprettet",
  by: "Af",
  expires: "Slutter",
  content: "Nøgler",
  none: "Hvert link er afhentet og bekræftet.",
  more: "Der er flere, end der kan vises her.",
  entries: "Poster om {reference}",
  states: {
    draft: "ikke sendt",
    open: "venter",
    claimed: "afhentet, ikke bekræftet",
    lapsed: "ikke bekræftet i tide",
    expired: "udløbet",
    locked: "låst af forkerte PIN-koder",
    uncertain: "uvist",
  },
  filter: "Vis",
};

export const timeline: typeof en.timeline = {
  lead: "Træk hen over billedet for at se nærmere på en tid.",
  by: "Linjer efter",
  action: "handling",
  actor: "aktør",
  times: "Tid ({zone})",
  per: {
    minutes: { one: "Poster pr. minut", other: "Poster pr. {n} minutter" },
    hours: { one: "Poster pr. time", other: "Poster pr. {n} timer" },
    days: { one: "Poster pr. dag", other: "Poster pr. {n} dage" },
  },
  plot: "Antal poster over tid; tabellen herunder har de samme tal.",
  caption: "Poster i denne tid",
  name: "Linje",
  total: "Poster",
  peak: "Højeste antal",
  peakAt: "{count}, fra {time}",
  rest: "Alt andet",
  sum: "I alt",
  none: "Der er ingen poster i denne tid.",
  whole: "Vis hele tiden",
  counts: "Tal for hver periode",
};

export const save: typeof en.save = {
  csv: "Gem som CSV",
  json: "Gem som JSON",
  help: "Det, filtrene viser. JSON har et bevis for hver af op til {count} poster.",
  working: { one: "{n} post læst …", other: "{n} poster læst …" },
  done: { one: "Gemt: {n} post.", other: "Gemt: {n} poster." },
  proofs: "Hver har sit bevis, kontrolleret her.",
  noProofs: "For mange til beviser: Sæt et snævrere filter for at få dem.",
  cut: "Det er de nyeste {count}; der er flere.",
  failed: "Intet blev gemt: En post er ikke den, der blev signeret.",
  stopped: "Standset; intet blev gemt.",
};
