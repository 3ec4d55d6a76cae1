/**
 * German: the keys, their table, and confirming.
 *
 * @module
 */
import type * as en from "../en/keys.ts";

export const keys: typeof en.keys = {
  heading: "Ihre Schlüssel sind da",
  lead: "Speichern Sie zuerst die Schlüssel. Bestätigen Sie dann den Empfang.",
  window:
    "Bringen Sie es hier auf diesem Gerät zu Ende, spätestens {time} ({distance}). Danach werden die Schlüssel gelöscht und müssen Ihnen neu gesandt werden.",
  issuer: "Fingerabdruck des Absenders",
  issuerHelp:
    "Vergleichen Sie ihn mit dem Fingerabdruck, den Sie mit der PIN erhalten haben. Weicht er ab, verwenden Sie keinen dieser Schlüssel.",
  idle: {
    one: "Seit einer Weile ist nichts geschehen. Zur Sicherheit werden die Schlüssel in {n} Sekunde von dieser Seite gelöscht.",
    other:
      "Seit einer Weile ist nichts geschehen. Zur Sicherheit werden die Schlüssel in {n} Sekunden von dieser Seite gelöscht.",
  },
  idleAgain: "Derselbe Link und dieselbe PIN öffnen sie wieder.",
  stay: "Ich bin noch da",
  innerHeading: "Ihre verschlüsselte Datei ist da",
  innerLead: "Speichern Sie zuerst die Datei. Bestätigen Sie dann den Empfang.",
  innerWhy: {
    age: "Die Schlüssel sind für den age-Schlüssel Ihres Unternehmens verschlüsselt. Diese Seite kann sie nicht lesen; die Datei öffnet sich nur mit dem privaten Schlüssel, der zu diesem Empfänger gehört.",
    cms: "Die Schlüssel sind für das Zertifikat Ihres Unternehmens verschlüsselt. Diese Seite kann sie nicht lesen; die Datei öffnet sich nur mit dem privaten Schlüssel, der zu diesem Zertifikat gehört.",
    "rsa-oaep":
      "Die Schlüssel sind für einen RSA-Schlüssel in Ihrem Sicherheitsmodul verschlüsselt. Diese Seite kann sie nicht lesen; nur dieses Modul kann sie auspacken.",
    "aes-kwp":
      "Die Schlüssel sind mit einem Schlüssel in Ihrem Sicherheitsmodul verpackt. Diese Seite kann sie nicht lesen; nur dieses Modul kann sie auspacken.",
  },
  innerRecipient: "Verschlüsselt für",
  innerHelp:
    "Vergleichen Sie dies mit dem Fingerabdruck Ihres eigenen Schlüssels, bevor Sie die Datei verwenden.",
  innerSave: "Verschlüsselte Datei speichern",
};

export const table: typeof en.table = {
  heading: "Schlüssel ansehen",
  caption: "Schlüssel dieser Lieferung",
  filter: "Zähler suchen",
  filterHelp: "Teil der Nummer, des Herstellers oder des Namens",
  meter: "Zähler",
  type: "Verwendung",
  key: "Schlüssel",
  version: "Version {version}",
  kcv: "Prüfwert",
  kcvHelp:
    "Mit dem Prüfwert vergleichen zwei Personen einen Schlüssel am Telefon, ohne ihn vorzulesen.",
  actions: "Aktionen",
  hidden: "verborgen",
  reveal: "Anzeigen",
  hide: "Verbergen",
  copy: "Kopieren",
  of: "{type}-Schlüssel des Zählers {serial}",
  copied: "Der Schlüssel des Zählers {serial} liegt in der Zwischenablage.",
  copyRefused:
    "Der Browser hat das Kopieren nicht erlaubt. Zeigen Sie den Schlüssel an und kopieren Sie ihn von Hand.",
  cleared: "Die Zwischenablage wurde geleert.",
  lingers: "Der kopierte Schlüssel liegt vielleicht noch in der Zwischenablage.",
  clear: "Zwischenablage leeren",
  gone: "Dieser Schlüssel ist nicht mehr im Speicher.",
  rows: "Zeilen {from} bis {to} von {total}",
  found: { one: "{n} Schlüssel gefunden", other: "{n} Schlüssel gefunden" },
  none: "Kein Zähler passt zu Ihrer Eingabe.",
  previous: "Vorige Zeilen",
  next: "Nächste Zeilen",
};

export const confirm: typeof en.confirm = {
  heading: "Empfang bestätigen",
  lead: "Mit der Bestätigung ist die Abholung beendet: Die Schlüssel werden auf dieser Seite und beim Dienst gelöscht, und der Absender erhält eine signierte Quittung.",
  unsaved: "Auf dieser Seite wurde noch keine Datei gespeichert.",
  tick: "Ich habe die Schlüssel gespeichert.",
  name: "Ihr Name",
  nameHelp: "Er steht in der Quittung.",
  button: "Empfang bestätigen",
  tickFault: "Bestätigen Sie mit dem Häkchen, dass Sie die Schlüssel gespeichert haben.",
  nameFault: "Geben Sie Ihren Namen ein.",
  later: "Schließen und später beenden",
  laterHelp:
    "Löscht die Schlüssel von dieser Seite. Derselbe Link und dieselbe PIN öffnen sie in diesem Browser wieder.",
};
