/**
 * German: around everything: signing in, what was checked, what went wrong, the keyboard.
 *
 * @module
 */
import type * as en from "../en/frame.ts";

export const page: typeof en.page = {
  title: "Aktivitätsprotokoll",
  language: "Sprache",
  signOut: "Abmelden",
  views: "Ansichten",
  loading: "Einen Moment …",
  retry: "Erneut versuchen",
  close: "Schließen",
  idle: {
    one: "Eine Weile ist nichts geschehen. In {n} Sekunde vergisst die Seite Ihr Token.",
    other: "Eine Weile ist nichts geschehen. In {n} Sekunden vergisst die Seite Ihr Token.",
  },
  stay: "Ich bin noch da",
};

export const signIn: typeof en.signIn = {
  heading: "Das Aktivitätsprotokoll lesen",
  lead: "Fügen Sie Ihr Token ein. Die Seite behält es nur im Arbeitsspeicher und vergisst es, wenn Sie neu laden, sich abmelden oder die Seite 15 Minuten nicht benutzen.",
  summary: "Bitte berichtigen",
  token: "Zugangstoken",
  tokenHelp: "Es beginnt mit ms_ und gehört zur Rolle auditor.",
  key: "Der Schlüssel des Protokolls, bei der Einrichtung notiert (freiwillig)",
  keyHelp:
    "Damit wird alles gegen einen Schlüssel geprüft, den Sie kennen. Ohne ihn vertraut die Seite dem Schlüssel, den der Dienst nennt, und bemerkt, wenn er wechselt.",
  button: "Anmelden",
  working: "Anmeldung läuft …",
  ended: "Sie wurden abgemeldet. Das Token ist nicht mehr in dieser Seite.",
  faults: {
    token: "Fügen Sie das ganze Token ein; es beginnt mit ms_.",
    key: "Das ist kein Schlüssel eines Protokolls. Er lautet Name+8 Ziffern+Buchstaben, alles in einer Zeile.",
    refused:
      "Der Dienst kennt dieses Token nicht, oder es ist abgelaufen oder zurückgezogen worden.",
    role: "Mit diesem Token darf man das Protokoll nicht lesen. Bitten Sie die Administration um eines mit der Rolle auditor.",
  },
};

export const faults: typeof en.faults = {
  offline: "Der Dienst antwortet nicht. Prüfen Sie die Verbindung und versuchen Sie es erneut.",
  scope: "Ihr Token gilt für einen Kunden; dies darf man damit nicht lesen.",
  role: "Dies darf man mit Ihrem Token nicht lesen. Nötig ist die Rolle auditor.",
  meter: "Unter dieser Adresse, diesem Namen oder dieser Kennung ist kein Zähler bekannt.",
  unknown: "Das Protokoll hat keinen solchen Eintrag, oder er wurde ausgedünnt.",
  refused: "Der Dienst hat abgelehnt: {code}.",
};

export const badge: typeof en.badge = {
  checking: "Das Protokoll wird geprüft …",
  verified: "Geprüft bis Eintrag {entry} um {time}",
  every: "Jeder Eintrag geprüft, bis {entry} um {time}",
  empty: "Das Protokoll ist leer",
  unchecked: "Nicht geprüft",
  broken: "Das Protokoll ist nicht in Ordnung",
  heading: "Was dieser Browser geprüft hat",
  signature: "Signatur: Der Kopf des Protokolls trägt eine gültige Signatur von {origin}.",
  pinned: "Schlüssel: der, den Sie bei der Anmeldung angegeben haben.",
  trusted:
    "Schlüssel: der, den der Dienst nennt. Melden Sie sich mit dem bei der Einrichtung notierten an, und Sie müssen dem Dienst nicht vertrauen.",
  first:
    "Vergangenheit: Dieser Browser sieht das Protokoll zum ersten Mal und merkt sich seinen Kopf von nun an.",
  since:
    "Vergangenheit: Seit dem letzten Blick dieses Browsers am {time}, bei {count} Einträgen, wurde nichts geändert oder entfernt.",
  notKept: "Dieser Browser kann sich den Kopf nicht merken: Der Speicher ist abgeschaltet.",
  rows: "Die Zeilen der Liste sind das, was der Dienst sagt. Öffnen Sie eine, um sie zu prüfen.",
  again: "Noch einmal prüfen",
  save: "Den Prüfpunkt speichern",
  all: "Jeden Eintrag prüfen",
  allHelp:
    "Liest das ganze Protokoll und rechnet es neu zusammen. Der Dienst verzeichnet, dass Sie das getan haben.",
  allWorking: "{done} von {total} Einträgen geprüft",
  stop: "Anhalten",
  stopped: "Nach {done} Einträgen angehalten. Bis dahin war nichts falsch.",
  allGood: {
    one: "{n} Eintrag wurde gelesen und gehasht; alle Kacheln und der signierte Kopf stimmen überein.",
    other:
      "{n} Einträge wurden gelesen und gehasht; alle Kacheln und der signierte Kopf stimmen überein.",
  },
  pruned: {
    one: "{n} davon wurde ausgedünnt und zählt mit seinem Hash.",
    other: "{n} davon wurden ausgedünnt und zählen mit ihren Hashes.",
  },
  problem: "Ab Eintrag {entry} ist das Protokoll nicht das, was signiert wurde ({code}).",
};

export const broken: typeof en.broken = {
  CHANGED: {
    heading: "Das Protokoll hat seine Vergangenheit geändert",
    text: "Dieser Browser erinnert sich an einen signierten Kopf mit {old} Einträgen vom {time}. Das Protokoll mit {now} Einträgen, das der Dienst heute zeigt, setzt ihn nicht fort.",
  },
  SHRUNK: {
    heading: "Das Protokoll hat Einträge verloren",
    text: "Dieser Browser erinnert sich an einen signierten Kopf mit {old} Einträgen vom {time}. Heute zeigt der Dienst nur {now}.",
  },
  KEY: {
    heading: "Das Protokoll signiert mit einem anderen Schlüssel",
    text: "Der Dienst nennt einen Schlüssel, der nicht der ist, den Sie angegeben haben oder an den sich dieser Browser erinnert.",
  },
  SIGNATURE: {
    heading: "Der Kopf des Protokolls ist nicht mit seinem Schlüssel signiert",
    text: "Was der Dienst als Kopf des Protokolls zeigt, trägt keine gültige Signatur.",
  },
  TILES: {
    heading: "Das Protokoll geht nicht auf",
    text: "Die Kacheln, die der Dienst zeigt, ergeben nicht den Kopf, den er signiert hat.",
  },
  next: "Speichern Sie beide Dateien, verlassen Sie sich auf nichts darunter, und sprechen Sie mit dem Betreiber. Nach einer zurückgespielten Sicherung sagt das ein Eintrag.",
  saveOld: "Den gemerkten Kopf speichern",
  saveNew: "Den heutigen Kopf speichern",
  accept: "Den alten Kopf vergessen und mit dem heutigen weitermachen",
};

export const help: typeof en.help = {
  heading: "Tasten",
  open: "Tastatur",
  next: "nächste Zeile",
  previous: "vorige Zeile",
  enter: "Eintrag öffnen",
  escape: "schließen",
  search: "zur Suche",
  keys: "diese Tasten zeigen",
};
