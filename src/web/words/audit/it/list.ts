/**
 * Italian: lists, filters, the timeline and what can be saved.
 *
 * @module
 */
import type * as en from "../en/list.ts";

export const views: typeof en.views = {
  all: "Tutte le voci",
  refusals: "Rifiuti",
  links: "Link mai ritirati",
  timeline: "Cronologia",
};

export const filters: typeof en.filters = {
  heading: "Filtri",
  search: "Cerca",
  searchHelp:
    "Contatore, autore, azione, riferimento di un link, codice, o # e il numero di una voce",
  find: "Trova",
  from: "Da",
  to: "A",
  action: "Azione",
  actor: "Autore",
  outcome: "Esito",
  customer: "Cliente",
  code: "Codice",
  meter: "Contatore",
  reference: "Consegna",
  any: "Tutti",
  remove: "Togli il filtro {name}",
  clear: "Togli tutti i filtri",
};

export const outcomes: typeof en.outcomes = {
  ok: "fatto",
  refused: "rifiutato",
  failed: "non riuscito",
};

export const table: typeof en.table = {
  caption: "Voci del registro, le più recenti per prime",
  number: "Numero",
  time: "Ora",
  actor: "Autore",
  action: "Azione",
  outcome: "Esito",
  subject: "Riguarda",
  meters: { one: "{n} contatore", many: "{n} contatori", other: "{n} contatori" },
  asOf: "Fino alla voce {entry}",
  shown: { one: "{n} voce mostrata", many: "{n} voci mostrate", other: "{n} voci mostrate" },
  older: "Voci precedenti",
  end: "È la voce più vecchia che corrisponde.",
  none: "Nessuna voce corrisponde a questi filtri.",
  noneNext: "Tolga un filtro o scelga un tempo più lungo.",
  refresh: "Cerca nuove voci",
};

export const links: typeof en.links = {
  lead: "Link le cui chiavi nessuno ha ritirato e confermato, i più recenti per primi.",
  caption: "Link che non sono mai stati ritirati",
  state: "Stato",
  reference: "Riferimento",
  to: "Per",
  purpose: "Motivo",
  created: "Creato",
  by: "Autore",
  expires: "Termina",
  content: "Chiavi",
  none: "Ogni link è stato ritirato e confermato.",
  more: "Ce ne sono più di quanti se ne possano mostrare qui.",
  entries: "Voci su {reference}",
  states: {
    draft: "non inviato",
    open: "in attesa",
    claimed: "ritirato, non confermato",
    lapsed: "non confermato in tempo",
    expired: "scaduto",
    locked: "bloccato da PIN errati",
    uncertain: "incerto",
  },
  filter: "Mostra",
};

export const timeline: typeof en.timeline = {
  lead: "Trascini sul grafico per guardare un tempo da vicino.",
  by: "Linee per",
  action: "azione",
  actor: "autore",
  times: "Ora ({zone})",
  per: {
    minutes: {
      one: "Voci al minuto",
      many: "Voci ogni {n} minuti",
      other: "Voci ogni {n} minuti",
    },
    hours: { one: "Voci all’ora", many: "Voci ogni {n} ore", other: "Voci ogni {n} ore" },
    days: { one: "Voci al giorno", many: "Voci ogni {n} giorni", other: "Voci ogni {n} giorni" },
  },
  plot: "Numero di voci nel tempo; la tabella sotto ha le stesse cifre.",
  caption: "Voci in questo tempo",
  name: "Linea",
  total: "Voci",
  peak: "Massimo",
  peakAt: "{count}, da {time}",
  rest: "Tutto il resto",
  sum: "In tutto",
  none: "Non ci sono voci in questo tempo.",
  whole: "Mostra tutto il tempo",
  counts: "Cifre di ogni periodo",
};

export const save: typeof en.save = {
  csv: "Salva come CSV",
  json: "Salva come JSON",
  help: "Ciò che i filtri mostrano. JSON porta una prova per ciascuna di al massimo {count} voci.",
  working: { one: "{n} voce letta …", many: "{n} voci lette …", other: "{n} voci lette …" },
  done: { one: "Salvato: {n} voce.", many: "Salvato: {n} voci.", other: "Salvato: {n} voci." },
  proofs: "Ognuna ha la sua prova, verificata qui.",
  noProofs: "Troppe per avere le prove: imposti un filtro più stretto per averle.",
  cut: "Queste sono le {count} più recenti; ce ne sono altre.",
  failed: "Non è stato salvato nulla: una voce non è quella firmata.",
  stopped: "Fermato; non è stato salvato nulla.",
};
