/**
 * German: the page around everything, the paste box, the PIN.
 *
 * @module
 */
import type * as en from "../en/start.ts";

export const page: typeof en.page = {
  title: "Zählerschlüssel abholen",
  faultTitle: "Fehler: {title}",
  language: "Sprache",
  summary: "Bitte berichtigen",
  loading: "Einen Moment",
  loadingLead: "Die Seite fragt nach, ob Schlüssel für Sie bereitliegen.",
  offline: "Keine Verbindung",
  offlineLead:
    "Der Dienst antwortet nicht. Die Seite versucht es von selbst weiter; es geht nichts verloren.",
  retry: "Jetzt erneut versuchen",
  contact: {
    both: "Rufen Sie {phone} an oder schreiben Sie an {email}.",
    phone: "Rufen Sie {phone} an.",
    email: "Schreiben Sie an {email}.",
    none: "Wenden Sie sich auf dem gewohnten Weg an den Absender.",
  },
  questions: "Fragen zu dieser Lieferung?",
  working: {
    stretching: "PIN wird geprüft …",
    claiming: "Schlüssel werden abgeholt …",
    opening: "Schlüssel werden geöffnet …",
    writing: "Datei wird geschrieben …",
    confirming: "Empfang wird bestätigt …",
  },
  facts: {
    sender: "Von",
    to: "Für",
    purpose: "Zweck",
    contents: "Inhalt",
    reference: "Referenz",
    created: "Abgesandt",
    expires: "Abholen bis",
    opened: "Angesehen",
  },
  meters: { one: "{n} Zähler", other: "{n} Zähler" },
  keys: { one: "{n} Schlüssel", other: "{n} Schlüssel" },
  contents: "{meters}, {keys}",
  never: "Noch nie",
  openedTimes: { one: "Bisher {n} Mal", other: "Bisher {n} Mal" },
  openedLast: "{times}, zuletzt am {time}",
  notYou: "War das niemand von Ihnen?",
};

export const paste: typeof en.paste = {
  heading: "Link einfügen",
  lead: "Die Adresse dieser Seite ist unvollständig: Der Teil nach dem Zeichen # fehlt. Manche Mailprogramme schneiden ihn ab. Es wurde noch nichts abgeholt.",
  label: "Ihr Link oder die 43 Zeichen nach dem #",
  help: "Kopieren Sie ihn vollständig aus der Nachricht oder tippen Sie ihn aus dem Brief ab.",
  button: "Weiter",
  fault:
    "Das ist nicht der ganze Link. Er endet mit # und 43 Buchstaben, Ziffern, Binde- oder Unterstrichen.",
};

export const pin: typeof en.pin = {
  heading: "Für Sie liegen Zählerschlüssel bereit",
  lead: "Geben Sie die PIN ein, die Ihnen der Absender auf anderem Weg mitgeteilt hat: am Telefon, per SMS oder per Brief.",
  once: "Die Schlüssel können einmal abgeholt werden, auf einem Gerät. Öffnen Sie sie auf dem Gerät, auf dem Sie sie speichern wollen, und bringen Sie es in diesem Browser zu Ende.",
  label: "PIN",
  help: "Neun Zeichen, zum Beispiel {example}. Groß- und Kleinschreibung ist gleich.",
  button: "Schlüssel öffnen",
  waits: "Die Schaltfläche wird frei, sobald alle neun Zeichen dastehen.",
  fits: "Die PIN ist vollständig.",
  misfits:
    "Ein Zeichen ist falsch, oder zwei sind vertauscht. Vergleichen Sie die PIN mit der, die Sie erhalten haben. Das hat keinen Versuch gekostet.",
  wrong: {
    one: "Das ist nicht die PIN dieser Lieferung. Sie haben noch {n} Versuch; danach wird der Link gesperrt.",
    other:
      "Das ist nicht die PIN dieser Lieferung. Sie haben noch {n} Versuche; danach wird der Link gesperrt.",
  },
  mismatch:
    "Mit dieser PIN lassen sich die Schlüssel nicht öffnen. Geben Sie die PIN ein, mit der Sie sie abgeholt haben. Das kostet keinen Versuch.",
  none: "Ich habe keine PIN",
  noneText:
    "Die PIN steht nie in derselben Nachricht wie der Link. Fragen Sie den Absender danach und nennen Sie die Referenz {reference}.",
  again: "Dort weitermachen, wo Sie aufgehört haben",
  againLead:
    "Diese Schlüssel wurden in diesem Browser abgeholt. Geben Sie die PIN noch einmal ein, um sie zu öffnen; das kostet keinen Versuch.",
};
