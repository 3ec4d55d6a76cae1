/**
 * Italian: the files that keys are saved in.
 *
 * @module
 */
import type * as en from "../en/files.ts";

export const files: typeof en.files = {
  heading: "Salvare le chiavi",
  lead: "Il file viene creato in questo browser e va nella cartella dei download.",
  plaintext: "Chi ha questo file può leggere le chiavi. Lo conservi di conseguenza.",
  csv: "Salva come tabella Excel (CSV)",
  others: "Altri formati",
  format: "Formato",
  way: "Proteggi il file con",
  ways: {
    passphrase: "una passphrase",
    recipient: "un destinatario age",
    certificate: "un certificato",
    kek: "una chiave per cifrare chiavi (KEK)",
  },
  labels: {
    passphrase: "Passphrase del file",
    recipient: "Destinatario age",
    certificate: "Certificato (PEM)",
    kek: "KEK (AES-256)",
  },
  helps: {
    passphrase: "Serve per aprire il file. Nessuno può recuperarla per Lei.",
    recipient: "Inizia con age1…",
    certificate: "Il testo da -----BEGIN CERTIFICATE----- a -----END CERTIFICATE-----.",
    kek: "64 cifre esadecimali.",
  },
  faults: {
    passphrase: "Digiti una passphrase adatta a questo formato.",
    recipient: "Questo non è un destinatario age utilizzabile.",
    certificate: "Questo certificato non è utilizzabile: è incompleto, scaduto o di altro tipo.",
    kek: "Questa non è una chiave di 64 cifre esadecimali.",
  },
  show: "Mostra ciò che digito",
  legacy:
    "Questo formato protegge male le chiavi. Esiste solo per vecchi programmi che non leggono altro.",
  legacyTick: "Lo so e ho bisogno di questo formato.",
  legacyFault: "Spunti la casella se Le serve questo formato, oppure ne scelga un altro.",
  button: "Salva il file",
  saved: "Salvato: {file}",
  nothing:
    "Non è stato scritto alcun file: questo formato non può contenere nessuno di questi contatori.",
  failed: "Non è stato scritto alcun file.",
  refused: {
    one: "{n} contatore non è nel file. Lo salvi in un altro formato.",
    other: "{n} contatori non sono nel file. Li salvi in un altro formato.",
  },
  refusedMore: { one: "e {n} altro", other: "e altri {n}" },
  reasons: {
    KEY_LENGTH: "il formato non può contenere una chiave di questa lunghezza",
    KEY_TYPE: "il formato non conosce questo tipo di chiave",
    MASTER_KEY: "le chiavi di lettura sono nel file; la chiave master non vi trova posto",
    ADDRESS_KIND: "il formato non può indicare questo contatore",
  },
  row: "Riga",
  reason: "Motivo",
};

export const formats: typeof en.formats = {
  csv: "Tabella Excel (CSV)",
  json: "JSON, con tutto il contenuto della consegna",
  pskc: "PSKC (RFC 6030), cifrato",
  age: "age, cifrato",
  cms: "CMS per un certificato, cifrato",
  wmbusmeters: "wmbusmeters, un file per contatore",
  "home-assistant": "Home Assistant (componente wmbusmeters)",
  esphome: "ESPHome",
  iobroker: "ioBroker (M-Bus senza fili)",
  eddi24: "eddi24 e casameta (testo)",
  gurux: "Gurux Director (DLMS)",
  kem: "KEM, per versioni precedenti di READy",
  kem2: "KEM2, senza firma",
};
