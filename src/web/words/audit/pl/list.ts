/**
 * Polish: lists, filters, the timeline and what can be saved.
 *
 * @module
 */
import type * as en from "../en/list.ts";

export const views: typeof en.views = {
  all: "Wszystkie wpisy",
  refusals: "Odmowy",
  links: "Linki nigdy nieodebrane",
  timeline: "Oś czasu",
};

export const filters: typeof en.filters = {
  heading: "Filtry",
  search: "Szukaj",
  searchHelp: "Licznik, wykonawca, czynność, oznaczenie linku, kod albo # i numer wpisu",
  find: "Znajdź",
  from: "Od",
  to: "Do",
  action: "Czynność",
  actor: "Wykonawca",
  outcome: "Wynik",
  customer: "Klient",
  code: "Kod",
  meter: "Licznik",
  reference: "Przekazanie",
  any: "Wszystkie",
  remove: "Usuń filtr {name}",
  clear: "Usuń wszystkie filtry",
};

export const outcomes: typeof en.outcomes = {
  ok: "wykonano",
  refused: "odmówiono",
  failed: "nie udało się",
};

export const table: typeof en.table = {
  caption: "Wpisy dziennika, od najnowszych",
  number: "Numer",
  time: "Czas",
  actor: "Wykonawca",
  action: "Czynność",
  outcome: "Wynik",
  subject: "Dotyczy",
  meters: { one: "{n} licznik", few: "{n} liczniki", many: "{n} liczników", other: "{n} licznika" },
  asOf: "Stan na wpis {entry}",
  shown: {
    one: "pokazano {n} wpis",
    few: "pokazano {n} wpisy",
    many: "pokazano {n} wpisów",
    other: "pokazano {n} wpisu",
  },
  older: "Starsze wpisy",
  end: "To jest najstarszy pasujący wpis.",
  none: "Żaden wpis nie pasuje do tych filtrów.",
  noneNext: "Proszę usunąć filtr albo wybrać dłuższy czas.",
  refresh: "Sprawdź nowe wpisy",
};

export const links: typeof en.links = {
  lead: "Linki, których kluczy nikt nie odebrał i nie potwierdził, od najnowszych.",
  caption: "Linki, których nigdy nie odebrano",
  state: "Stan",
  reference: "Oznaczenie",
  to: "Dla",
  purpose: "Cel",
  created: "Utworzono",
  by: "Przez",
  expires: "Koniec",
  content: "Klucze",
  none: "Każdy link został odebrany i potwierdzony.",
  more: "Jest ich więcej, niż można tu pokazać.",
  entries: "Wpisy o {reference}",
  states: {
    draft: "niewysłany",
    open: "czeka",
    claimed: "odebrany, niepotwierdzony",
    lapsed: "niepotwierdzony na czas",
    expired: "wygasł",
    locked: "zablokowany przez błędne kody PIN",
    uncertain: "niepewny",
  },
  filter: "Pokaż",
};

export const timeline: typeof en.timeline = {
  lead: "Aby przyjrzeć się jakiemuś czasowi, proszę przeciągnąć po wykresie.",
  by: "Linie według",
  action: "czynności",
  actor: "wykonawcy",
  times: "Czas ({zone})",
  per: {
    minutes: {
      one: "Wpisy na minutę",
      few: "Wpisy na {n} minuty",
      many: "Wpisy na {n} minut",
      other: "Wpisy na {n} minuty",
    },
    hours: {
      one: "Wpisy na godzinę",
      few: "Wpisy na {n} godziny",
      many: "Wpisy na {n} godzin",
      other: "Wpisy na {n} godziny",
    },
    days: {
      one: "Wpisy na dzień",
      few: "Wpisy na {n} dni",
      many: "Wpisy na {n} dni",
      other: "Wpisy na {n} dnia",
    },
  },
  plot: "Liczba wpisów w czasie; tabela poniżej ma te same liczby.",
  caption: "Wpisy w tym czasie",
  name: "Linia",
  total: "Wpisy",
  peak: "Najwięcej naraz",
  peakAt: "{count}, od {time}",
  rest: "Wszystko inne",
  sum: "Razem",
  none: "W tym czasie nie ma wpisów.",
  whole: "Pokaż cały czas",
  counts: "Liczby z każdego okresu",
};

export const save: typeof en.save = {
  csv: "Zapisz jako CSV",
  json: "Zapisz jako JSON",
  help: "To, co pokazują filtry. JSON ma dowód dla każdego wpisu, najwyżej dla {count}.",
  working: {
    one: "przeczytano {n} wpis …",
    few: "przeczytano {n} wpisy …",
    many: "przeczytano {n} wpisów …",
    other: "przeczytano {n} wpisu …",
  },
  done: {
    one: "Zapisano: {n} wpis.",
    few: "Zapisano: {n} wpisy.",
    many: "Zapisano: {n} wpisów.",
    other: "Zapisano: {n} wpisu.",
  },
  proofs: "Każdy ma swój dowód, sprawdzony tutaj.",
  noProofs: "Za dużo na dowody: aby je otrzymać, proszę zawęzić filtry.",
  cut: "To są najnowsze wpisy: {count}; jest ich więcej.",
  failed: "Niczego nie zapisano: pewien wpis nie jest tym, który podpisano.",
  stopped: "Zatrzymano; niczego nie zapisano.",
};
