/**
 * Polish: around everything: signing in, what was checked, what went wrong, the keyboard.
 *
 * @module
 */
import type * as en from "../en/frame.ts";

export const page: typeof en.page = {
  title: "Dziennik czynności",
  language: "Język",
  signOut: "Wyloguj",
  views: "Widoki",
  loading: "Chwileczkę …",
  retry: "Spróbuj ponownie",
  close: "Zamknij",
  idle: {
    one: "Od pewnego czasu nic się nie dzieje. Za {n} sekundę strona zapomni Państwa token.",
    few: "Od pewnego czasu nic się nie dzieje. Za {n} sekundy strona zapomni Państwa token.",
    many: "Od pewnego czasu nic się nie dzieje. Za {n} sekund strona zapomni Państwa token.",
    other: "Od pewnego czasu nic się nie dzieje. Za {n} sekundy strona zapomni Państwa token.",
  },
  stay: "Jeszcze tu jestem",
};

export const signIn: typeof en.signIn = {
  heading: "Czytanie dziennika czynności",
  lead: "Proszę wkleić token. Strona trzyma go tylko w pamięci i zapomina po ponownym wczytaniu, wylogowaniu lub 15 minutach bez używania.",
  summary: "Proszę poprawić",
  token: "Token dostępu",
  tokenHelp: "Zaczyna się od ms_ i należy do roli auditor.",
  key: "Klucz dziennika, zapisany przy instalacji (nieobowiązkowo)",
  keyHelp:
    "Z nim wszystko jest sprawdzane względem klucza, który Państwo znają. Bez niego strona ufa kluczowi podanemu przez usługę i zauważa jego zmianę.",
  button: "Zaloguj",
  working: "Logowanie …",
  ended: "Nastąpiło wylogowanie. Tokenu nie ma już na tej stronie.",
  faults: {
    token: "Proszę wkleić cały token; zaczyna się od ms_.",
    key: "To nie jest klucz dziennika. Ma postać nazwa+8 cyfr+litery, wszystko w jednym wierszu.",
    refused: "Usługa nie zna tego tokenu albo wygasł lub został unieważniony.",
    role: "Ten token nie pozwala czytać dziennika. Proszę poprosić administratora o token z rolą auditor.",
  },
};

export const faults: typeof en.faults = {
  offline: "Usługa nie odpowiada. Proszę sprawdzić połączenie i spróbować ponownie.",
  scope: "Państwa token dotyczy jednego klienta i nie pozwala tego czytać.",
  role: "Państwa token nie pozwala tego czytać. Potrzebna jest rola auditor.",
  meter: "Pod tym adresem, nazwą lub identyfikatorem nie ma żadnego licznika.",
  unknown: "Dziennik nie ma takiego wpisu albo został on usunięty przy przerzedzaniu.",
  refused: "Usługa odmówiła: {code}.",
};

export const badge: typeof en.badge = {
  checking: "Sprawdzanie dziennika …",
  verified: "Sprawdzono do wpisu {entry} o {time}",
  every: "Sprawdzono każdy wpis, do {entry}, o {time}",
  empty: "Dziennik jest pusty",
  unchecked: "Nie sprawdzono",
  broken: "Dziennik nie jest w porządku",
  heading: "Co sprawdziła ta przeglądarka",
  signature: "Podpis: głowa dziennika nosi ważny podpis {origin}.",
  pinned: "Klucz: ten, który podano przy logowaniu.",
  trusted:
    "Klucz: ten, który podaje usługa. Po zalogowaniu z kluczem zapisanym przy instalacji nie trzeba ufać usłudze.",
  first: "Przeszłość: ta przeglądarka widzi dziennik po raz pierwszy i odtąd pamięta jego głowę.",
  since:
    "Przeszłość: nic nie zmieniono ani nie usunięto od ostatniego sprawdzenia w tej przeglądarce, {time}, liczba wpisów: {count}.",
  notKept: "Ta przeglądarka nie może zapamiętać głowy: zapis danych jest wyłączony.",
  rows: "Wiersze listy są tym, co mówi usługa. Aby sprawdzić wpis, proszę go otworzyć.",
  again: "Sprawdź ponownie",
  save: "Zapisz punkt kontrolny",
  all: "Sprawdź każdy wpis",
  allHelp: "Czyta cały dziennik i liczy go od nowa. Usługa zapisuje, że Państwo to zrobili.",
  allWorking: "Sprawdzono wpisy: {done} z {total}",
  stop: "Zatrzymaj",
  stopped: "Zatrzymano, sprawdzone wpisy: {done}. Do tego miejsca nie było błędu.",
  allGood: {
    one: "Przeczytano {n} wpis i obliczono jego skrót; wszystkie kafle i podpisana głowa są zgodne.",
    few: "Przeczytano {n} wpisy i obliczono ich skróty; wszystkie kafle i podpisana głowa są zgodne.",
    many: "Przeczytano {n} wpisów i obliczono ich skróty; wszystkie kafle i podpisana głowa są zgodne.",
    other:
      "Przeczytano {n} wpisu i obliczono ich skróty; wszystkie kafle i podpisana głowa są zgodne.",
  },
  pruned: {
    one: "{n} z nich usunięto przy przerzedzaniu i liczy się przez swój skrót.",
    few: "{n} z nich usunięto przy przerzedzaniu i liczą się przez swoje skróty.",
    many: "{n} z nich usunięto przy przerzedzaniu i liczą się przez swoje skróty.",
    other: "{n} z nich usunięto przy przerzedzaniu i liczą się przez swoje skróty.",
  },
  problem: "Od wpisu {entry} dziennik nie jest tym, co podpisano ({code}).",
};

export const broken: typeof en.broken = {
  CHANGED: {
    heading: "Dziennik zmienił swoją przeszłość",
    text: "Ta przeglądarka pamięta podpisaną głowę, {time}, liczba wpisów: {old}. Dziennik, który usługa pokazuje dziś, liczba wpisów: {now}, nie jest jej ciągiem dalszym.",
  },
  SHRUNK: {
    heading: "Dziennik stracił wpisy",
    text: "Ta przeglądarka pamięta podpisaną głowę, {time}, liczba wpisów: {old}. Dziś usługa pokazuje tylko {now}.",
  },
  KEY: {
    heading: "Dziennik podpisuje innym kluczem",
    text: "Usługa podaje klucz, który nie jest tym podanym przez Państwa ani pamiętanym przez tę przeglądarkę.",
  },
  SIGNATURE: {
    heading: "Głowa dziennika nie jest podpisana jego kluczem",
    text: "To, co usługa pokazuje jako głowę dziennika, nie nosi ważnego podpisu.",
  },
  TILES: {
    heading: "Dziennik się nie zgadza",
    text: "Kafle pokazane przez usługę nie dają głowy, którą podpisała.",
  },
  next: "Proszę zapisać oba pliki, nie polegać na niczym poniżej i porozmawiać z operatorem usługi. Jeśli przywrócono kopię zapasową, mówi o tym wpis.",
  saveOld: "Zapisz zapamiętaną głowę",
  saveNew: "Zapisz dzisiejszą głowę",
  accept: "Zapomnij starą głowę i kontynuuj z dzisiejszą",
};

export const help: typeof en.help = {
  heading: "Klawisze",
  open: "Klawiatura",
  next: "następny wiersz",
  previous: "poprzedni wiersz",
  enter: "otwórz wpis",
  escape: "zamknij",
  search: "przejdź do wyszukiwania",
  keys: "pokaż te klawisze",
};
