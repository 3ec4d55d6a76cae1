/**
 * Mail and letter in Polish.
 *
 * @module
 */
import type { MailTexts } from "./texts.ts";

export const pl: MailTexts = {
  locale: "pl-PL",
  meters: {
    one: "{n} licznika",
    few: "{n} liczników",
    many: "{n} liczników",
    other: "{n} licznika",
  },
  greeting: "Dzień dobry, {to},",
  regards: "Z poważaniem",
  until: "Link działa do: {expires}.",
  mail: {
    subject: "Klucze liczników do odebrania, numer {reference}",
    offer: "{sender} ma dla Państwa gotowe do odebrania klucze {meters}.",
    purpose: "Cel: {purpose}",
    link: "Proszę otworzyć ten link w przeglądarce, na urządzeniu, na którym klucze mają być zapisane:",
    linkMissing: "[tu wstawić link]",
    pin: "Potrzebny jest także kod PIN złożony z dziewięciu znaków. Otrzymają go Państwo inną drogą, na przykład telefonicznie, SMS-em lub listem, nigdy pocztą elektroniczną.",
    stepsTitle: "Jak odebrać klucze:",
    steps: [
      "Proszę otworzyć link. Samo otwarcie niczego nie zużywa.",
      "Proszę wpisać PIN.",
      "Proszę zapisać klucze w potrzebnym formacie, na przykład dla programu Excel.",
      "Proszę potwierdzić odbiór. Jeśli coś wcześniej przerwie, wystarczy otworzyć link ponownie na tym samym urządzeniu.",
    ],
    fallback:
      "Jeśli link nie działa, proszę otworzyć {page} i wpisać lub wkleić ten kod złożony z 43 znaków:",
    fallbackMissing:
      "Jeśli link nie działa, proszę otworzyć {page} i wpisać lub wkleić 43 znaki, które w linku stoją po #.",
    warning:
      "Prosimy nie przesyłać tej wiadomości dalej. Jeśli strona informuje, że klucze zostały już odebrane, a nie zrobili tego Państwo, prosimy natychmiast zadzwonić.",
  },
  letter: {
    subject: "PIN do numeru {reference}",
    offer:
      "{sender} wysyła Państwu link pocztą elektroniczną. Służy on do odebrania kluczy {meters}. Potrzebny jest ten PIN:",
    pinMissing: "[tu wstawić PIN]",
    pinHint:
      "Wielkie i małe litery są równoważne, spacje i myślniki nie mają znaczenia. Po pięciu błędnych kodach PIN link zostaje zablokowany.",
    fingerprint:
      "Strona pokazuje, kto podpisał klucze. Proszę porównać to z poniższym; jeśli się różni, prosimy niczego nie używać i zadzwonić do nas:",
    fallback:
      "Jeśli link z wiadomości nie działa, proszę otworzyć {page} w przeglądarce i wpisać lub wkleić kod złożony z 43 znaków, podany w wiadomości.",
    warning: "Proszę przechowywać PIN oddzielnie od wiadomości. Nigdy o niego nie pytamy.",
  },
  sms: "{sender}, {reference}: PIN {pin}. Podpis: {issuer}",
};
