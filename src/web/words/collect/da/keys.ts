/**
 * Danish: the keys, their table, and confirming.
 *
 * @module
 */
import type * as en from "../en/keys.ts";

export const keys: typeof en.keys = {
  heading: "Nøglerne er her",
  lead: "Gem først nøglerne. Bekræft derefter, at I har dem.",
  window:
    "Gør det færdigt her på denne enhed senest {time} ({distance}). Derefter slettes nøglerne og må sendes til jer igen.",
  issuer: "Afsenderens fingeraftryk",
  issuerHelp:
    "Sammenlign det med fingeraftrykket, der fulgte med PIN-koden. Er de forskellige, må ingen af nøglerne bruges.",
  idle: {
    one: "Der er ikke sket noget et stykke tid. For en sikkerheds skyld slettes nøglerne fra siden om {n} sekund.",
    other:
      "Der er ikke sket noget et stykke tid. For en sikkerheds skyld slettes nøglerne fra siden om {n} sekunder.",
  },
  idleAgain: "Samme link og PIN-kode åbner dem igen.",
  stay: "Jeg er her stadig",
  innerHeading: "Den krypterede fil er her",
  innerLead: "Gem først filen. Bekræft derefter, at I har den.",
  innerWhy: {
    age: "Nøglerne er krypteret til virksomhedens egen age-nøgle. Siden kan ikke læse dem; filen åbnes kun med den private nøgle, der hører til denne modtager.",
    cms: "Nøglerne er krypteret til virksomhedens certifikat. Siden kan ikke læse dem; filen åbnes kun med den private nøgle, der hører til dette certifikat.",
    "rsa-oaep":
      "Nøglerne er krypteret til en RSA-nøgle i jeres sikkerhedsmodul. Siden kan ikke læse dem; kun modulet kan pakke dem ud.",
    "aes-kwp":
      "Nøglerne er pakket med en nøgle i jeres sikkerhedsmodul. Siden kan ikke læse dem; kun modulet kan pakke dem ud.",
  },
  innerRecipient: "Krypteret til",
  innerHelp: "Sammenlign med jeres egen nøgles fingeraftryk, før filen tages i brug.",
  innerSave: "Gem den krypterede fil",
};

export const table: typeof en.table = {
  heading: "Se nøglerne",
  caption: "Nøglerne i denne levering",
  filter: "Find en måler",
  filterHelp: "En del af nummeret, fabrikatet eller navnet",
  meter: "Måler",
  type: "Anvendelse",
  key: "Nøgle",
  version: "udgave {version}",
  kcv: "Kontrolværdi",
  kcvHelp:
    "Med kontrolværdien kan to personer sammenligne en nøgle i telefonen uden at læse den op.",
  actions: "Handlinger",
  hidden: "skjult",
  reveal: "Vis",
  hide: "Skjul",
  copy: "Kopiér",
  of: "{type}-nøglen til måler {serial}",
  copied: "Nøglen til måler {serial} ligger i udklipsholderen.",
  copyRefused: "Browseren tillod ikke kopiering. Vis nøglen, og kopiér den selv.",
  cleared: "Udklipsholderen er tømt.",
  lingers: "Den kopierede nøgle ligger måske stadig i udklipsholderen.",
  clear: "Tøm udklipsholderen",
  gone: "Denne nøgle er ikke længere i hukommelsen.",
  rows: "Række {from} til {to} af {total}",
  found: { one: "{n} nøgle fundet", other: "{n} nøgler fundet" },
  none: "Ingen måler passer til det indtastede.",
  previous: "Forrige rækker",
  next: "Næste rækker",
};

export const confirm: typeof en.confirm = {
  heading: "Bekræft modtagelsen",
  lead: "Når I bekræfter, er afhentningen slut: Nøglerne slettes fra denne side og fra tjenesten, og afsenderen får en underskrevet kvittering.",
  unsaved: "Der er endnu ikke gemt en fil fra denne side.",
  tick: "Jeg har gemt nøglerne.",
  name: "Navn",
  nameHelp: "Det står i kvitteringen.",
  button: "Bekræft modtagelsen",
  tickFault: "Sæt kryds ved, at nøglerne er gemt.",
  nameFault: "Skriv dit navn.",
  later: "Luk og gør det færdigt senere",
  laterHelp:
    "Sletter nøglerne fra denne side. Samme link og PIN-kode åbner dem igen i denne browser.",
};
