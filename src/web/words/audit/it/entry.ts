/**
 * Italian: one entry in full, and its proof.
 *
 * @module
 */
import type * as en from "../en/entry.ts";

export const entry: typeof en.entry = {
  heading: "Voce {entry}",
  loading: "La voce e la sua prova vengono lette …",
  raw: "Come sta nel registro",
  none: "nessuno",
  print: "Stampa",
  saveProof: "Salva la prova",
  filter: "Mostra tutte con lo stesso",
  meters: "Chiavi usate",
  metersMore: "Altri contatori",
  gone: "non c’è più",
  address: "Contatore",
  name: "Nome",
  version: "Chiave",
  counts: "Quantità",
};

export const fields: typeof en.fields = {
  at: "Ora",
  action: "Azione",
  outcome: "Esito",
  code: "Codice",
  actor: "Autore",
  role: "Ruolo",
  auth: "Accesso con",
  customer: "Cliente",
  purpose: "Motivo (hash)",
  request: "Richiesta",
  node: "Macchina",
  meter: "Contatore",
  reference: "Consegna",
  link: "Identificativo del link",
  recipient: "Destinatario",
  token: "Token di accesso",
  to: "Per (hash)",
  count: "Quantità",
  frames: "Telegrammi",
  digest: "Hash dei telegrammi",
  part: "Parte",
  parts: "Parti",
  of: "di parti",
  piece: "Pezzo",
  counts: "Quantità",
  version: "Versione della chiave",
  from: "Dal numero",
  size: "Dimensione del registro",
  below: "Sfoltito prima della voce",
  expiresAt: "Termina",
  v: "Versione del formato",
};

export const proof: typeof en.proof = {
  good: "Questa voce è quella firmata dal registro: verificata qui, {time}.",
  bad: "Questa voce NON è ciò che il registro ha firmato.",
  badNext: "Non se ne fidi. Salvi la prova e parli con chi gestisce il servizio.",
  faults: {
    LEAF: "Il suo hash non è l’hash di questi byte.",
    PATH: "Il percorso da questa voce non porta alla testa firmata.",
    SIGNATURE: "La testa che l’accompagna non porta una firma valida.",
    HEAD: "La testa che l’accompagna non concorda con quella verificata prima.",
    LIST: "L’elenco mostrava altro con questo numero.",
    FORM: "La prova non si può leggere.",
  },
  details: "Valori hash",
  leaf: "Hash della voce",
  path: "Percorso di prova",
  root: "Radice",
  size: {
    one: "Testa di {n} voce",
    many: "Testa di {n} voci",
    other: "Testa di {n} voci",
  },
  checkpoint: "Testa firmata",
};
