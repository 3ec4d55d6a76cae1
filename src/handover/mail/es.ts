/**
 * Mail and letter in Spanish.
 *
 * @module
 */
import type { MailTexts } from "./texts.ts";

export const es: MailTexts = {
  locale: "es-ES",
  meters: { one: "{n} contador", other: "{n} contadores" },
  greeting: "Hola, {to}:",
  regards: "Un saludo",
  until: "El enlace funciona hasta el {expires}.",
  mail: {
    subject: "Claves de contadores para recoger, referencia {reference}",
    offer: "{sender} tiene listas las claves de {meters} para que las recoja.",
    purpose: "Motivo: {purpose}",
    link: "Abra este enlace en un navegador, en el dispositivo en el que quiere guardar las claves:",
    linkMissing: "[ponga aquí el enlace]",
    pin: "Necesita también un PIN de nueve caracteres. Lo recibirá por otra vía, por ejemplo por teléfono, SMS o carta, y nunca por correo electrónico.",
    stepsTitle: "Cómo recoger las claves:",
    steps: [
      "Abra el enlace. Abrirlo no gasta nada.",
      "Escriba el PIN.",
      "Guarde las claves en el formato que necesite, por ejemplo para Excel.",
      "Confirme la recepción. Si algo le interrumpe antes, vuelva a abrir el enlace en el mismo dispositivo.",
    ],
    fallback:
      "Si el enlace no funciona, abra {page} y escriba o pegue este código de 43 caracteres:",
    fallbackMissing:
      "Si el enlace no funciona, abra {page} y escriba o pegue los 43 caracteres que siguen a # en el enlace.",
    warning:
      "Por favor, no reenvíe este correo. Si la página dice que las claves ya se han recogido y no ha sido usted, llámenos enseguida.",
  },
  letter: {
    subject: "PIN de la referencia {reference}",
    offer:
      "{sender} le ha enviado un enlace por correo electrónico. Con él recoge las claves de {meters}. Necesita este PIN:",
    pinMissing: "[ponga aquí el PIN]",
    pinHint:
      "Da igual escribir en mayúsculas o minúsculas, con o sin espacios y guiones. Tras cinco PIN erróneos, el enlace se bloquea.",
    fingerprint:
      "La página muestra quién ha firmado las claves. Compárelo con esto y, si es distinto, no use nada y llámenos:",
    fallback:
      "Si el enlace del correo no funciona, abra {page} en su navegador y escriba o pegue el código de 43 caracteres que figura en el correo.",
    warning: "Guarde el PIN separado del correo. Nunca se lo pediremos.",
  },
  sms: "{sender}, {reference}: PIN {pin}. Firmado por {issuer}",
};
