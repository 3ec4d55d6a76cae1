/**
 * Polish: the page around everything, the paste box, the PIN.
 *
 * @module
 */
import type * as en from "../en/start.ts";

export const page: typeof en.page = {
  title: "Odbiór kluczy liczników",
  faultTitle: "Błąd: {title}",
  language: "Język",
  summary: "Proszę to poprawić",
  loading: "Chwileczkę",
  loadingLead: "Strona sprawdza, czy czekają na Państwa klucze.",
  offline: "Brak połączenia",
  offlineLead: "Usługa nie odpowiada. Strona sama ponawia próby; nic nie przepadnie.",
  retry: "Spróbuj teraz",
  contact: {
    both: "Proszę zadzwonić pod numer {phone} lub napisać na adres {email}.",
    phone: "Proszę zadzwonić pod numer {phone}.",
    email: "Proszę napisać na adres {email}.",
    none: "Proszę skontaktować się z nadawcą w zwykły sposób.",
  },
  questions: "Pytania dotyczące tej przesyłki?",
  working: {
    stretching: "Sprawdzanie kodu PIN …",
    claiming: "Odbieranie kluczy …",
    opening: "Otwieranie kluczy …",
    writing: "Zapisywanie pliku …",
    confirming: "Potwierdzanie odbioru …",
  },
  facts: {
    sender: "Od",
    to: "Dla",
    purpose: "Cel",
    contents: "Zawartość",
    reference: "Numer referencyjny",
    created: "Wysłano",
    expires: "Odebrać do",
    opened: "Oglądano",
  },
  meters: {
    one: "{n} licznik",
    few: "{n} liczniki",
    many: "{n} liczników",
    other: "{n} licznika",
  },
  keys: { one: "{n} klucz", few: "{n} klucze", many: "{n} kluczy", other: "{n} klucza" },
  contents: "{meters}, {keys}",
  never: "Dotąd ani razu",
  openedTimes: {
    one: "Dotąd {n} raz",
    few: "Dotąd {n} razy",
    many: "Dotąd {n} razy",
    other: "Dotąd {n} razu",
  },
  openedLast: "{times}, ostatnio: {time}",
  notYou: "Nie był to nikt od Państwa?",
};

export const paste: typeof en.paste = {
  heading: "Proszę wkleić link",
  lead: "Adres tej strony jest niepełny: brakuje części po znaku #. Niektóre programy pocztowe ją ucinają. Nic nie zostało odebrane.",
  label: "Link albo 43 znaki po znaku #",
  help: "Proszę skopiować go w całości z wiadomości lub przepisać z listu.",
  button: "Dalej",
  fault:
    "To nie jest cały link. Kończy się on znakiem # i 43 literami, cyframi, łącznikami lub podkreśleniami.",
};

export const pin: typeof en.pin = {
  heading: "Czekają na Państwa klucze liczników",
  lead: "Proszę wpisać PIN, który nadawca przekazał Państwu inną drogą: telefonicznie, SMS-em lub listem.",
  once: "Klucze można odebrać jeden raz, na jednym urządzeniu. Proszę otworzyć je na urządzeniu, na którym mają zostać zapisane, i dokończyć w tej przeglądarce.",
  label: "PIN",
  help: "Dziewięć znaków, na przykład {example}. Wielkość liter nie ma znaczenia.",
  button: "Otwórz klucze",
  waits: "Przycisk stanie się aktywny, gdy będzie wszystkich dziewięć znaków.",
  fits: "PIN jest kompletny.",
  misfits:
    "Jeden znak jest błędny albo dwa są zamienione. Proszę porównać PIN z otrzymanym. Nie zużyło to żadnej próby.",
  wrong: {
    one: "To nie jest PIN tej przesyłki. Pozostała {n} próba; potem link zostanie zablokowany.",
    few: "To nie jest PIN tej przesyłki. Pozostały {n} próby; potem link zostanie zablokowany.",
    many: "To nie jest PIN tej przesyłki. Pozostało {n} prób; potem link zostanie zablokowany.",
    other: "To nie jest PIN tej przesyłki. Pozostało {n} próby; potem link zostanie zablokowany.",
  },
  mismatch:
    "Tym kodem PIN nie można otworzyć kluczy. Proszę wpisać ten, którym zostały odebrane. Nie zużywa to żadnej próby.",
  none: "Nie mam kodu PIN",
  noneText:
    "PIN nigdy nie znajduje się w tej samej wiadomości co link. Proszę poprosić o niego nadawcę, podając numer referencyjny {reference}.",
  again: "Proszę kontynuować od miejsca przerwania",
  againLead:
    "Klucze odebrano w tej przeglądarce. Proszę ponownie wpisać PIN, aby je otworzyć; nie zużywa to żadnej próby.",
};
