/**
 * Polish: the keys, their table, and confirming.
 *
 * @module
 */
import type * as en from "../en/keys.ts";

export const keys: typeof en.keys = {
  heading: "Oto Państwa klucze",
  lead: "Najpierw proszę zapisać klucze, a potem potwierdzić ich odbiór.",
  window:
    "Proszę dokończyć tutaj, na tym urządzeniu. Termin: {time} ({distance}). Potem klucze zostaną usunięte i trzeba będzie wysłać je ponownie.",
  issuer: "Odcisk klucza nadawcy",
  issuerHelp:
    "Proszę porównać go z odciskiem otrzymanym razem z kodem PIN. Jeśli się różnią, nie wolno używać żadnego z tych kluczy.",
  idle: {
    one: "Od dłuższej chwili nic się nie dzieje. Dla bezpieczeństwa klucze zostaną usunięte z tej strony za {n} sekundę.",
    few: "Od dłuższej chwili nic się nie dzieje. Dla bezpieczeństwa klucze zostaną usunięte z tej strony za {n} sekundy.",
    many: "Od dłuższej chwili nic się nie dzieje. Dla bezpieczeństwa klucze zostaną usunięte z tej strony za {n} sekund.",
    other:
      "Od dłuższej chwili nic się nie dzieje. Dla bezpieczeństwa klucze zostaną usunięte z tej strony za {n} sekundy.",
  },
  idleAgain: "Ten sam link i PIN otworzą je ponownie.",
  stay: "Nadal tu jestem",
  innerHeading: "Oto Państwa zaszyfrowany plik",
  innerLead: "Najpierw proszę zapisać plik, a potem potwierdzić jego odbiór.",
  innerWhy: {
    age: "Klucze są zaszyfrowane dla klucza age Państwa organizacji. Ta strona nie może ich odczytać; plik otworzy tylko klucz prywatny należący do tego odbiorcy.",
    cms: "Klucze są zaszyfrowane dla certyfikatu Państwa organizacji. Ta strona nie może ich odczytać; plik otworzy tylko klucz prywatny należący do tego certyfikatu.",
    "rsa-oaep":
      "Klucze są zaszyfrowane dla klucza RSA w Państwa module bezpieczeństwa. Ta strona nie może ich odczytać; rozpakować je może tylko ten moduł.",
    "aes-kwp":
      "Klucze są opakowane kluczem z Państwa modułu bezpieczeństwa. Ta strona nie może ich odczytać; rozpakować je może tylko ten moduł.",
  },
  innerRecipient: "Zaszyfrowano dla",
  innerHelp: "Przed użyciem pliku proszę porównać to z odciskiem własnego klucza.",
  innerSave: "Zapisz zaszyfrowany plik",
};

export const table: typeof en.table = {
  heading: "Podgląd kluczy",
  caption: "Klucze w tej przesyłce",
  filter: "Znajdź licznik",
  filterHelp: "Część numeru, producenta lub nazwy",
  meter: "Licznik",
  type: "Zastosowanie",
  key: "Klucz",
  version: "wersja {version}",
  kcv: "Wartość kontrolna",
  kcvHelp:
    "Dzięki wartości kontrolnej dwie osoby mogą porównać klucz przez telefon bez odczytywania go na głos.",
  actions: "Czynności",
  hidden: "ukryty",
  reveal: "Pokaż",
  hide: "Ukryj",
  copy: "Kopiuj",
  of: "klucz {type} licznika {serial}",
  copied: "Klucz licznika {serial} jest w schowku.",
  copyRefused:
    "Przeglądarka nie pozwoliła na kopiowanie. Proszę pokazać klucz i skopiować go ręcznie.",
  cleared: "Schowek został wyczyszczony.",
  lingers: "Skopiowany klucz może nadal być w schowku.",
  clear: "Wyczyść schowek",
  gone: "Tego klucza nie ma już w pamięci.",
  rows: "Wiersze od {from} do {to} z {total}",
  found: {
    one: "Znaleziono {n} klucz",
    few: "Znaleziono {n} klucze",
    many: "Znaleziono {n} kluczy",
    other: "Znaleziono {n} klucza",
  },
  none: "Żaden licznik nie pasuje do wpisanego tekstu.",
  previous: "Poprzednie wiersze",
  next: "Następne wiersze",
};

export const confirm: typeof en.confirm = {
  heading: "Potwierdzenie odbioru",
  lead: "Potwierdzenie kończy odbiór: klucze zostaną usunięte z tej strony i z usługi, a nadawca otrzyma podpisane pokwitowanie.",
  unsaved: "Na tej stronie nie zapisano jeszcze żadnego pliku.",
  tick: "Klucze zostały przeze mnie zapisane.",
  name: "Imię i nazwisko",
  nameHelp: "Znajdzie się w pokwitowaniu.",
  button: "Potwierdź odbiór",
  tickFault: "Proszę zaznaczyć, że klucze zostały zapisane.",
  nameFault: "Proszę wpisać imię i nazwisko.",
  later: "Zamknij i dokończ później",
  laterHelp:
    "Usuwa klucze z tej strony. Ten sam link i PIN otworzą je ponownie w tej przeglądarce.",
};
