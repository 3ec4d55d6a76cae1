/**
 * Spanish: around everything: signing in, what was checked, what went wrong, the keyboard.
 *
 * @module
 */
import type * as en from "../en/frame.ts";

export const page: typeof en.page = {
  title: "Registro de actividad",
  language: "Idioma",
  signOut: "Cerrar sesión",
  views: "Vistas",
  loading: "Un momento …",
  retry: "Intentar de nuevo",
  close: "Cerrar",
  idle: {
    one: "No ha ocurrido nada desde hace un rato. En {n} segundo la página olvidará su token.",
    many: "No ha ocurrido nada desde hace un rato. En {n} segundos la página olvidará su token.",
    other: "No ha ocurrido nada desde hace un rato. En {n} segundos la página olvidará su token.",
  },
  stay: "Sigo aquí",
};

export const signIn: typeof en.signIn = {
  heading: "Leer el registro de actividad",
  lead: "Pegue su token. La página lo guarda solo en memoria y lo olvida cuando usted recarga, cierra la sesión o deja la página sin usar 15 minutos.",
  summary: "Corrija lo siguiente",
  token: "Token de acceso",
  tokenHelp: "Empieza por ms_ y pertenece al rol auditor.",
  key: "La clave del registro, anotada en la instalación (opcional)",
  keyHelp:
    "Con ella todo se comprueba frente a una clave que usted conoce. Sin ella la página se fía de la clave que indica el servicio y advierte cuando cambia.",
  button: "Entrar",
  working: "Entrando …",
  ended: "Se ha cerrado su sesión. El token ya no está en esta página.",
  faults: {
    token: "Pegue el token completo; empieza por ms_.",
    key: "Esto no es la clave de un registro. Consta de nombre+8 cifras+letras, todo en una línea.",
    refused: "El servicio no conoce este token, o ha caducado o se ha revocado.",
    role: "Este token no permite leer el registro. Pida a un administrador uno con el rol auditor.",
  },
};

export const faults: typeof en.faults = {
  offline: "El servicio no responde. Compruebe la conexión e inténtelo de nuevo.",
  scope: "Su token es de un solo cliente y no permite leer esto.",
  role: "Su token no permite leer esto. Hace falta el rol auditor.",
  meter: "No se conoce ningún contador con esta dirección, nombre o identificador.",
  unknown: "El registro no tiene esa entrada, o se ha depurado.",
  refused: "El servicio lo ha rechazado: {code}.",
};

export const badge: typeof en.badge = {
  checking: "Comprobando el registro …",
  verified: "Comprobado hasta la entrada {entry} a las {time}",
  every: "Comprobadas todas las entradas, hasta la {entry}, a las {time}",
  empty: "El registro está vacío",
  unchecked: "Sin comprobar",
  broken: "El registro no está en orden",
  heading: "Lo que ha comprobado este navegador",
  signature: "Firma: la cabecera del registro lleva una firma válida de {origin}.",
  pinned: "Clave: la que usted indicó al entrar.",
  trusted:
    "Clave: la que indica el servicio. Entre con la clave anotada en la instalación y no tendrá que fiarse del servicio.",
  first:
    "Pasado: este navegador ve el registro por primera vez y recuerda su cabecera desde ahora.",
  since:
    "Pasado: no se ha cambiado ni quitado nada desde la última vez que miró este navegador, {time}, con {count} entradas.",
  notKept: "Este navegador no puede recordar la cabecera: el almacenamiento está desactivado.",
  rows: "Las filas de la lista son lo que dice el servicio. Abra una para comprobarla.",
  again: "Comprobar de nuevo",
  save: "Guardar el punto de control",
  all: "Comprobar todas las entradas",
  allHelp: "Lee todo el registro y lo vuelve a calcular. El servicio anota que usted lo ha hecho.",
  allWorking: "{done} de {total} entradas comprobadas",
  stop: "Parar",
  stopped: "Parado tras {done} entradas. Hasta ahí no había nada incorrecto.",
  allGood: {
    one: "Se ha leído {n} entrada y calculado su hash; todas las teselas y la cabecera firmada coinciden.",
    many: "Se han leído {n} entradas y calculado sus hashes; todas las teselas y la cabecera firmada coinciden.",
    other:
      "Se han leído {n} entradas y calculado sus hashes; todas las teselas y la cabecera firmada coinciden.",
  },
  pruned: {
    one: "{n} de ellas se ha depurado y cuenta por su hash.",
    many: "{n} de ellas se han depurado y cuentan por sus hashes.",
    other: "{n} de ellas se han depurado y cuentan por sus hashes.",
  },
  problem: "Desde la entrada {entry} el registro no es lo que se firmó ({code}).",
};

export const broken: typeof en.broken = {
  CHANGED: {
    heading: "El registro ha cambiado su pasado",
    text: "Este navegador recuerda una cabecera firmada de {old} entradas, {time}. El registro de {now} entradas que el servicio muestra hoy no la continúa.",
  },
  SHRUNK: {
    heading: "El registro ha perdido entradas",
    text: "Este navegador recuerda una cabecera firmada de {old} entradas, {time}. Hoy el servicio muestra solo {now}.",
  },
  KEY: {
    heading: "El registro firma con otra clave",
    text: "El servicio indica una clave que no es la que usted dio o la que este navegador recuerda.",
  },
  SIGNATURE: {
    heading: "La cabecera del registro no está firmada con su clave",
    text: "Lo que el servicio muestra como cabecera del registro no lleva una firma válida.",
  },
  TILES: {
    heading: "Las cuentas del registro no cuadran",
    text: "Las teselas que muestra el servicio no dan la cabecera que ha firmado.",
  },
  next: "Guarde los dos archivos, no se fíe de nada de lo que sigue y hable con quien gestiona el servicio. Si se restauró una copia, una entrada lo dice.",
  saveOld: "Guardar la cabecera recordada",
  saveNew: "Guardar la cabecera de hoy",
  accept: "Olvidar la cabecera antigua y seguir con la de hoy",
};

export const help: typeof en.help = {
  heading: "Teclas",
  open: "Teclado",
  next: "fila siguiente",
  previous: "fila anterior",
  enter: "abrir la entrada",
  escape: "cerrar",
  search: "ir a la búsqueda",
  keys: "mostrar estas teclas",
};
