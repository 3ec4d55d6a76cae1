/**
 * Italian: around everything: signing in, what was checked, what went wrong, the keyboard.
 *
 * @module
 */
import type * as en from "../en/frame.ts";

export const page: typeof en.page = {
  title: "Registro delle attività",
  language: "Lingua",
  signOut: "Esci",
  views: "Viste",
  loading: "Un momento …",
  retry: "Riprova",
  close: "Chiudi",
  idle: {
    one: "Da un po’ non succede nulla. Tra {n} secondo la pagina dimentica il suo token.",
    many: "Da un po’ non succede nulla. Tra {n} secondi la pagina dimentica il suo token.",
    other: "Da un po’ non succede nulla. Tra {n} secondi la pagina dimentica il suo token.",
  },
  stay: "Sono ancora qui",
};

export const signIn: typeof en.signIn = {
  heading: "Leggere il registro delle attività",
  lead: "Incolli il suo token. La pagina lo tiene solo in memoria e lo dimentica quando ricarica, esce o non usa la pagina per 15 minuti.",
  summary: "Corregga quanto segue",
  token: "Token di accesso",
  tokenHelp: "Comincia con ms_ e appartiene al ruolo auditor.",
  key: "La chiave del registro, annotata all’installazione (facoltativa)",
  keyHelp:
    "Con essa tutto viene verificato rispetto a una chiave che lei conosce. Senza, la pagina si fida della chiave indicata dal servizio e si accorge quando cambia.",
  button: "Accedi",
  working: "Accesso in corso …",
  ended: "La sessione è terminata. Il token non è più in questa pagina.",
  faults: {
    token: "Incolli il token intero; comincia con ms_.",
    key: "Questa non è la chiave di un registro. Si scrive nome+8 cifre+lettere, tutto su una riga.",
    refused: "Il servizio non conosce questo token, oppure è scaduto o è stato revocato.",
    role: "Questo token non può leggere il registro. Ne chieda uno con il ruolo auditor a un amministratore.",
  },
};

export const faults: typeof en.faults = {
  offline: "Il servizio non risponde. Controlli la connessione e riprovi.",
  scope: "Il suo token vale per un solo cliente e non può leggere questo.",
  role: "Il suo token non può leggere questo. Serve il ruolo auditor.",
  meter: "Nessun contatore è noto con questo indirizzo, nome o identificativo.",
  unknown: "Il registro non ha questa voce, oppure è stata sfoltita.",
  refused: "Il servizio ha rifiutato: {code}.",
};

export const badge: typeof en.badge = {
  checking: "Verifica del registro …",
  verified: "Verificato fino alla voce {entry} alle {time}",
  every: "Verificata ogni voce, fino alla {entry}, alle {time}",
  empty: "Il registro è vuoto",
  unchecked: "Non verificato",
  broken: "Il registro non è in ordine",
  heading: "Che cosa ha verificato questo browser",
  signature: "Firma: la testa del registro porta una firma valida di {origin}.",
  pinned: "Chiave: quella che ha indicato all’accesso.",
  trusted:
    "Chiave: quella indicata dal servizio. Acceda con la chiave annotata all’installazione e non dovrà fidarsi del servizio.",
  first:
    "Passato: questo browser vede il registro per la prima volta e da ora ne ricorda la testa.",
  since:
    "Passato: nulla è stato cambiato o tolto dall’ultima volta che questo browser ha guardato, {time}, con {count} voci.",
  notKept: "Questo browser non può ricordare la testa: l’archiviazione è disattivata.",
  rows: "Le righe dell’elenco sono ciò che dice il servizio. Ne apra una per verificarla.",
  again: "Verifica di nuovo",
  save: "Salva il checkpoint",
  all: "Verifica ogni voce",
  allHelp: "Legge tutto il registro e lo ricalcola. Il servizio annota che lo ha fatto.",
  allWorking: "{done} di {total} voci verificate",
  stop: "Ferma",
  stopped: "Fermato dopo {done} voci. Fin lì non c’era nulla di sbagliato.",
  allGood: {
    one: "È stata letta {n} voce e calcolato il suo hash; tutte le tessere e la testa firmata concordano.",
    many: "Sono state lette {n} voci e calcolati i loro hash; tutte le tessere e la testa firmata concordano.",
    other:
      "Sono state lette {n} voci e calcolati i loro hash; tutte le tessere e la testa firmata concordano.",
  },
  pruned: {
    one: "{n} di esse è stata sfoltita e conta con il suo hash.",
    many: "{n} di esse sono state sfoltite e contano con i loro hash.",
    other: "{n} di esse sono state sfoltite e contano con i loro hash.",
  },
  problem: "Dalla voce {entry} in poi il registro non è ciò che è stato firmato ({code}).",
};

export const broken: typeof en.broken = {
  CHANGED: {
    heading: "Il registro ha cambiato il suo passato",
    text: "Questo browser ricorda una testa firmata di {old} voci, {time}. Il registro di {now} voci che il servizio mostra oggi non la continua.",
  },
  SHRUNK: {
    heading: "Il registro ha perso voci",
    text: "Questo browser ricorda una testa firmata di {old} voci, {time}. Oggi il servizio ne mostra solo {now}.",
  },
  KEY: {
    heading: "Il registro firma con un’altra chiave",
    text: "Il servizio indica una chiave che non è quella indicata da lei o ricordata da questo browser.",
  },
  SIGNATURE: {
    heading: "La testa del registro non è firmata con la sua chiave",
    text: "Ciò che il servizio mostra come testa del registro non porta una firma valida.",
  },
  TILES: {
    heading: "I conti del registro non tornano",
    text: "Le tessere che il servizio mostra non danno la testa che ha firmato.",
  },
  next: "Salvi i due file, non si fidi di nulla qui sotto e parli con chi gestisce il servizio. Se è stata ripristinata una copia, una voce lo dice.",
  saveOld: "Salva la testa ricordata",
  saveNew: "Salva la testa di oggi",
  accept: "Dimentica la vecchia testa e continua con quella di oggi",
};

export const help: typeof en.help = {
  heading: "Tasti",
  open: "Tastiera",
  next: "riga successiva",
  previous: "riga precedente",
  enter: "apri la voce",
  escape: "chiudi",
  search: "vai alla ricerca",
  keys: "mostra questi tasti",
};
