/**
 * English: the page around everything, the paste box, the PIN.
 *
 * @module
 */
import { plural } from "../../plural.ts";

export const page = {
  title: "Collect meter keys",
  faultTitle: "Error: {title}",
  language: "Language",
  summary: "Please correct this",
  loading: "One moment",
  loadingLead: "The page is asking whether keys are waiting for you.",
  offline: "No connection",
  offlineLead: "The service does not answer. The page keeps trying by itself; nothing is lost.",
  retry: "Try again now",
  contact: {
    both: "Call {phone} or write to {email}.",
    phone: "Call {phone}.",
    email: "Write to {email}.",
    none: "Contact the sender in the way you usually do.",
  },
  questions: "Questions about this delivery?",
  working: {
    stretching: "Checking the PIN …",
    claiming: "Collecting …",
    opening: "Opening the keys …",
    writing: "Writing the file …",
    confirming: "Confirming …",
  },
  facts: {
    sender: "From",
    to: "For",
    purpose: "What for",
    contents: "Contents",
    reference: "Reference",
    created: "Sent",
    expires: "Collect by",
    opened: "Looked at",
  },
  meters: plural({ one: "{n} meter", other: "{n} meters" }),
  keys: plural({ one: "{n} key", other: "{n} keys" }),
  contents: "{meters}, {keys}",
  never: "Never before",
  openedTimes: plural({ one: "{n} time before", other: "{n} times before" }),
  openedLast: "{times}, last on {time}",
  notYou: "Was that nobody of yours?",
};

export const paste = {
  heading: "Paste your link",
  lead: "The address of this page is incomplete: the part after the # sign is missing. Some mail programs cut it off. Nothing has been collected.",
  label: "Your link, or the 43 characters after the # sign",
  help: "Copy it from the message or type it from the letter, all of it.",
  button: "Continue",
  fault:
    "This is not the whole link. It ends in a # sign and 43 letters, digits, hyphens or underscores.",
};

export const pin = {
  heading: "Meter keys are waiting for you",
  lead: "Type the PIN that the sender gave you by another way: by phone, text message or letter.",
  once: "The keys can be collected once, on one device. Open them on the device where you want to keep them, and finish in this browser.",
  label: "PIN",
  help: "Nine characters, for example {example}. Capital or small letters make no difference.",
  button: "Open the keys",
  waits: "You can press the button once all nine characters are there.",
  fits: "The PIN is complete.",
  misfits:
    "One character is wrong, or two are swapped. Compare the PIN with the one you were given. This has not cost a try.",
  wrong: plural({
    one: "This is not the PIN of this delivery. You have {n} try left; after that the link is locked.",
    other:
      "This is not the PIN of this delivery. You have {n} tries left; after that the link is locked.",
  }),
  mismatch:
    "The keys do not open with this PIN. Type the one with which you collected them. This costs no try.",
  none: "I have no PIN",
  noneText:
    "The PIN never stands in the same message as the link. Ask the sender for it and name the reference {reference}.",
  again: "Continue where you stopped",
  againLead:
    "These keys were collected in this browser. Type the PIN again to open them; this costs no try.",
};
