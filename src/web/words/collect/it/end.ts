/**
 * Italian: the receipt, and every way in which a collection ends without one.
 *
 * @module
 */
import type * as en from "../en/end.ts";

export const receipt: typeof en.receipt = {
  heading: "Ricevuta",
  lead: "Ha ritirato le chiavi e il mittente ne è informato. Stampi o salvi questa ricevuta; poi può chiudere la pagina.",
  print: "Stampa",
  save: "Salva come file",
  name: "Confermato da",
  at: "Firmato",
  confirmedAt: "Pervenuto al servizio",
  proof: "Prova",
  proofHelp:
    "Con questi valori chiunque può verificare in seguito che questa ricevuta è autentica.",
  packageHash: "SHA-256 del pacchetto",
  signature: "Firma (ECDSA P-256)",
  publicKey: "Chiave pubblica di questo browser",
  signed: "Ricevuta così come firmata",
};

export const closed: typeof en.closed = {
  collected: {
    heading: "Queste chiavi sono già state ritirate",
    sentence: "Sono state aperte con link e PIN su un altro dispositivo o in un altro browser.",
    next: "Chieda ai colleghi. Se non è stato nessuno di voi, lo segnali subito al mittente, affinché le chiavi vengano sostituite.",
  },
  confirmed: {
    heading: "Questa consegna è conclusa",
    sentence:
      "Le chiavi sono state ritirate e la ricezione è stata confermata. Qui non c’è più nulla.",
    next: "Se non ha più il file, chieda al mittente un nuovo link.",
  },
  expired: {
    heading: "Questo link è scaduto",
    sentence: "Nessuno ha ritirato le chiavi in tempo. Qui sono state cancellate.",
    next: "Chieda al mittente un nuovo link.",
  },
  revoked: {
    heading: "Il mittente ha revocato questo link",
    sentence: "Le chiavi non si possono più ritirare con esso.",
    next: "Chieda al mittente se arriverà un nuovo link.",
  },
  locked: {
    heading: "Questo link è bloccato",
    sentence:
      "È stato digitato troppe volte un PIN sbagliato. Le chiavi non sono state consegnate e qui sono state cancellate.",
    next: "Chieda al mittente un nuovo link. Se i tentativi non erano Suoi, lo dica.",
  },
  lapsed: {
    heading: "Il tempo per concludere è scaduto",
    sentence:
      "Le chiavi sono state ritirate, ma la ricezione non è stata confermata in tempo. Qui sono state cancellate.",
    next: "Se ha salvato le chiavi, lo comunichi al mittente. Altrimenti chieda un nuovo link.",
  },
  unknown: {
    heading: "Questo link non porta da nessuna parte",
    sentence: "È incompleto, digitato male o non più conosciuto. Non è stato ritirato nulla.",
    next: "Apra di nuovo il link completo dal messaggio. Se non serve, chieda al mittente.",
  },
  damaged: {
    heading: "Questa consegna è danneggiata",
    sentence:
      "Ciò che è arrivato non è ciò che il mittente ha sigillato. Non ne usi alcuna chiave.",
    next: "Lo segnali subito al mittente indicando il riferimento.",
  },
  storage: {
    heading: "Questo browser non può conservare ciò che ritira",
    sentence:
      "Forse è una finestra privata o la memorizzazione è disattivata. Non è stato ritirato nulla; il Suo link è ancora valido.",
    next: "Copi il link completo e lo apra in una finestra normale o in un altro browser.",
  },
  unsupported: {
    heading: "Questo browser non può aprire le chiavi",
    sentence:
      "Gli mancano funzioni di cifratura oppure la pagina non è stata aperta con https. Non è stato ritirato nulla; il Suo link è ancora valido.",
    next: "Apra il link in una versione attuale di Chrome, Edge, Firefox o Safari.",
  },
  wiped: {
    heading: "Le chiavi sono state messe via",
    sentence: "Non sono più in questa pagina. Non è andato perso nulla.",
    next: "Le apra di nuovo in questo browser con lo stesso PIN.",
  },
  claimedAt: "Ritirate il",
  again: "Apri di nuovo",
  report: "Segnali al {phone}",
};
