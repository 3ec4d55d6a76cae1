/**
 * Spanish: the page around everything, the paste box, the PIN.
 *
 * @module
 */
import type * as en from "../en/start.ts";

export const page: typeof en.page = {
  title: "Recoger claves de contadores",
  faultTitle: "Error: {title}",
  language: "Idioma",
  summary: "Corrija lo siguiente",
  loading: "Un momento",
  loadingLead: "La página está consultando si hay claves preparadas para usted.",
  offline: "Sin conexión",
  offlineLead:
    "El servicio no responde. La página lo sigue intentando por sí sola; no se pierde nada.",
  retry: "Intentarlo ahora",
  contact: {
    both: "Llame al {phone} o escriba a {email}.",
    phone: "Llame al {phone}.",
    email: "Escriba a {email}.",
    none: "Diríjase al remitente por la vía habitual.",
  },
  questions: "¿Tiene preguntas sobre esta entrega?",
  working: {
    stretching: "Comprobando el PIN …",
    claiming: "Recogiendo las claves …",
    opening: "Abriendo las claves …",
    writing: "Escribiendo el archivo …",
    confirming: "Confirmando la recepción …",
  },
  facts: {
    sender: "De",
    to: "Para",
    purpose: "Motivo",
    contents: "Contenido",
    reference: "Referencia",
    created: "Enviado",
    expires: "Recoger antes de",
    opened: "Consultado",
  },
  meters: { one: "{n} contador", other: "{n} contadores" },
  keys: { one: "{n} clave", other: "{n} claves" },
  contents: "{meters}, {keys}",
  never: "Nunca hasta ahora",
  openedTimes: { one: "{n} vez hasta ahora", other: "{n} veces hasta ahora" },
  openedLast: "{times}, la última el {time}",
  notYou: "¿No ha sido nadie de su organización?",
};

export const paste: typeof en.paste = {
  heading: "Pegue su enlace",
  lead: "La dirección de esta página está incompleta: falta la parte que sigue al signo #. Algunos programas de correo la cortan. No se ha recogido nada.",
  label: "Su enlace, o los 43 caracteres que siguen al signo #",
  help: "Cópielo entero del mensaje o escríbalo tal como figura en la carta.",
  button: "Continuar",
  fault:
    "Este no es el enlace completo. Termina en # y 43 letras, cifras, guiones o guiones bajos.",
};

export const pin: typeof en.pin = {
  heading: "Hay claves de contadores preparadas para usted",
  lead: "Escriba el PIN que el remitente le ha dado por otra vía: por teléfono, por SMS o por carta.",
  once: "Las claves pueden recogerse una sola vez, en un solo dispositivo. Ábralas en el dispositivo donde quiera guardarlas y termine en este navegador.",
  label: "PIN",
  help: "Nueve caracteres, por ejemplo {example}. Da igual escribir mayúsculas o minúsculas.",
  button: "Abrir las claves",
  waits: "Podrá pulsar el botón cuando estén los nueve caracteres.",
  fits: "El PIN está completo.",
  misfits:
    "Un carácter es incorrecto o hay dos cambiados de sitio. Compare el PIN con el que ha recibido. Esto no ha gastado ningún intento.",
  wrong: {
    one: "Este no es el PIN de esta entrega. Le queda {n} intento; después se bloqueará el enlace.",
    other:
      "Este no es el PIN de esta entrega. Le quedan {n} intentos; después se bloqueará el enlace.",
  },
  mismatch:
    "Las claves no se abren con este PIN. Escriba aquel con el que las recogió. Esto no gasta ningún intento.",
  none: "No tengo PIN",
  noneText:
    "El PIN nunca va en el mismo mensaje que el enlace. Pídaselo al remitente e indique la referencia {reference}.",
  again: "Continúe donde lo dejó",
  againLead:
    "Estas claves se recogieron en este navegador. Escriba otra vez el PIN para abrirlas; no gasta ningún intento.",
};
