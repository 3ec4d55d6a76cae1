/**
 * German: the files that keys are saved in.
 *
 * @module
 */
import type * as en from "../en/files.ts";

export const files: typeof en.files = {
  heading: "Schlüssel speichern",
  lead: "Die Datei entsteht in diesem Browser und kommt in Ihren Download-Ordner.",
  plaintext: "Wer diese Datei hat, kann die Schlüssel lesen. Bewahren Sie sie entsprechend auf.",
  csv: "Als Excel-Tabelle (CSV) speichern",
  others: "Andere Formate",
  format: "Format",
  way: "Datei schützen mit",
  ways: {
    passphrase: "einer Passphrase",
    recipient: "einem age-Empfänger",
    certificate: "einem Zertifikat",
    kek: "einem Schlüssel zum Verschlüsseln von Schlüsseln (KEK)",
  },
  labels: {
    passphrase: "Passphrase der Datei",
    recipient: "age-Empfänger",
    certificate: "Zertifikat (PEM)",
    kek: "KEK (AES-256)",
  },
  helps: {
    passphrase:
      "Sie brauchen sie, um die Datei zu öffnen. Niemand kann sie für Sie wiederherstellen.",
    recipient: "Beginnt mit age1…",
    certificate: "Der Text von -----BEGIN CERTIFICATE----- bis -----END CERTIFICATE-----.",
    kek: "64 hexadezimale Ziffern.",
  },
  faults: {
    passphrase: "Geben Sie eine Passphrase ein, die zu diesem Format passt.",
    recipient: "Das ist kein verwendbarer age-Empfänger.",
    certificate:
      "Dieses Zertifikat ist nicht verwendbar: unvollständig, abgelaufen oder von anderer Art.",
    kek: "Das ist kein Schlüssel aus 64 hexadezimalen Ziffern.",
  },
  show: "Eingabe anzeigen",
  legacy:
    "Dieses Format schützt Schlüssel schlecht. Es ist nur für alte Software da, die nichts anderes liest.",
  legacyTick: "Ich weiß das und brauche dieses Format.",
  legacyFault:
    "Bestätigen Sie mit dem Häkchen, dass Sie dieses Format brauchen, oder wählen Sie ein anderes.",
  button: "Datei speichern",
  saved: "Gespeichert: {file}",
  nothing: "Es wurde keine Datei geschrieben: Dieses Format kann keinen dieser Zähler aufnehmen.",
  failed: "Es wurde keine Datei geschrieben.",
  refused: {
    one: "{n} Zähler fehlt in der Datei. Speichern Sie ihn in einem anderen Format.",
    other: "{n} Zähler fehlen in der Datei. Speichern Sie sie in einem anderen Format.",
  },
  refusedMore: { one: "und {n} weiterer", other: "und {n} weitere" },
  reasons: {
    KEY_LENGTH: "das Format kann einen Schlüssel dieser Länge nicht aufnehmen",
    KEY_TYPE: "das Format kennt diese Art von Schlüssel nicht",
    MASTER_KEY:
      "die Ableseschlüssel stehen in der Datei; für den Hauptschlüssel (Master Key) ist dort kein Platz",
    ADDRESS_KIND: "das Format kann diesen Zähler nicht benennen",
  },
  row: "Zeile",
  reason: "Grund",
};

export const formats: typeof en.formats = {
  csv: "Excel-Tabelle (CSV)",
  json: "JSON, mit allem, was die Lieferung enthält",
  pskc: "PSKC (RFC 6030), verschlüsselt",
  age: "age, verschlüsselt",
  cms: "CMS für ein Zertifikat, verschlüsselt",
  wmbusmeters: "wmbusmeters, eine Datei je Zähler",
  "home-assistant": "Home Assistant (Add-on wmbusmeters)",
  esphome: "ESPHome",
  iobroker: "ioBroker (Wireless M-Bus)",
  eddi24: "eddi24 und casameta (Text)",
  gurux: "Gurux Director (DLMS)",
  kem: "KEM, für ältere Versionen von READy",
  kem2: "KEM2, unsigniert",
};
