/**
 * Spanish: the keys, their table, and confirming.
 *
 * @module
 */
import type * as en from "../en/keys.ts";

export const keys: typeof en.keys = {
  heading: "Aquí están sus claves",
  lead: "Guarde primero las claves. Confirme después que las tiene.",
  window:
    "Termine aquí, en este dispositivo, antes de: {time} ({distance}). Después las claves se borrarán y habrá que enviárselas de nuevo.",
  issuer: "Huella del remitente",
  issuerHelp:
    "Compárela con la huella que recibió junto con el PIN. Si no coinciden, no utilice ninguna de estas claves.",
  idle: {
    one: "Hace un rato que no hay actividad. Por seguridad, las claves se borrarán de esta página dentro de {n} segundo.",
    other:
      "Hace un rato que no hay actividad. Por seguridad, las claves se borrarán de esta página dentro de {n} segundos.",
  },
  idleAgain: "El mismo enlace y el mismo PIN las abren de nuevo.",
  stay: "Sigo aquí",
  innerHeading: "Aquí está su archivo cifrado",
  innerLead: "Guarde primero el archivo. Confirme después que lo tiene.",
  innerWhy: {
    age: "Las claves están cifradas para la clave age de su organización. Esta página no puede leerlas; el archivo solo se abre con la clave privada que corresponde a este destinatario.",
    cms: "Las claves están cifradas para el certificado de su organización. Esta página no puede leerlas; el archivo solo se abre con la clave privada que corresponde a este certificado.",
    "rsa-oaep":
      "Las claves están cifradas para una clave RSA de su módulo de seguridad. Esta página no puede leerlas; solo ese módulo puede desenvolverlas.",
    "aes-kwp":
      "Las claves están envueltas con una clave de su módulo de seguridad. Esta página no puede leerlas; solo ese módulo puede desenvolverlas.",
  },
  innerRecipient: "Cifrado para",
  innerHelp: "Compárelo con la huella de su propia clave antes de utilizar el archivo.",
  innerSave: "Guardar el archivo cifrado",
};

export const table: typeof en.table = {
  heading: "Ver las claves",
  caption: "Claves de esta entrega",
  filter: "Buscar un contador",
  filterHelp: "Parte del número, del fabricante o del nombre",
  meter: "Contador",
  type: "Uso",
  key: "Clave",
  version: "versión {version}",
  kcv: "Valor de control",
  kcvHelp:
    "Con el valor de control dos personas pueden comparar una clave por teléfono sin leerla en voz alta.",
  actions: "Acciones",
  hidden: "oculta",
  reveal: "Mostrar",
  hide: "Ocultar",
  copy: "Copiar",
  of: "la clave {type} del contador {serial}",
  copied: "La clave del contador {serial} está en el portapapeles.",
  copyRefused: "El navegador no ha permitido copiar. Muestre la clave y cópiela a mano.",
  cleared: "El portapapeles se ha vaciado.",
  lingers: "Es posible que la clave copiada siga en el portapapeles.",
  clear: "Vaciar el portapapeles",
  gone: "Esta clave ya no está en la memoria.",
  rows: "Filas {from} a {to} de {total}",
  found: { one: "{n} clave encontrada", other: "{n} claves encontradas" },
  none: "Ningún contador coincide con lo que ha escrito.",
  previous: "Filas anteriores",
  next: "Filas siguientes",
};

export const confirm: typeof en.confirm = {
  heading: "Confirme que las tiene",
  lead: "Al confirmar termina la recogida: las claves se borran de esta página y del servicio, y el remitente recibe un recibo firmado.",
  unsaved: "Todavía no se ha guardado ningún archivo en esta página.",
  tick: "He guardado las claves.",
  name: "Su nombre",
  nameHelp: "Figura en el recibo.",
  button: "Confirmar la recepción",
  tickFault: "Marque que ha guardado las claves.",
  nameFault: "Escriba su nombre.",
  later: "Cerrar y terminar más tarde",
  laterHelp:
    "Borra las claves de esta página. El mismo enlace y el mismo PIN las abren de nuevo en este navegador.",
};
