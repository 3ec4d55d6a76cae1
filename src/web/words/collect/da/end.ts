/**
 * Danish: the receipt, and every way in which a collection ends without one.
 *
 * @module
 */
import type * as en from "../en/end.ts";

export const receipt: typeof en.receipt = {
  heading: "Kvittering",
  lead: "Nøglerne er hentet, og afsenderen har fået besked. Udskriv eller gem kvitteringen; derefter kan siden lukkes.",
  print: "Udskriv",
  save: "Gem som fil",
  name: "Bekræftet af",
  at: "Underskrevet",
  confirmedAt: "Modtaget af tjenesten",
  proof: "Bevis",
  proofHelp: "Med disse værdier kan enhver senere kontrollere, at kvitteringen er ægte.",
  packageHash: "Pakkens SHA-256",
  signature: "Underskrift (ECDSA P-256)",
  publicKey: "Browserens offentlige nøgle",
  signed: "Kvitteringen, som den blev underskrevet",
};

export const closed: typeof en.closed = {
  collected: {
    heading: "Disse nøgler er allerede hentet",
    sentence: "De blev åbnet med link og PIN-kode på en anden enhed eller i en anden browser.",
    next: "Spørg kollegerne. Var det ingen af jer, så meld det straks til afsenderen, så nøglerne kan udskiftes.",
  },
  confirmed: {
    heading: "Denne levering er afsluttet",
    sentence: "Nøglerne er hentet, og modtagelsen er bekræftet. Her ligger ikke mere.",
    next: "Har I ikke længere filen, så bed afsenderen om et nyt link.",
  },
  expired: {
    heading: "Dette link er udløbet",
    sentence: "Ingen hentede nøglerne i tide. De er slettet her.",
    next: "Bed afsenderen om et nyt link.",
  },
  revoked: {
    heading: "Afsenderen har trukket linket tilbage",
    sentence: "Nøglerne kan ikke længere hentes med det.",
    next: "Spørg afsenderen, om et nyt link er på vej.",
  },
  locked: {
    heading: "Dette link er låst",
    sentence:
      "Der blev tastet forkert PIN-kode for mange gange. Nøglerne er ikke udleveret og er slettet her.",
    next: "Bed afsenderen om et nyt link. Var forsøgene ikke jeres, så sig det.",
  },
  lapsed: {
    heading: "Fristen for at gøre det færdigt er udløbet",
    sentence:
      "Nøglerne blev hentet, men modtagelsen blev ikke bekræftet i tide. De er slettet her.",
    next: "Har I gemt nøglerne, så sig det til afsenderen. Ellers bed om et nyt link.",
  },
  unknown: {
    heading: "Dette link fører ingen steder hen",
    sentence:
      "Det er ufuldstændigt, tastet forkert eller ikke længere kendt. Der er ikke hentet noget.",
    next: "Åbn hele linket fra beskeden igen. Hjælper det ikke, så spørg afsenderen.",
  },
  damaged: {
    heading: "Denne levering er beskadiget",
    sentence: "Det, der kom frem, er ikke det, afsenderen forseglede. Brug ingen nøgle fra den.",
    next: "Meld det straks til afsenderen, og oplys referencen.",
  },
  storage: {
    heading: "Denne browser kan ikke beholde det, den henter",
    sentence:
      "Måske er det et privat vindue, eller lagring er slået fra. Der er ikke hentet noget; linket gælder stadig.",
    next: "Kopiér hele linket, og åbn det i et almindeligt vindue eller en anden browser.",
  },
  unsupported: {
    heading: "Denne browser kan ikke åbne nøglerne",
    sentence:
      "Den mangler funktioner til kryptering, eller siden blev ikke åbnet med https. Der er ikke hentet noget; linket gælder stadig.",
    next: "Åbn linket i en aktuel udgave af Chrome, Edge, Firefox eller Safari.",
  },
  wiped: {
    heading: "Nøglerne er lagt væk",
    sentence: "De er ikke længere på siden. Intet er tabt.",
    next: "Åbn dem igen med samme PIN-kode i denne browser.",
  },
  claimedAt: "Hentet",
  again: "Åbn igen",
  report: "Meld det på {phone}",
};
