/**
 * English: the keys, their table, and confirming.
 *
 * @module
 */
import { plural } from "../../plural.ts";

export const keys = {
  heading: "Your keys are here",
  lead: "Save the keys first. Then confirm that you have them.",
  window:
    "Finish here, on this device, by {time} ({distance}). After that the keys are erased and must be sent to you again.",
  issuer: "Sender’s fingerprint",
  issuerHelp:
    "Compare it with the fingerprint that came with the PIN. If they differ, use none of these keys.",
  idle: plural({
    one: "Nothing has happened for a while. For safety the keys are wiped from this page in {n} second.",
    other:
      "Nothing has happened for a while. For safety the keys are wiped from this page in {n} seconds.",
  }),
  idleAgain: "The same link and PIN open them again.",
  stay: "I am still here",
  innerHeading: "Your encrypted file is here",
  innerLead: "Save the file first. Then confirm that you have it.",
  innerWhy: {
    age: "The keys are encrypted to your organisation’s own age key. This page cannot read them; the file opens only with the private key that belongs to this recipient.",
    cms: "The keys are encrypted to your organisation’s certificate. This page cannot read them; the file opens only with the private key that belongs to this certificate.",
    "rsa-oaep":
      "The keys are encrypted to an RSA key in your security module. This page cannot read them; only that module can unwrap them.",
    "aes-kwp":
      "The keys are wrapped by a key in your security module. This page cannot read them; only that module can unwrap them.",
  },
  innerRecipient: "Encrypted to",
  innerHelp: "Compare it with the fingerprint of your own key before you use the file.",
  innerSave: "Save the encrypted file",
};

export const table = {
  heading: "Look at the keys",
  caption: "Keys of this delivery",
  filter: "Find a meter",
  filterHelp: "Part of the number, the maker or the name",
  meter: "Meter",
  type: "Use",
  key: "Key",
  version: "version {version}",
  kcv: "Check value",
  kcvHelp: "With the check value two people can compare a key on the phone without reading it out.",
  actions: "Actions",
  hidden: "hidden",
  reveal: "Reveal",
  hide: "Hide",
  copy: "Copy",
  of: "the {type} key of meter {serial}",
  copied: "The key of meter {serial} is in the clipboard.",
  copyRefused: "The browser did not allow copying. Reveal the key and copy it by hand.",
  cleared: "The clipboard was cleared.",
  lingers: "The key you copied may still be in the clipboard.",
  clear: "Clear the clipboard",
  gone: "This key is no longer in memory.",
  rows: "Rows {from} to {to} of {total}",
  found: plural({ one: "{n} key found", other: "{n} keys found" }),
  none: "No meter fits what you typed.",
  previous: "Previous rows",
  next: "Next rows",
};

export const confirm = {
  heading: "Confirm that you have them",
  lead: "Confirming ends the collection: the keys are erased from this page and from the service, and the sender gets a signed receipt.",
  unsaved: "No file has been saved on this page yet.",
  tick: "I have stored the keys.",
  name: "Your name",
  nameHelp: "It stands in the receipt.",
  button: "Confirm receipt",
  tickFault: "Tick that you have stored the keys.",
  nameFault: "Type your name.",
  later: "Close and finish later",
  laterHelp:
    "Wipes the keys from this page. The same link and PIN open them again in this browser.",
};
