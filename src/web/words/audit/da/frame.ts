/**
 * Danish: around everything: signing in, what was checked, what went wrong, the keyboard.
 *
 * @module
 */
import type * as en from "../en/frame.ts";

export const page: typeof en.page = {
  title: "Aktivitetslog",
  language: "Sprog",
  signOut: "Log ud",
  views: "Visninger",
  loading: "Et øjeblik …",
  retry: "Prøv igen",
  close: "Luk",
  idle: {
    one: "Der er ikke sket noget i et stykke tid. Om {n} sekund glemmer siden dit token.",
    other: "Der er ikke sket noget i et stykke tid. Om {n} sekunder glemmer siden dit token.",
  },
  stay: "Jeg er her stadig",
};

export const signIn: typeof en.signIn = {
  heading: "Læs aktivitetsloggen",
  lead: "Indsæt dit token. Siden har det kun i hukommelsen og glemmer det, når du genindlæser, logger ud eller lader siden stå i 15 minutter.",
  summary: "Ret venligst dette",
  token: "Adgangstoken",
  tokenHelp: "Det begynder med ms_ og hører til rollen auditor.",
  key: "Loggens nøgle, som den blev noteret ved opsætningen (valgfrit)",
  keyHelp:
    "Med den kontrolleres alt mod en nøgle, du kender. Uden den stoler siden på den nøgle, tjenesten oplyser, og opdager, når den skifter.",
  button: "Log ind",
  working: "Logger ind …",
  ended: "Du er blevet logget ud. Dit token er ikke længere på siden.",
  faults: {
    token: "Indsæt hele tokenet; det begynder med ms_.",
    key: "Det er ikke en logs nøgle. Den lyder navn+8 cifre+bogstaver, alt på én linje.",
    refused: "Tjenesten kender ikke dette token, eller det er udløbet eller trukket tilbage.",
    role: "Dette token må ikke læse loggen. Bed en administrator om et med rollen auditor.",
  },
};

export const faults: typeof en.faults = {
  offline: "Tjenesten svarer ikke. Kontrollér forbindelsen og prøv igen.",
  scope: "Dit token gælder for én kunde og må ikke læse dette.",
  role: "Dit token må ikke læse dette. Rollen auditor er nødvendig.",
  meter: "Ingen måler er kendt under denne adresse, dette navn eller id.",
  unknown: "Loggen har ingen sådan post, eller den er udtyndet.",
  refused: "Tjenesten afviste: {code}.",
};

export const badge: typeof en.badge = {
  checking: "Loggen kontrolleres …",
  verified: "Kontrolleret til og med post {entry} kl. {time}",
  every: "Hver post kontrolleret, til og med {entry} kl. {time}",
  empty: "Loggen er tom",
  unchecked: "Ikke kontrolleret",
  broken: "Loggen er ikke i orden",
  heading: "Hvad denne browser har kontrolleret",
  signature: "Signatur: Loggens hoved bærer en gyldig signatur af {origin}.",
  pinned: "Nøgle: den, du angav, da du loggede ind.",
  trusted:
    "Nøgle: den, tjenesten oplyser. Log ind med den nøgle, der blev noteret ved opsætningen, så behøver du ikke stole på tjenesten.",
  first: "Fortid: Denne browser ser loggen for første gang og husker dens hoved fra nu af.",
  since:
    "Fortid: Intet er ændret eller fjernet, siden denne browser sidst så efter {time}, ved {count} poster.",
  notKept: "Denne browser kan ikke huske hovedet: Lageret er slået fra.",
  rows: "Listens rækker er, hvad tjenesten siger. Åbn en for at kontrollere den.",
  again: "Kontrollér igen",
  save: "Gem kontrolpunktet",
  all: "Kontrollér hver post",
  allHelp: "Læser hele loggen og regner den sammen på ny. Tjenesten noterer, at du gjorde det.",
  allWorking: "{done} af {total} poster kontrolleret",
  stop: "Stands",
  stopped: "Standset efter {done} poster. Indtil da var intet forkert.",
  allGood: {
    one: "{n} post blev læst og hashet; alle fliser og det signerede hoved stemmer.",
    other: "{n} poster blev læst og hashet; alle fliser og det signerede hoved stemmer.",
  },
  pruned: {
    one: "{n} af dem er udtyndet og tæller med sin hash.",
    other: "{n} af dem er udtyndet og tæller med deres hashes.",
  },
  problem: "Fra post {entry} er loggen ikke det, der blev signeret ({code}).",
};

export const broken: typeof en.broken = {
  CHANGED: {
    heading: "Loggen har ændret sin fortid",
    text: "Denne browser husker et signeret hoved med {old} poster fra {time}. Loggen med {now} poster, som tjenesten viser i dag, fortsætter det ikke.",
  },
  SHRUNK: {
    heading: "Loggen har mistet poster",
    text: "Denne browser husker et signeret hoved med {old} poster fra {time}. I dag viser tjenesten kun {now}.",
  },
  KEY: {
    heading: "Loggen signerer med en anden nøgle",
    text: "Tjenesten oplyser en nøgle, der ikke er den, du angav, eller den, denne browser husker.",
  },
  SIGNATURE: {
    heading: "Loggens hoved er ikke signeret med dens nøgle",
    text: "Det, tjenesten viser som loggens hoved, bærer ikke en gyldig signatur.",
  },
  TILES: {
    heading: "Loggen går ikke op",
    text: "De fliser, tjenesten viser, giver ikke det hoved, den har signeret.",
  },
  next: "Gem begge filer, stol ikke på noget herunder, og tal med den, der driver tjenesten. Er en sikkerhedskopi lagt tilbage, står det i en post.",
  saveOld: "Gem det huskede hoved",
  saveNew: "Gem dagens hoved",
  accept: "Glem det gamle hoved og fortsæt med dagens",
};

export const help: typeof en.help = {
  heading: "Taster",
  open: "Tastatur",
  next: "næste række",
  previous: "forrige række",
  enter: "åbn posten",
  escape: "luk",
  search: "til søgningen",
  keys: "vis disse taster",
};
