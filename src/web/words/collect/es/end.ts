/**
 * Spanish: the receipt, and every way in which a collection ends without one.
 *
 * @module
 */
import type * as en from "../en/end.ts";

export const receipt: typeof en.receipt = {
  heading: "Recibo",
  lead: "Ha recogido las claves y el remitente ya lo sabe. Imprima o guarde este recibo; después puede cerrar la página.",
  print: "Imprimir",
  save: "Guardar como archivo",
  name: "Confirmado por",
  at: "Firmado",
  confirmedAt: "Recibido por el servicio",
  proof: "Prueba",
  proofHelp: "Con estos valores cualquiera puede comprobar más tarde que este recibo es auténtico.",
  packageHash: "SHA-256 del paquete",
  signature: "Firma (ECDSA P-256)",
  publicKey: "Clave pública de este navegador",
  signed: "Recibo tal como se firmó",
};

export const closed: typeof en.closed = {
  collected: {
    heading: "Estas claves ya se han recogido",
    sentence: "Se abrieron con el enlace y el PIN en otro dispositivo o en otro navegador.",
    next: "Pregunte a sus compañeros. Si no ha sido nadie de los suyos, comuníquelo de inmediato al remitente para que se sustituyan las claves.",
  },
  confirmed: {
    heading: "Esta entrega ha terminado",
    sentence: "Las claves se recogieron y se confirmó su recepción. Aquí ya no queda nada.",
    next: "Si ya no tiene el archivo, pida al remitente un enlace nuevo.",
  },
  expired: {
    heading: "Este enlace ha caducado",
    sentence: "Nadie recogió las claves a tiempo. Aquí se han borrado.",
    next: "Pida al remitente un enlace nuevo.",
  },
  revoked: {
    heading: "El remitente ha retirado este enlace",
    sentence: "Las claves ya no pueden recogerse con él.",
    next: "Pregunte al remitente si le va a enviar un enlace nuevo.",
  },
  locked: {
    heading: "Este enlace está bloqueado",
    sentence:
      "Se escribió un PIN incorrecto demasiadas veces. Las claves no se han entregado y aquí se han borrado.",
    next: "Pida al remitente un enlace nuevo. Si los intentos no fueron suyos, dígaselo.",
  },
  lapsed: {
    heading: "El plazo para terminar ha pasado",
    sentence:
      "Las claves se recogieron, pero su recepción no se confirmó a tiempo. Aquí se han borrado.",
    next: "Si guardó las claves, comuníqueselo al remitente. Si no, pida un enlace nuevo.",
  },
  unknown: {
    heading: "Este enlace no lleva a ninguna parte",
    sentence: "Está incompleto, mal escrito o ya no se conoce. No se ha recogido nada.",
    next: "Abra de nuevo el enlace completo desde el mensaje. Si no funciona, pregunte al remitente.",
  },
  damaged: {
    heading: "Esta entrega está dañada",
    sentence:
      "Lo que ha llegado no es lo que selló el remitente. No utilice ninguna clave de ella.",
    next: "Comuníquelo de inmediato al remitente e indique la referencia.",
  },
  storage: {
    heading: "Este navegador no puede conservar lo que recoge",
    sentence:
      "Puede que sea una ventana privada o que el almacenamiento esté desactivado. No se ha recogido nada; su enlace sigue siendo válido.",
    next: "Copie el enlace completo y ábralo en una ventana normal o en otro navegador.",
  },
  unsupported: {
    heading: "Este navegador no puede abrir las claves",
    sentence:
      "Le faltan funciones de cifrado o la página no se abrió por https. No se ha recogido nada; su enlace sigue siendo válido.",
    next: "Abra el enlace en una versión actual de Chrome, Edge, Firefox o Safari.",
  },
  wiped: {
    heading: "Las claves se han retirado de la página",
    sentence: "Ya no están en esta página. No se ha perdido nada.",
    next: "Ábralas de nuevo en este navegador con el mismo PIN.",
  },
  claimedAt: "Recogidas el",
  again: "Abrir de nuevo",
  report: "Comunicarlo al {phone}",
};
