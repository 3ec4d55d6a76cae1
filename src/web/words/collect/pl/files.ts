/**
 * Polish: the files that keys are saved in.
 *
 * @module
 */
import type * as en from "../en/files.ts";

export const files: typeof en.files = {
  heading: "Zapis kluczy",
  lead: "Plik powstaje w tej przeglądarce i trafia do folderu pobranych plików.",
  plaintext: "Kto ma ten plik, może odczytać klucze. Proszę go odpowiednio przechowywać.",
  csv: "Zapisz jako tabelę Excel (CSV)",
  others: "Inne formaty",
  format: "Format",
  way: "Zabezpiecz plik za pomocą",
  ways: {
    passphrase: "hasła",
    recipient: "odbiorcy age",
    certificate: "certyfikatu",
    kek: "klucza do szyfrowania kluczy (KEK)",
  },
  labels: {
    passphrase: "Hasło do pliku",
    recipient: "Odbiorca age",
    certificate: "Certyfikat (PEM)",
    kek: "KEK (AES-256)",
  },
  helps: {
    passphrase: "Jest potrzebne do otwarcia pliku. Nikt nie zdoła go odzyskać.",
    recipient: "Zaczyna się od age1…",
    certificate: "Tekst od -----BEGIN CERTIFICATE----- do -----END CERTIFICATE-----.",
    kek: "64 cyfry szesnastkowe.",
  },
  faults: {
    passphrase: "Proszę wpisać hasło odpowiednie dla tego formatu.",
    recipient: "To nie jest odbiorca age, którego można użyć.",
    certificate: "Tego certyfikatu nie można użyć: jest niepełny, wygasł lub jest innego rodzaju.",
    kek: "To nie jest klucz złożony z 64 cyfr szesnastkowych.",
  },
  show: "Pokaż wpisywany tekst",
  legacy:
    "Ten format słabo chroni klucze. Jest tu tylko dla starych programów, które nie czytają innych.",
  legacyTick: "Wiem o tym i potrzebuję tego formatu.",
  legacyFault: "Proszę zaznaczyć, że ten format jest potrzebny, albo wybrać inny.",
  button: "Zapisz plik",
  saved: "Zapisano: {file}",
  nothing: "Nie zapisano pliku: ten format nie może pomieścić żadnego z tych liczników.",
  failed: "Nie zapisano pliku.",
  refused: {
    one: "W pliku brakuje {n} licznika. Proszę zapisać go w innym formacie.",
    few: "W pliku brakuje {n} liczników. Proszę zapisać je w innym formacie.",
    many: "W pliku brakuje {n} liczników. Proszę zapisać je w innym formacie.",
    other: "W pliku brakuje {n} licznika. Proszę zapisać je w innym formacie.",
  },
  refusedMore: {
    one: "i jeszcze {n}",
    few: "i jeszcze {n}",
    many: "i jeszcze {n}",
    other: "i jeszcze {n}",
  },
  reasons: {
    KEY_LENGTH: "format nie może pomieścić klucza o tej długości",
    KEY_TYPE: "format nie zna tego rodzaju klucza",
    MASTER_KEY: "klucze odczytowe są w pliku; klucz główny (master key) się w nim nie mieści",
    ADDRESS_KIND: "format nie może oznaczyć tego licznika",
  },
  row: "Wiersz",
  reason: "Powód",
};

export const formats: typeof en.formats = {
  csv: "Tabela Excel (CSV)",
  json: "JSON, z całą zawartością przesyłki",
  pskc: "PSKC (RFC 6030), zaszyfrowany",
  age: "age, zaszyfrowany",
  cms: "CMS dla certyfikatu, zaszyfrowany",
  wmbusmeters: "wmbusmeters, osobny plik dla każdego licznika",
  "home-assistant": "Home Assistant (dodatek wmbusmeters)",
  esphome: "ESPHome",
  iobroker: "ioBroker (bezprzewodowy M-Bus)",
  eddi24: "eddi24 i casameta (tekst)",
  gurux: "Gurux Director (DLMS)",
  kem: "KEM, dla starszych wersji READy",
  kem2: "KEM2, bez podpisu",
};
