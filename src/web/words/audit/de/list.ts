/**
 * German: lists, filters, the timeline and what can be saved.
 *
 * @module
 */
import type * as en from "../en/list.ts";

export const views: typeof en.views = {
  all: "Alle Einträge",
  refusals: "Ablehnungen",
  links: "Nie abgeholte Links",
  timeline: "Zeitverlauf",
};

export const filters: typeof en.filters = {
  heading: "Filter setzen",
  search: "Suche",
  searchHelp:
    "Zähler, Akteur, Vorgang, Referenz eines Links, Code, oder # und die Nummer eines Eintrags",
  find: "Suchen",
  from: "Von",
  to: "Bis",
  action: "Vorgang",
  actor: "Akteur",
  outcome: "Ergebnis",
  customer: "Kunde",
  code: "Fehlercode",
  meter: "Zähler",
  reference: "Lieferung",
  any: "Alle",
  remove: "Den Filter {name} entfernen",
  clear: "Alle Filter entfernen",
};

export const outcomes: typeof en.outcomes = {
  ok: "erledigt",
  refused: "abgelehnt",
  failed: "misslungen",
};

export const table: typeof en.table = {
  caption: "Einträge des Protokolls, die neuesten zuerst",
  number: "Nummer",
  time: "Zeit",
  actor: "Akteur",
  action: "Vorgang",
  outcome: "Ergebnis",
  subject: "Betrifft",
  meters: { one: "{n} Zähler", other: "{n} Zähler" },
  asOf: "Stand: Eintrag {entry}",
  shown: { one: "{n} Eintrag gezeigt", other: "{n} Einträge gezeigt" },
  older: "Ältere Einträge",
  end: "Das ist der älteste Eintrag, der passt.",
  none: "Zu diesen Filtern passt kein Eintrag.",
  noneNext: "Entfernen Sie einen Filter oder wählen Sie eine längere Zeit.",
  refresh: "Nach neuen Einträgen sehen",
};

export const links: typeof en.links = {
  lead: "Links, deren Schlüssel niemand abgeholt und bestätigt hat, die neuesten zuerst.",
  caption: "Links, die nie abgeholt wurden",
  state: "Zustand",
  reference: "Referenz",
  to: "Für",
  purpose: "Zweck",
  created: "Erstellt",
  by: "Von",
  expires: "Endet",
  content: "Schlüssel",
  none: "Jeder Link wurde abgeholt und bestätigt.",
  more: "Es gibt mehr, als hier gezeigt werden können.",
  entries: "Einträge zu {reference}",
  states: {
    draft: "nicht versandt",
    open: "wartet",
    claimed: "abgeholt, nicht bestätigt",
    lapsed: "nicht rechtzeitig bestätigt",
    expired: "abgelaufen",
    locked: "durch falsche PINs gesperrt",
    uncertain: "ungewiss",
  },
  filter: "Zeigen",
};

export const timeline: typeof en.timeline = {
  lead: "Ziehen Sie über das Bild, um eine Zeit näher anzusehen.",
  by: "Linien nach",
  action: "Vorgang",
  actor: "Akteur",
  times: "Zeit ({zone})",
  per: {
    minutes: { one: "Einträge je Minute", other: "Einträge je {n} Minuten" },
    hours: { one: "Einträge je Stunde", other: "Einträge je {n} Stunden" },
    days: { one: "Einträge je Tag", other: "Einträge je {n} Tage" },
  },
  plot: "Zahl der Einträge im Lauf der Zeit; die Tabelle darunter hat dieselben Zahlen.",
  caption: "Einträge in dieser Zeit",
  name: "Linie",
  total: "Einträge",
  peak: "Höchststand",
  peakAt: "{count}, ab {time}",
  rest: "Alles Übrige",
  sum: "Zusammen",
  none: "In dieser Zeit gibt es keine Einträge.",
  whole: "Die ganze Zeit zeigen",
  counts: "Zahlen jedes Zeitraums",
};

export const save: typeof en.save = {
  csv: "Als CSV speichern",
  json: "Als JSON speichern",
  help: "Was die Filter zeigen. JSON enthält für bis zu {count} Einträge je einen Beweis.",
  working: { one: "{n} Eintrag gelesen …", other: "{n} Einträge gelesen …" },
  done: { one: "Gespeichert: {n} Eintrag.", other: "Gespeichert: {n} Einträge." },
  proofs: "Jeder hat seinen Beweis, hier geprüft.",
  noProofs: "Zu viele für Beweise: Grenzen Sie die Filter ein, um sie zu bekommen.",
  cut: "Das sind die neuesten {count}; es gibt mehr.",
  failed: "Es wurde nichts gespeichert: Ein Eintrag ist nicht der, der signiert wurde.",
  stopped: "Angehalten; es wurde nichts gespeichert.",
};
