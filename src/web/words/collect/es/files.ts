/**
 * Spanish: the files that keys are saved in.
 *
 * @module
 */
import type * as en from "../en/files.ts";

export const files: typeof en.files = {
  heading: "Guardar las claves",
  lead: "El archivo se crea en este navegador y va a su carpeta de descargas.",
  plaintext: "Quien tenga este archivo puede leer las claves. Guárdelo en consecuencia.",
  csv: "Guardar como tabla de Excel (CSV)",
  others: "Otros formatos",
  format: "Formato",
  way: "Proteger el archivo con",
  ways: {
    passphrase: "una frase de contraseña",
    recipient: "un destinatario de age",
    certificate: "un certificado",
    kek: "una clave para cifrar claves (KEK)",
  },
  labels: {
    passphrase: "Frase de contraseña del archivo",
    recipient: "Destinatario de age",
    certificate: "Certificado (PEM)",
    kek: "KEK (AES-256)",
  },
  helps: {
    passphrase: "La necesitará para abrir el archivo. Nadie puede recuperarla por usted.",
    recipient: "Empieza por age1…",
    certificate: "El texto desde -----BEGIN CERTIFICATE----- hasta -----END CERTIFICATE-----.",
    kek: "64 cifras hexadecimales.",
  },
  faults: {
    passphrase: "Escriba una frase de contraseña adecuada para este formato.",
    recipient: "Este no es un destinatario de age que se pueda utilizar.",
    certificate:
      "Este certificado no se puede utilizar: está incompleto, ha caducado o es de otro tipo.",
    kek: "Esta no es una clave de 64 cifras hexadecimales.",
  },
  show: "Mostrar lo que escribo",
  legacy:
    "Este formato protege mal las claves. Solo existe para programas antiguos que no leen otra cosa.",
  legacyTick: "Lo sé y necesito este formato.",
  legacyFault: "Marque que necesita este formato o elija otro.",
  button: "Guardar el archivo",
  saved: "Guardado: {file}",
  nothing: "No se ha escrito ningún archivo: este formato no admite ninguno de estos contadores.",
  failed: "No se ha escrito ningún archivo.",
  refused: {
    one: "{n} contador no está en el archivo. Guárdelo en otro formato.",
    other: "{n} contadores no están en el archivo. Guárdelos en otro formato.",
  },
  refusedMore: { one: "y {n} más", other: "y {n} más" },
  reasons: {
    KEY_LENGTH: "el formato no admite una clave de esta longitud",
    KEY_TYPE: "el formato no conoce este tipo de clave",
    MASTER_KEY: "las claves de lectura están en el archivo; la clave maestra no tiene sitio en él",
    ADDRESS_KIND: "el formato no puede nombrar este contador",
  },
  row: "Fila",
  reason: "Motivo",
};

export const formats: typeof en.formats = {
  csv: "Tabla de Excel (CSV)",
  json: "JSON, con todo lo que contiene la entrega",
  pskc: "PSKC (RFC 6030), cifrado",
  age: "age, cifrado",
  cms: "CMS para un certificado, cifrado",
  wmbusmeters: "wmbusmeters, un archivo por contador",
  "home-assistant": "Home Assistant (complemento wmbusmeters)",
  esphome: "ESPHome",
  iobroker: "ioBroker (M-Bus inalámbrico)",
  eddi24: "eddi24 y casameta (texto)",
  gurux: "Gurux Director (DLMS)",
  kem: "KEM, para versiones antiguas de READy",
  kem2: "KEM2, sin firma",
};
