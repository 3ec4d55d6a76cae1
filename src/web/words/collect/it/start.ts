/**
 * Italian: the page around everything, the paste box, the PIN.
 *
 * @module
 */
import type * as en from "../en/start.ts";

export const page: typeof en.page = {
  title: "Ritirare le chiavi dei contatori",
  faultTitle: "Errore: {title}",
  language: "Lingua",
  summary: "Da correggere",
  loading: "Un momento",
  loadingLead: "La pagina sta verificando se ci sono chiavi pronte per Lei.",
  offline: "Nessuna connessione",
  offlineLead: "Il servizio non risponde. La pagina riprova da sola; non va perso nulla.",
  retry: "Riprova adesso",
  contact: {
    both: "Chiami {phone} o scriva a {email}.",
    phone: "Chiami {phone}.",
    email: "Scriva a {email}.",
    none: "Si rivolga al mittente nel modo consueto.",
  },
  questions: "Domande su questa consegna?",
  working: {
    stretching: "Verifica del PIN …",
    claiming: "Ritiro delle chiavi …",
    opening: "Apertura delle chiavi …",
    writing: "Scrittura del file …",
    confirming: "Conferma della ricezione …",
  },
  facts: {
    sender: "Da",
    to: "Per",
    purpose: "Scopo",
    contents: "Contenuto",
    reference: "Riferimento",
    created: "Inviato",
    expires: "Da ritirare entro",
    opened: "Consultato",
  },
  meters: { one: "{n} contatore", other: "{n} contatori" },
  keys: { one: "{n} chiave", other: "{n} chiavi" },
  contents: "{meters}, {keys}",
  never: "Mai finora",
  openedTimes: { one: "{n} volta finora", other: "{n} volte finora" },
  openedLast: "{times}, l’ultima {time}",
  notYou: "Non è stato nessuno di voi?",
};

export const paste: typeof en.paste = {
  heading: "Incolli il Suo link",
  lead: "L’indirizzo di questa pagina è incompleto: manca la parte dopo il segno #. Alcuni programmi di posta la tagliano. Non è stato ritirato nulla.",
  label: "Il Suo link, o i 43 caratteri dopo il segno #",
  help: "Lo copi per intero dal messaggio o lo trascriva dalla lettera.",
  button: "Continua",
  fault:
    "Questo non è il link completo. Termina con # e 43 lettere, cifre, trattini o trattini bassi.",
};

export const pin: typeof en.pin = {
  heading: "Ci sono chiavi dei contatori pronte per Lei",
  lead: "Digiti il PIN che il mittente Le ha comunicato per altra via: per telefono, SMS o lettera.",
  once: "Le chiavi si possono ritirare una sola volta, su un solo dispositivo. Le apra sul dispositivo in cui vuole conservarle e concluda in questo browser.",
  label: "PIN",
  help: "Nove caratteri, per esempio {example}. Maiuscole e minuscole sono equivalenti.",
  button: "Apri le chiavi",
  waits: "Il pulsante si attiva quando ci sono tutti e nove i caratteri.",
  fits: "Il PIN è completo.",
  misfits:
    "Un carattere è sbagliato oppure due sono scambiati. Confronti il PIN con quello ricevuto. Non è stato consumato alcun tentativo.",
  wrong: {
    one: "Questo non è il PIN di questa consegna. Le resta {n} tentativo; poi il link viene bloccato.",
    other:
      "Questo non è il PIN di questa consegna. Le restano {n} tentativi; poi il link viene bloccato.",
  },
  mismatch:
    "Le chiavi non si aprono con questo PIN. Digiti quello con cui le ha ritirate. Non consuma alcun tentativo.",
  none: "Non ho il PIN",
  noneText:
    "Il PIN non si trova mai nello stesso messaggio del link. Lo chieda al mittente indicando il riferimento {reference}.",
  again: "Riprenda da dove si era fermato",
  againLead:
    "Queste chiavi sono state ritirate in questo browser. Digiti di nuovo il PIN per aprirle; non consuma alcun tentativo.",
};
