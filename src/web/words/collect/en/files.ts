/**
 * English: the files that keys are saved in.
 *
 * @module
 */
import { plural } from "../../plural.ts";

export const files = {
  heading: "Save the keys",
  lead: "The file is made in this browser and goes to your downloads.",
  plaintext: "Whoever has this file can read the keys. Store it accordingly.",
  csv: "Save as Excel table (CSV)",
  others: "Other formats",
  format: "Format",
  way: "Protect the file with",
  ways: {
    passphrase: "a passphrase",
    recipient: "an age recipient",
    certificate: "a certificate",
    kek: "a key-encryption key",
  },
  labels: {
    passphrase: "Passphrase for the file",
    recipient: "age recipient",
    certificate: "Certificate (PEM)",
    kek: "Key-encryption key (AES-256)",
  },
  helps: {
    passphrase: "You need it to open the file. Nobody can recover it for you.",
    recipient: "Begins with age1…",
    certificate: "The text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
    kek: "64 hexadecimal digits.",
  },
  faults: {
    passphrase: "Type a passphrase that fits this format.",
    recipient: "This is not an age recipient that can be used.",
    certificate: "This certificate cannot be used: it is incomplete, expired or of another kind.",
    kek: "This is not a key of 64 hexadecimal digits.",
  },
  show: "Show what I type",
  legacy:
    "This format protects keys badly. It is only here for old software that reads nothing else.",
  legacyTick: "I know that and need this format.",
  legacyFault: "Tick that you need this format, or choose another.",
  button: "Save the file",
  saved: "Saved: {file}",
  nothing: "No file was written: this format can hold none of these meters.",
  failed: "No file was written.",
  refused: plural({
    one: "{n} meter is not in the file. Save it in another format.",
    other: "{n} meters are not in the file. Save them in another format.",
  }),
  refusedMore: plural({ one: "and {n} more", other: "and {n} more" }),
  reasons: {
    KEY_LENGTH: "the format cannot hold a key of this length",
    KEY_TYPE: "the format does not know this kind of key",
    MASTER_KEY: "its reading keys are in the file; the master key has no place there",
    ADDRESS_KIND: "the format cannot name this meter",
  },
  row: "Row",
  reason: "Reason",
};

export const formats = {
  csv: "Excel table (CSV)",
  json: "JSON, with everything the delivery holds",
  pskc: "PSKC (RFC 6030), encrypted",
  age: "age, encrypted",
  cms: "CMS for a certificate, encrypted",
  wmbusmeters: "wmbusmeters, a file per meter",
  "home-assistant": "Home Assistant (wmbusmeters add-on)",
  esphome: "ESPHome",
  iobroker: "ioBroker (wireless M-Bus)",
  eddi24: "eddi24 and casameta (text)",
  gurux: "Gurux Director (DLMS)",
  kem: "KEM, for older READy versions",
  kem2: "KEM2, unsigned",
};
