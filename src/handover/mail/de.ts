/**
 * Mail and letter in German.
 *
 * @module
 */
import type { MailTexts } from "./texts.ts";

export const de: MailTexts = {
  locale: "de-DE",
  meters: { one: "{n} Zähler", other: "{n} Zählern" },
  greeting: "Guten Tag {to},",
  regards: "Freundliche Grüße",
  until: "Der Link gilt bis {expires}.",
  mail: {
    subject: "Zählerschlüssel zum Abholen, Referenz {reference}",
    offer: "bei {sender} liegen die Schlüssel von {meters} für Sie zum Abholen bereit.",
    purpose: "Zweck: {purpose}",
    link: "Öffnen Sie diesen Link in einem Browser auf dem Gerät, auf dem Sie die Schlüssel speichern möchten:",
    linkMissing: "[hier den Link einsetzen]",
    pin: "Sie brauchen außerdem eine PIN aus neun Zeichen. Sie erhalten sie auf einem anderen Weg, etwa per Telefon, SMS oder Brief, und nie per E-Mail.",
    stepsTitle: "So holen Sie die Schlüssel ab:",
    steps: [
      "Öffnen Sie den Link. Das Öffnen verbraucht nichts.",
      "Geben Sie die PIN ein.",
      "Speichern Sie die Schlüssel im gewünschten Format, zum Beispiel für Excel.",
      "Bestätigen Sie den Empfang. Werden Sie vorher unterbrochen, öffnen Sie den Link auf demselben Gerät erneut.",
    ],
    fallback:
      "Falls der Link nicht funktioniert, öffnen Sie {page} und tippen Sie diesen Code aus 43 Zeichen ein oder fügen Sie ihn ein:",
    fallbackMissing:
      "Falls der Link nicht funktioniert, öffnen Sie {page} und tippen Sie die 43 Zeichen ein, die im Link nach # stehen, oder fügen Sie sie ein.",
    warning:
      "Bitte leiten Sie diese E-Mail nicht weiter. Sagt die Seite, die Schlüssel seien schon abgeholt, und waren Sie es nicht, rufen Sie uns sofort an.",
  },
  letter: {
    subject: "PIN zur Referenz {reference}",
    offer:
      "{sender} hat Ihnen per E-Mail einen Link geschickt. Mit ihm holen Sie die Schlüssel von {meters} ab. Sie brauchen dazu diese PIN:",
    pinMissing: "[hier die PIN einsetzen]",
    pinHint:
      "Groß- und Kleinschreibung, Leerzeichen und Bindestriche spielen keine Rolle. Nach fünf falschen PINs wird der Link gesperrt.",
    fingerprint:
      "Die Seite zeigt, wer die Schlüssel unterschrieben hat. Vergleichen Sie es hiermit. Weicht es ab, verwenden Sie nichts und rufen Sie uns an:",
    fallback:
      "Falls der Link in der E-Mail nicht funktioniert, öffnen Sie {page} im Browser und tippen Sie den Code aus 43 Zeichen ein, der in der E-Mail steht, oder fügen Sie ihn ein.",
    warning: "Bewahren Sie die PIN getrennt von der E-Mail auf. Wir fragen Sie nie danach.",
  },
  sms: "{sender}, {reference}: PIN {pin}. Unterschrieben von {issuer}",
};
