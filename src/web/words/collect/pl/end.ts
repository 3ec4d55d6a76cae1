/**
 * Polish: the receipt, and every way in which a collection ends without one.
 *
 * @module
 */
import type * as en from "../en/end.ts";

export const receipt: typeof en.receipt = {
  heading: "Pokwitowanie",
  lead: "Klucze zostały odebrane, a nadawca o tym wie. Proszę wydrukować lub zapisać to pokwitowanie; potem można zamknąć stronę.",
  print: "Drukuj",
  save: "Zapisz jako plik",
  name: "Potwierdził(a)",
  at: "Podpisano",
  confirmedAt: "Wpłynęło do usługi",
  proof: "Dowód",
  proofHelp:
    "Za pomocą tych wartości każdy może później sprawdzić, że pokwitowanie jest prawdziwe.",
  packageHash: "SHA-256 pakietu",
  signature: "Podpis (ECDSA P-256)",
  publicKey: "Klucz publiczny tej przeglądarki",
  signed: "Pokwitowanie w podpisanej postaci",
};

export const closed: typeof en.closed = {
  collected: {
    heading: "Te klucze zostały już odebrane",
    sentence: "Otwarto je za pomocą linku i kodu PIN na innym urządzeniu lub w innej przeglądarce.",
    next: "Proszę zapytać współpracowników. Jeśli nie był to nikt od Państwa, proszę natychmiast zgłosić to nadawcy, aby można było wymienić klucze.",
  },
  confirmed: {
    heading: "Ta przesyłka jest zakończona",
    sentence: "Klucze odebrano, a odbiór potwierdzono. Nic tu już nie ma.",
    next: "Jeśli nie mają Państwo już pliku, proszę poprosić nadawcę o nowy link.",
  },
  expired: {
    heading: "Ten link wygasł",
    sentence: "Nikt nie odebrał kluczy na czas. Zostały tu usunięte.",
    next: "Proszę poprosić nadawcę o nowy link.",
  },
  revoked: {
    heading: "Nadawca wycofał ten link",
    sentence: "Nie można już odebrać nim kluczy.",
    next: "Proszę zapytać nadawcę, czy wyśle nowy link.",
  },
  locked: {
    heading: "Ten link jest zablokowany",
    sentence: "Zbyt wiele razy wpisano błędny PIN. Kluczy nie wydano i zostały tu usunięte.",
    next: "Proszę poprosić nadawcę o nowy link. Jeśli to nie były Państwa próby, proszę mu o tym powiedzieć.",
  },
  lapsed: {
    heading: "Czas na dokończenie minął",
    sentence: "Klucze odebrano, ale nie potwierdzono odbioru na czas. Zostały tu usunięte.",
    next: "Jeśli klucze są zapisane, proszę powiadomić nadawcę. Jeśli nie, proszę poprosić o nowy link.",
  },
  unknown: {
    heading: "Ten link prowadzi donikąd",
    sentence: "Jest niepełny, błędnie przepisany albo już nieznany. Nic nie zostało odebrane.",
    next: "Proszę ponownie otworzyć cały link z wiadomości. Jeśli to nie pomoże, proszę zapytać nadawcę.",
  },
  damaged: {
    heading: "Ta przesyłka jest uszkodzona",
    sentence:
      "To, co nadeszło, nie jest tym, co zapieczętował nadawca. Nie wolno używać żadnego z jej kluczy.",
    next: "Proszę natychmiast zgłosić to nadawcy, podając numer referencyjny.",
  },
  storage: {
    heading: "Ta przeglądarka nie może zachować tego, co odbiera",
    sentence:
      "Być może to okno prywatne albo pamięć jest wyłączona. Nic nie zostało odebrane; link jest nadal ważny.",
    next: "Proszę skopiować cały link i otworzyć go w zwykłym oknie lub w innej przeglądarce.",
  },
  unsupported: {
    heading: "Ta przeglądarka nie może otworzyć kluczy",
    sentence:
      "Brakuje jej funkcji szyfrowania albo strony nie otwarto przez https. Nic nie zostało odebrane; link jest nadal ważny.",
    next: "Proszę otworzyć link w aktualnej wersji przeglądarki Chrome, Edge, Firefox lub Safari.",
  },
  wiped: {
    heading: "Klucze zostały odłożone",
    sentence: "Nie ma ich już na tej stronie. Nic nie przepadło.",
    next: "Można je ponownie otworzyć w tej przeglądarce tym samym kodem PIN.",
  },
  claimedAt: "Odebrano",
  again: "Otwórz ponownie",
  report: "Zgłoś pod numer {phone}",
};
