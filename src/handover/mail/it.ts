/**
 * Mail and letter in Italian.
 *
 * @module
 */
import type { MailTexts } from "./texts.ts";

export const it: MailTexts = {
  locale: "it-IT",
  meters: { one: "{n} contatore", other: "{n} contatori" },
  greeting: "Buongiorno {to},",
  regards: "Cordiali saluti",
  until: "Il link funziona fino a {expires}.",
  mail: {
    subject: "Chiavi dei contatori da ritirare, riferimento {reference}",
    offer: "presso {sender} sono pronte da ritirare le chiavi di {meters}.",
    purpose: "Motivo: {purpose}",
    link: "Apra questo link in un browser, sul dispositivo in cui vuole salvare le chiavi:",
    linkMissing: "[inserire qui il link]",
    pin: "Le serve anche un PIN di nove caratteri. Lo riceve per un'altra via, per esempio per telefono, SMS o lettera, e mai per e-mail.",
    stepsTitle: "Come ritirare le chiavi:",
    steps: [
      "Apra il link. Aprirlo non consuma nulla.",
      "Digiti il PIN.",
      "Salvi le chiavi nel formato che le serve, per esempio per Excel.",
      "Confermi la ricezione. Se viene interrotto prima, riapra il link sullo stesso dispositivo.",
    ],
    fallback:
      "Se il link non funziona, apra {page} e digiti o incolli questo codice di 43 caratteri:",
    fallbackMissing:
      "Se il link non funziona, apra {page} e digiti o incolli i 43 caratteri che nel link seguono #.",
    warning:
      "La preghiamo di non inoltrare questa e-mail. Se la pagina dice che le chiavi sono già state ritirate e non è stato lei, ci chiami subito.",
  },
  letter: {
    subject: "PIN per il riferimento {reference}",
    offer:
      "{sender} le ha inviato un link per e-mail. Con esso ritira le chiavi di {meters}. Le serve questo PIN:",
    pinMissing: "[inserire qui il PIN]",
    pinHint:
      "Maiuscole e minuscole sono equivalenti, spazi e trattini non contano. Dopo cinque PIN errati il link viene bloccato.",
    fingerprint:
      "La pagina mostra chi ha firmato le chiavi. Lo confronti con quanto segue e, se è diverso, non usi nulla e ci chiami:",
    fallback:
      "Se il link nell'e-mail non funziona, apra {page} nel browser e digiti o incolli il codice di 43 caratteri che si trova nell'e-mail.",
    warning: "Conservi il PIN separato dall'e-mail. Non glielo chiederemo mai.",
  },
  sms: "{sender}, {reference}: PIN {pin}. Firmato da {issuer}",
};
