/**
 * Danish: one entry in full, and its proof.
 *
 * @module
 */
import type * as en from "../en/entry.ts";

export const entry: typeof en.entry = {
  heading: "Post {entry}",
  loading: "Posten og dens bevis hentes …",
  raw: "Som den står i loggen",
  none: "intet",
  print: "Udskriv",
  saveProof: "Gem beviset",
  filter: "Vis alle med samme",
  meters: "Brugte nøgler",
  metersMore: "Flere målere",
  gone: "er her ikke længere",
  address: "Måler",
  name: "Navn",
  version: "Nøgle",
  counts: "Antal",
};

export const fields: typeof en.fields = {
  at: "Tid",
  action: "Handling",
  outcome: "Udfald",
  code: "Kode",
  actor: "Aktør",
  role: "Rolle",
  auth: "Logget ind med",
  customer: "Kunde",
  purpose: "Formål (hash)",
  request: "Forespørgsel",
  node: "Maskine",
  meter: "Måler",
  reference: "Levering",
  link: "Linkets id",
  recipient: "Modtager",
  token: "Adgangstoken",
  to: "Til (hash)",
  count: "Antal",
  frames: "Telegrammer",
  digest: "Telegrammernes hash",
  part: "Del",
  parts: "Dele",
  of: "af dele",
  piece: "Stykke",
  counts: "Antal af hver",
  version: "Nøgleversion",
  from: "Fra nummer",
  size: "Loggens størrelse",
  below: "Udtyndet under post",
  expiresAt: "Slutter",
  v: "Formens version",
};

export const proof: typeof en.proof = {
  good: "Denne post er den, loggen har signeret: kontrolleret her {time}.",
  bad: "Denne post er IKKE det, loggen har signeret.",
  badNext: "Stol ikke på den. Gem beviset, og tal med den, der driver tjenesten.",
  faults: {
    LEAF: "Dens hash er ikke disse bytes’ hash.",
    PATH: "Stien fra denne post fører ikke til det signerede hoved.",
    SIGNATURE: "Det hoved, der følger med, bærer ikke en gyldig signatur.",
    HEAD: "Det hoved, der følger med, passer ikke til det, der blev kontrolleret før.",
    LIST: "Listen viste noget andet under dette nummer.",
    FORM: "Beviset kan ikke læses.",
  },
  details: "Hashværdier",
  leaf: "Postens hash",
  path: "Revisionssti",
  root: "Rod",
  size: { one: "Hoved med {n} post", other: "Hoved med {n} poster" },
  checkpoint: "Signeret hoved",
};
