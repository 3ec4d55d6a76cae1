/**
 * Spanish: one entry in full, and its proof.
 *
 * @module
 */
import type * as en from "../en/entry.ts";

export const entry: typeof en.entry = {
  heading: "Entrada {entry}",
  loading: "Obteniendo la entrada y su prueba …",
  raw: "Tal como está en el registro",
  none: "ninguno",
  print: "Imprimir",
  saveProof: "Guardar la prueba",
  filter: "Mostrar todas las iguales",
  meters: "Claves usadas",
  metersMore: "Más contadores",
  gone: "ya no está",
  address: "Contador",
  name: "Nombre",
  version: "Clave",
  counts: "Cantidades",
};

export const fields: typeof en.fields = {
  at: "Hora",
  action: "Acción",
  outcome: "Resultado",
  code: "Código",
  actor: "Quién",
  role: "Rol",
  auth: "Identificado por",
  customer: "Cliente",
  purpose: "Motivo (hash)",
  request: "Petición",
  node: "Máquina",
  meter: "Contador",
  reference: "Enlace",
  link: "Identificador del enlace",
  recipient: "Destinatario",
  token: "Token de acceso",
  to: "Para (hash)",
  count: "Cantidad",
  frames: "Telegramas",
  digest: "Hash de los telegramas",
  part: "Parte",
  parts: "Partes",
  of: "de partes",
  piece: "Fragmento",
  counts: "Cantidades",
  version: "Versión de la clave",
  from: "Desde el número",
  size: "Tamaño del registro",
  below: "Depurado antes de la entrada",
  expiresAt: "Termina",
  v: "Versión del formato",
};

export const proof: typeof en.proof = {
  good: "Esta entrada es la que firmó el registro: comprobada aquí, {time}.",
  bad: "Esta entrada NO es lo que firmó el registro.",
  badNext: "No se fíe de ella. Guarde la prueba y hable con quien gestiona el servicio.",
  faults: {
    LEAF: "Su hash no es el hash de estos bytes.",
    PATH: "El camino desde esta entrada no lleva a la cabecera firmada.",
    SIGNATURE: "La cabecera que la acompaña no lleva una firma válida.",
    HEAD: "La cabecera que la acompaña no encaja con la comprobada antes.",
    LIST: "La lista mostraba otra cosa con este número.",
    FORM: "La prueba no se puede leer.",
  },
  details: "Valores hash",
  leaf: "Hash de la entrada",
  path: "Camino de prueba",
  root: "Raíz",
  size: {
    one: "Cabecera de {n} entrada",
    many: "Cabecera de {n} entradas",
    other: "Cabecera de {n} entradas",
  },
  checkpoint: "Cabecera firmada",
};
