/**
 * Mail and letter in Danish.
 *
 * @module
 */
import type { MailTexts } from "./texts.ts";

export const da: MailTexts = {
  locale: "da-DK",
  meters: { one: "{n} måler", other: "{n} målere" },
  greeting: "Kære {to},",
  regards: "Venlig hilsen",
  until: "Linket virker indtil {expires}.",
  mail: {
    subject: "Målernøgler til afhentning, reference {reference}",
    offer: "{sender} har nøglerne til {meters} klar, så du kan hente dem.",
    purpose: "Formål: {purpose}",
    link: "Åbn dette link i en browser på den enhed, hvor du vil gemme nøglerne:",
    linkMissing: "[indsæt linket her]",
    pin: "Du skal også bruge en PIN-kode på ni tegn. Den får du ad en anden vej, for eksempel pr. telefon, sms eller brev, og aldrig pr. e-mail.",
    stepsTitle: "Sådan henter du nøglerne:",
    steps: [
      "Åbn linket. Det bruger ikke noget op.",
      "Indtast PIN-koden.",
      "Gem nøglerne i det format, du har brug for, for eksempel til Excel.",
      "Bekræft modtagelsen. Bliver du afbrudt inden da, så åbn linket igen på den samme enhed.",
    ],
    fallback:
      "Hvis linket ikke virker, så åbn {page} og indtast eller indsæt denne kode på 43 tegn:",
    fallbackMissing:
      "Hvis linket ikke virker, så åbn {page} og indtast eller indsæt de 43 tegn, der står efter # i linket.",
    warning:
      "Videresend venligst ikke denne e-mail. Hvis siden siger, at nøglerne allerede er hentet, og det ikke var dig, så ring til os med det samme.",
  },
  letter: {
    subject: "PIN-kode til reference {reference}",
    offer:
      "{sender} har sendt dig et link pr. e-mail. Med det henter du nøglerne til {meters}. Du skal bruge denne PIN-kode:",
    pinMissing: "[indsæt PIN-koden her]",
    pinHint:
      "Der er ingen forskel på store og små bogstaver, og mellemrum og bindestreger er uden betydning. Efter fem forkerte PIN-koder låses linket.",
    fingerprint:
      "Siden viser, hvem der har underskrevet nøglerne. Sammenlign dette med det, den viser. Er det ikke ens, så brug intet og ring til os:",
    fallback:
      "Hvis linket i e-mailen ikke virker, så åbn {page} i din browser og indtast eller indsæt koden på 43 tegn, der står i e-mailen.",
    warning: "Opbevar PIN-koden adskilt fra e-mailen. Vi beder dig aldrig om den.",
  },
  sms: "{sender}, {reference}: PIN {pin}. Underskrevet af {issuer}",
};
