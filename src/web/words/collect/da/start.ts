/**
 * Danish: the page around everything, the paste box, the PIN.
 *
 * @module
 */
import type * as en from "../en/start.ts";

export const page: typeof en.page = {
  title: "Hent målernøgler",
  faultTitle: "Fejl: {title}",
  language: "Sprog",
  summary: "Ret venligst dette",
  loading: "Et øjeblik",
  loadingLead: "Siden undersøger, om der ligger nøgler klar til jer.",
  offline: "Ingen forbindelse",
  offlineLead: "Tjenesten svarer ikke. Siden prøver selv igen; intet går tabt.",
  retry: "Prøv igen nu",
  contact: {
    both: "Ring til {phone}, eller skriv til {email}.",
    phone: "Ring til {phone}.",
    email: "Skriv til {email}.",
    none: "Kontakt afsenderen, som I plejer.",
  },
  questions: "Spørgsmål til denne levering?",
  working: {
    stretching: "PIN-koden kontrolleres …",
    claiming: "Nøglerne hentes …",
    opening: "Nøglerne åbnes …",
    writing: "Filen skrives …",
    confirming: "Modtagelsen bekræftes …",
  },
  facts: {
    sender: "Fra",
    to: "Til",
    purpose: "Formål",
    contents: "Indhold",
    reference: "Reference",
    created: "Sendt",
    expires: "Hentes senest",
    opened: "Set",
  },
  meters: { one: "{n} måler", other: "{n} målere" },
  keys: { one: "{n} nøgle", other: "{n} nøgler" },
  contents: "{meters}, {keys}",
  never: "Aldrig før",
  openedTimes: { one: "{n} gang før", other: "{n} gange før" },
  openedLast: "{times}, senest {time}",
  notYou: "Var det ingen af jer?",
};

export const paste: typeof en.paste = {
  heading: "Indsæt linket",
  lead: "Sidens adresse er ufuldstændig: Delen efter tegnet # mangler. Nogle mailprogrammer skærer den af. Der er ikke hentet noget.",
  label: "Linket eller de 43 tegn efter #",
  help: "Kopiér hele linket fra beskeden, eller skriv det af fra brevet.",
  button: "Fortsæt",
  fault:
    "Det er ikke hele linket. Det slutter med # og 43 bogstaver, tal, binde- eller understreger.",
};

export const pin: typeof en.pin = {
  heading: "Der ligger målernøgler klar til jer",
  lead: "Indtast den PIN-kode, som afsenderen har givet jer ad en anden vej: telefon, sms eller brev.",
  once: "Nøglerne kan hentes én gang, på én enhed. Åbn dem på den enhed, hvor de skal gemmes, og gør det færdigt i denne browser.",
  label: "PIN-kode",
  help: "Ni tegn, for eksempel {example}. Store og små bogstaver er lige gode.",
  button: "Åbn nøglerne",
  waits: "Knappen kan bruges, når alle ni tegn står der.",
  fits: "PIN-koden er fuldstændig.",
  misfits:
    "Et tegn er forkert, eller to er byttet om. Sammenlign PIN-koden med den, I har fået. Det har ikke kostet et forsøg.",
  wrong: {
    one: "Det er ikke denne leverings PIN-kode. Der er {n} forsøg tilbage; derefter låses linket.",
    other:
      "Det er ikke denne leverings PIN-kode. Der er {n} forsøg tilbage; derefter låses linket.",
  },
  mismatch:
    "Nøglerne kan ikke åbnes med denne PIN-kode. Indtast den, de blev hentet med. Det koster ikke et forsøg.",
  none: "Jeg har ingen PIN-kode",
  noneText:
    "PIN-koden står aldrig i samme besked som linket. Bed afsenderen om den, og oplys referencen {reference}.",
  again: "Fortsæt, hvor I slap",
  againLead:
    "Disse nøgler er hentet i denne browser. Indtast PIN-koden igen for at åbne dem; det koster ikke et forsøg.",
};
