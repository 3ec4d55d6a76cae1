/**
 * Polish: one entry in full, and its proof.
 *
 * @module
 */
import type * as en from "../en/entry.ts";

export const entry: typeof en.entry = {
  heading: "Wpis {entry}",
  loading: "Pobieranie wpisu i jego dowodu …",
  raw: "Tak jak stoi w dzienniku",
  none: "brak",
  print: "Drukuj",
  saveProof: "Zapisz dowód",
  filter: "Pokaż wszystkie takie same",
  meters: "Użyte klucze",
  metersMore: "Więcej liczników",
  gone: "już nie istnieje",
  address: "Licznik",
  name: "Nazwa",
  version: "Klucz",
  counts: "Liczby",
};

export const fields: typeof en.fields = {
  at: "Czas",
  action: "Czynność",
  outcome: "Wynik",
  code: "Kod",
  actor: "Wykonawca",
  role: "Rola",
  auth: "Zalogowano przez",
  customer: "Klient",
  purpose: "Cel (skrót)",
  request: "Zapytanie",
  node: "Maszyna",
  meter: "Licznik",
  reference: "Przekazanie",
  link: "Identyfikator linku",
  recipient: "Odbiorca",
  token: "Token dostępu",
  to: "Dla (skrót)",
  count: "Liczba",
  frames: "Telegramy",
  digest: "Skrót telegramów",
  part: "Część",
  parts: "Części",
  of: "z części",
  piece: "Kawałek",
  counts: "Liczby",
  version: "Wersja klucza",
  from: "Od numeru",
  size: "Rozmiar dziennika",
  below: "Przerzedzono poniżej wpisu",
  expiresAt: "Koniec",
  v: "Wersja postaci",
};

export const proof: typeof en.proof = {
  good: "Ten wpis jest tym, który podpisał dziennik: sprawdzono tutaj, {time}.",
  bad: "Ten wpis NIE jest tym, co podpisał dziennik.",
  badNext: "Proszę na nim nie polegać, zapisać dowód i porozmawiać z operatorem usługi.",
  faults: {
    LEAF: "Jego skrót nie jest skrótem tych bajtów.",
    PATH: "Ścieżka od tego wpisu nie prowadzi do podpisanej głowy.",
    SIGNATURE: "Dołączona głowa nie nosi ważnego podpisu.",
    HEAD: "Dołączona głowa nie pasuje do sprawdzonej wcześniej.",
    LIST: "Lista pokazywała pod tym numerem coś innego.",
    FORM: "Dowodu nie da się odczytać.",
  },
  details: "Skróty",
  leaf: "Skrót wpisu",
  path: "Ścieżka dowodu",
  root: "Korzeń",
  size: {
    one: "Głowa obejmująca {n} wpis",
    few: "Głowa obejmująca {n} wpisy",
    many: "Głowa obejmująca {n} wpisów",
    other: "Głowa obejmująca {n} wpisu",
  },
  checkpoint: "Podpisana głowa",
};
