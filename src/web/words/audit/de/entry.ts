/**
 * German: one entry in full, and its proof.
 *
 * @module
 */
import type * as en from "../en/entry.ts";

export const entry: typeof en.entry = {
  heading: "Eintrag {entry}",
  loading: "Eintrag und Beweis werden geholt …",
  raw: "Wie er im Protokoll steht",
  none: "keine",
  print: "Drucken",
  saveProof: "Den Beweis speichern",
  filter: "Alle mit demselben",
  meters: "Benutzte Schlüssel",
  metersMore: "Weitere Zähler",
  gone: "nicht mehr da",
  address: "Zähler",
  name: "Bezeichnung",
  version: "Schlüssel",
  counts: "Anzahl",
};

export const fields: typeof en.fields = {
  at: "Zeit",
  action: "Vorgang",
  outcome: "Ergebnis",
  code: "Fehlercode",
  actor: "Akteur",
  role: "Rolle",
  auth: "Angemeldet durch",
  customer: "Kunde",
  purpose: "Zweck (Hash)",
  request: "Anfrage",
  node: "Maschine",
  meter: "Zähler",
  reference: "Lieferung",
  link: "Kennung des Links",
  recipient: "Empfänger",
  token: "Zugangstoken",
  to: "Für (Hash)",
  count: "Anzahl",
  frames: "Telegramme",
  digest: "Hash der Telegramme",
  part: "Teil",
  parts: "Teile",
  of: "von Teilen",
  piece: "Stück",
  counts: "Anzahlen",
  version: "Schlüsselversion",
  from: "Ab Nummer",
  size: "Größe des Protokolls",
  below: "Ausgedünnt unter Eintrag",
  expiresAt: "Endet",
  v: "Version der Form",
};

export const proof: typeof en.proof = {
  good: "Dieser Eintrag ist der, den das Protokoll signiert hat: hier geprüft am {time}.",
  bad: "Dieser Eintrag ist NICHT das, was das Protokoll signiert hat.",
  badNext:
    "Verlassen Sie sich nicht darauf. Speichern Sie den Beweis und sprechen Sie mit dem Betreiber.",
  faults: {
    LEAF: "Sein Hash ist nicht der Hash dieser Bytes.",
    PATH: "Der Pfad von diesem Eintrag führt nicht zum signierten Kopf.",
    SIGNATURE: "Der mitgelieferte Kopf trägt keine gültige Signatur.",
    HEAD: "Der mitgelieferte Kopf passt nicht zu dem zuvor geprüften.",
    LIST: "Die Liste zeigte unter dieser Nummer etwas anderes.",
    FORM: "Der Beweis ist nicht lesbar.",
  },
  details: "Hashwerte",
  leaf: "Hash des Eintrags",
  path: "Prüfpfad",
  root: "Wurzel",
  size: { one: "Kopf mit {n} Eintrag", other: "Kopf mit {n} Einträgen" },
  checkpoint: "Signierter Kopf",
};
