/**
 * Italian: the keys, their table, and confirming.
 *
 * @module
 */
import type * as en from "../en/keys.ts";

export const keys: typeof en.keys = {
  heading: "Ecco le Sue chiavi",
  lead: "Salvi prima le chiavi. Poi confermi di averle.",
  window:
    "Concluda qui, su questo dispositivo, entro: {time} ({distance}). Dopo, le chiavi vengono cancellate e dovranno essere inviate di nuovo.",
  issuer: "Impronta del mittente",
  issuerHelp:
    "La confronti con l’impronta ricevuta insieme al PIN. Se sono diverse, non usi nessuna di queste chiavi.",
  idle: {
    one: "Da un po’ non succede nulla. Per sicurezza le chiavi vengono cancellate da questa pagina tra {n} secondo.",
    other:
      "Da un po’ non succede nulla. Per sicurezza le chiavi vengono cancellate da questa pagina tra {n} secondi.",
  },
  idleAgain: "Lo stesso link e lo stesso PIN le aprono di nuovo.",
  stay: "Sono ancora qui",
  innerHeading: "Ecco il Suo file cifrato",
  innerLead: "Salvi prima il file. Poi confermi di averlo.",
  innerWhy: {
    age: "Le chiavi sono cifrate per la chiave age della Sua organizzazione. Questa pagina non può leggerle; il file si apre solo con la chiave privata che appartiene a questo destinatario.",
    cms: "Le chiavi sono cifrate per il certificato della Sua organizzazione. Questa pagina non può leggerle; il file si apre solo con la chiave privata che appartiene a questo certificato.",
    "rsa-oaep":
      "Le chiavi sono cifrate per una chiave RSA del Suo modulo di sicurezza. Questa pagina non può leggerle; solo quel modulo può estrarle.",
    "aes-kwp":
      "Le chiavi sono avvolte con una chiave del Suo modulo di sicurezza. Questa pagina non può leggerle; solo quel modulo può estrarle.",
  },
  innerRecipient: "Cifrato per",
  innerHelp: "Lo confronti con l’impronta della Sua chiave prima di usare il file.",
  innerSave: "Salva il file cifrato",
};

export const table: typeof en.table = {
  heading: "Vedere le chiavi",
  caption: "Chiavi di questa consegna",
  filter: "Cerca un contatore",
  filterHelp: "Parte del numero, del costruttore o del nome",
  meter: "Contatore",
  type: "Uso",
  key: "Chiave",
  version: "versione {version}",
  kcv: "Valore di controllo",
  kcvHelp:
    "Con il valore di controllo due persone possono confrontare una chiave al telefono senza leggerla ad alta voce.",
  actions: "Azioni",
  hidden: "nascosta",
  reveal: "Mostra",
  hide: "Nascondi",
  copy: "Copia",
  of: "la chiave {type} del contatore {serial}",
  copied: "La chiave del contatore {serial} è negli appunti.",
  copyRefused: "Il browser non ha permesso la copia. Mostri la chiave e la copi a mano.",
  cleared: "Gli appunti sono stati svuotati.",
  lingers: "La chiave copiata potrebbe essere ancora negli appunti.",
  clear: "Svuota gli appunti",
  gone: "Questa chiave non è più in memoria.",
  rows: "Righe da {from} a {to} di {total}",
  found: { one: "{n} chiave trovata", other: "{n} chiavi trovate" },
  none: "Nessun contatore corrisponde a quanto digitato.",
  previous: "Righe precedenti",
  next: "Righe successive",
};

export const confirm: typeof en.confirm = {
  heading: "Confermi di averle",
  lead: "La conferma conclude il ritiro: le chiavi vengono cancellate da questa pagina e dal servizio, e il mittente riceve una ricevuta firmata.",
  unsaved: "In questa pagina non è ancora stato salvato alcun file.",
  tick: "Ho salvato le chiavi.",
  name: "Il Suo nome",
  nameHelp: "Compare nella ricevuta.",
  button: "Conferma la ricezione",
  tickFault: "Spunti la casella per indicare che ha salvato le chiavi.",
  nameFault: "Scriva il Suo nome.",
  later: "Chiudi e concludi più tardi",
  laterHelp:
    "Cancella le chiavi da questa pagina. Lo stesso link e lo stesso PIN le aprono di nuovo in questo browser.",
};
