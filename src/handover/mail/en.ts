/**
 * Mail and letter in English.
 *
 * @module
 */
import type { MailTexts } from "./texts.ts";

export const en: MailTexts = {
  locale: "en-GB",
  meters: { one: "{n} meter", other: "{n} meters" },
  greeting: "Dear {to},",
  regards: "Kind regards",
  until: "The link works until {expires}.",
  mail: {
    subject: "Meter keys to collect, reference {reference}",
    offer: "{sender} has the keys of {meters} ready for you to collect.",
    purpose: "Purpose: {purpose}",
    link: "Open this link in a browser, on the device on which you want to store the keys:",
    linkMissing: "[put the link here]",
    pin: "You also need a PIN of nine characters. It reaches you by another way, such as by phone, text message or letter, and never by e-mail.",
    stepsTitle: "How to collect the keys:",
    steps: [
      "Open the link. Opening it uses nothing up.",
      "Type the PIN.",
      "Save the keys in the format you need, for example for Excel.",
      "Confirm receipt. If you are interrupted before that, open the link again on the same device.",
    ],
    fallback:
      "If the link does not work, open {page} and type or paste this code of 43 characters:",
    fallbackMissing:
      "If the link does not work, open {page} and type or paste the 43 characters that stand after # in the link.",
    warning:
      "Please do not forward this e-mail. If the page says that the keys have been collected already, and it was not you, call us at once.",
  },
  letter: {
    subject: "PIN for reference {reference}",
    offer:
      "{sender} has sent you a link by e-mail. With it you collect the keys of {meters}. You need this PIN:",
    pinMissing: "[put the PIN here]",
    pinHint:
      "Capital and small letters are the same, and so are blanks and hyphens. After five wrong PINs the link is locked.",
    fingerprint:
      "The page shows by whom the keys were signed. Compare this with what it shows, and if it differs, use nothing and call us:",
    fallback:
      "If the link in the e-mail does not work, open {page} in your browser and type or paste the code of 43 characters that stands in the e-mail.",
    warning: "Keep the PIN apart from the e-mail. We never ask you for it.",
  },
  sms: "{sender}, {reference}: PIN {pin}. Signed by {issuer}",
};
