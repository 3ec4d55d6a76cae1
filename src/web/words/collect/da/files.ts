/**
 * Danish: the files that keys are saved in.
 *
 * @module
 */
import type * as en from "../en/files.ts";

export const files: typeof en.files = {
  heading: "Gem nøglerne",
  lead: "Filen laves i denne browser og lægges i mappen med overførsler.",
  plaintext: "Den, der har filen, kan læse nøglerne. Opbevar den derefter.",
  csv: "Gem som Excel-ark (CSV)",
  others: "Andre formater",
  format: "Format",
  way: "Beskyt filen med",
  ways: {
    passphrase: "en adgangssætning",
    recipient: "en age-modtager",
    certificate: "et certifikat",
    kek: "en nøgle til kryptering af nøgler (KEK)",
  },
  labels: {
    passphrase: "Filens adgangssætning",
    recipient: "age-modtager",
    certificate: "Certifikat (PEM)",
    kek: "KEK (AES-256)",
  },
  helps: {
    passphrase: "Den skal bruges til at åbne filen. Ingen kan genskabe den.",
    recipient: "Begynder med age1…",
    certificate: "Teksten fra -----BEGIN CERTIFICATE----- til -----END CERTIFICATE-----.",
    kek: "64 hexadecimale cifre.",
  },
  faults: {
    passphrase: "Indtast en adgangssætning, der passer til formatet.",
    recipient: "Det er ikke en age-modtager, der kan bruges.",
    certificate: "Certifikatet kan ikke bruges: ufuldstændigt, udløbet eller af en anden slags.",
    kek: "Det er ikke en nøgle på 64 hexadecimale cifre.",
  },
  show: "Vis det indtastede",
  legacy:
    "Dette format beskytter nøgler dårligt. Det findes kun til gammel software, der ikke læser andet.",
  legacyTick: "Det ved jeg, og jeg har brug for formatet.",
  legacyFault: "Sæt kryds ved, at I har brug for formatet, eller vælg et andet.",
  button: "Gem filen",
  saved: "Gemt: {file}",
  nothing: "Der blev ikke skrevet en fil: Formatet kan ikke rumme nogen af målerne.",
  failed: "Der blev ikke skrevet en fil.",
  refused: {
    one: "{n} måler er ikke med i filen. Gem den i et andet format.",
    other: "{n} målere er ikke med i filen. Gem dem i et andet format.",
  },
  refusedMore: { one: "og {n} mere", other: "og {n} mere" },
  reasons: {
    KEY_LENGTH: "formatet kan ikke rumme en nøgle af denne længde",
    KEY_TYPE: "formatet kender ikke denne slags nøgle",
    MASTER_KEY: "aflæsningsnøglerne er i filen; hovednøglen (master key) har ingen plads der",
    ADDRESS_KIND: "formatet kan ikke betegne denne måler",
  },
  row: "Række",
  reason: "Årsag",
};

export const formats: typeof en.formats = {
  csv: "Excel-ark (CSV)",
  json: "JSON med alt, hvad leveringen indeholder",
  pskc: "PSKC (RFC 6030), krypteret",
  age: "age, krypteret",
  cms: "CMS til et certifikat, krypteret",
  wmbusmeters: "wmbusmeters, en fil pr. måler",
  "home-assistant": "Home Assistant (tilføjelsen wmbusmeters)",
  esphome: "ESPHome",
  iobroker: "ioBroker (trådløs M-Bus)",
  eddi24: "eddi24 og casameta (tekst)",
  gurux: "Gurux Director (DLMS)",
  kem: "KEM, til ældre udgaver af READy",
  kem2: "KEM2, uden underskrift",
};
