/**
 * Spanish: lists, filters, the timeline and what can be saved.
 *
 * @module
 */
import type * as en from "../en/list.ts";

export const views: typeof en.views = {
  all: "Todas las entradas",
  refusals: "Rechazos",
  links: "Enlaces nunca recogidos",
  timeline: "Cronología",
};

export const filters: typeof en.filters = {
  heading: "Filtros",
  search: "Buscar",
  searchHelp:
    "Contador, actor, acción, referencia de un enlace, código, o # y el número de una entrada",
  find: "Encontrar",
  from: "Desde",
  to: "Hasta",
  action: "Acción",
  actor: "Quién",
  outcome: "Resultado",
  customer: "Cliente",
  code: "Código",
  meter: "Contador",
  reference: "Enlace",
  any: "Todos",
  remove: "Quitar el filtro {name}",
  clear: "Quitar todos los filtros",
};

export const outcomes: typeof en.outcomes = {
  ok: "hecho",
  refused: "rechazado",
  failed: "fallido",
};

export const table: typeof en.table = {
  caption: "Entradas del registro, las más recientes primero",
  number: "Número",
  time: "Hora",
  actor: "Quién",
  action: "Acción",
  outcome: "Resultado",
  subject: "Se refiere a",
  meters: { one: "{n} contador", many: "{n} contadores", other: "{n} contadores" },
  asOf: "Hasta la entrada {entry}",
  shown: {
    one: "{n} entrada mostrada",
    many: "{n} entradas mostradas",
    other: "{n} entradas mostradas",
  },
  older: "Entradas anteriores",
  end: "Esta es la entrada más antigua que coincide.",
  none: "Ninguna entrada coincide con estos filtros.",
  noneNext: "Quite un filtro o elija un tiempo más largo.",
  refresh: "Buscar entradas nuevas",
};

export const links: typeof en.links = {
  lead: "Enlaces cuyas claves nadie ha recogido y confirmado, los más recientes primero.",
  caption: "Enlaces que nunca se recogieron",
  state: "Estado",
  reference: "Referencia",
  to: "Para",
  purpose: "Motivo",
  created: "Creado",
  by: "Por",
  expires: "Termina",
  content: "Claves",
  none: "Todos los enlaces se han recogido y confirmado.",
  more: "Hay más de los que se pueden mostrar aquí.",
  entries: "Entradas de {reference}",
  states: {
    draft: "no enviado",
    open: "en espera",
    claimed: "recogido, sin confirmar",
    lapsed: "no confirmado a tiempo",
    expired: "caducado",
    locked: "bloqueado por PIN erróneos",
    uncertain: "incierto",
  },
  filter: "Mostrar",
};

export const timeline: typeof en.timeline = {
  lead: "Arrastre sobre el gráfico para ver un tiempo más de cerca.",
  by: "Líneas por",
  action: "acción",
  actor: "persona o sistema",
  times: "Hora ({zone})",
  per: {
    minutes: {
      one: "Entradas por minuto",
      many: "Entradas cada {n} minutos",
      other: "Entradas cada {n} minutos",
    },
    hours: {
      one: "Entradas por hora",
      many: "Entradas cada {n} horas",
      other: "Entradas cada {n} horas",
    },
    days: {
      one: "Entradas por día",
      many: "Entradas cada {n} días",
      other: "Entradas cada {n} días",
    },
  },
  plot: "Número de entradas a lo largo del tiempo; la tabla de abajo tiene las mismas cifras.",
  caption: "Entradas en este tiempo",
  name: "Línea",
  total: "Entradas",
  peak: "Máximo",
  peakAt: "{count}, desde {time}",
  rest: "Todo lo demás",
  sum: "En total",
  none: "No hay entradas en este tiempo.",
  whole: "Mostrar todo el tiempo",
  counts: "Cifras de cada periodo",
};

export const save: typeof en.save = {
  csv: "Guardar como CSV",
  json: "Guardar como JSON",
  help: "Lo que muestran los filtros. JSON lleva una prueba para cada una de hasta {count} entradas.",
  working: {
    one: "{n} entrada leída …",
    many: "{n} entradas leídas …",
    other: "{n} entradas leídas …",
  },
  done: {
    one: "Guardado: {n} entrada.",
    many: "Guardado: {n} entradas.",
    other: "Guardado: {n} entradas.",
  },
  proofs: "Cada una tiene su prueba, comprobada aquí.",
  noProofs: "Demasiadas para llevar pruebas: ponga un filtro más estrecho para obtenerlas.",
  cut: "Estas son las {count} más recientes; hay más.",
  failed: "No se ha guardado nada: una entrada no es la que se firmó.",
  stopped: "Parado; no se ha guardado nada.",
};
