/**
 * English: around everything: signing in, what was checked, what went wrong, the keyboard.
 *
 * @module
 */
import { plural } from "../../plural.ts";

export const page = {
  title: "Activity log",
  language: "Language",
  signOut: "Sign out",
  views: "Views",
  loading: "One moment …",
  retry: "Try again",
  close: "Close",
  idle: plural({
    one: "Nothing has happened for a while. In {n} second the page forgets your token.",
    other: "Nothing has happened for a while. In {n} seconds the page forgets your token.",
  }),
  stay: "I am still here",
};

export const signIn = {
  heading: "Read the activity log",
  lead: "Paste your token. This page keeps it in memory only and forgets it when you reload, sign out or leave the page alone for 15 minutes.",
  summary: "Please correct this",
  token: "Token",
  tokenHelp: "It begins with ms_ and belongs to the role auditor.",
  key: "The log’s key, as noted at setup (optional)",
  keyHelp:
    "With it, everything is checked against a key that you know. Without it, the page trusts the key that the service names, and notices when it changes.",
  button: "Sign in",
  working: "Signing in …",
  ended: "You have been signed out. The token is no longer in this page.",
  faults: {
    token: "Paste the whole token; it begins with ms_.",
    key: "This is not a log’s key. It reads name+8 digits+letters, all in one line.",
    refused: "The service does not know this token, or it has expired or been revoked.",
    role: "This token may not read the log. Ask an admin for one with the role auditor.",
  },
};

export const faults = {
  offline: "The service does not answer. Check the connection and try again.",
  scope: "Your token is for one customer and may not read this.",
  role: "Your token may not read this. The role auditor is needed.",
  meter: "No meter is known by this address, name or id.",
  unknown: "The log has no such entry, or it was pruned.",
  refused: "The service refused: {code}.",
};

export const badge = {
  checking: "Checking the log …",
  verified: "Verified up to entry {entry} at {time}",
  every: "Every entry checked, up to {entry} at {time}",
  empty: "The log is empty",
  unchecked: "Not checked",
  broken: "The log is not in order",
  heading: "What this browser checked",
  signature: "Signature: the head of the log carries a valid signature by {origin}.",
  pinned: "Key: the one that you gave when you signed in.",
  trusted:
    "Key: the one that the service names. Sign in with the key noted at setup, and you need not trust the service.",
  first: "Past: this browser sees the log for the first time and remembers its head from now on.",
  since:
    "Past: nothing was changed or removed since this browser’s last look on {time}, at {count} entries.",
  notKept: "This browser cannot remember the head: storage is switched off.",
  rows: "Rows of the list are what the service says. Open one to check it.",
  again: "Check again",
  save: "Save the checkpoint",
  all: "Check every entry",
  allHelp: "Reads the whole log and adds it up anew. The service records that you did.",
  allWorking: "{done} of {total} entries checked",
  stop: "Stop",
  stopped: "Stopped after {done} entries. Nothing wrong was found so far.",
  allGood: plural({
    one: "{n} entry was read and hashed; all tiles and the signed head agree.",
    other: "{n} entries were read and hashed; all tiles and the signed head agree.",
  }),
  pruned: plural({
    one: "{n} of them was pruned and counts by its hash.",
    other: "{n} of them were pruned and count by their hashes.",
  }),
  problem: "From entry {entry} on the log is not what was signed ({code}).",
};

export const broken = {
  CHANGED: {
    heading: "The log has changed its past",
    text: "This browser remembers a signed head of {old} entries from {time}. The log of {now} entries that the service shows today does not continue it.",
  },
  SHRUNK: {
    heading: "The log has lost entries",
    text: "This browser remembers a signed head of {old} entries from {time}. Today the service shows only {now}.",
  },
  KEY: {
    heading: "The log signs with another key",
    text: "The service names a key that is not the one you gave or this browser remembers.",
  },
  SIGNATURE: {
    heading: "The head of the log is not signed by its key",
    text: "What the service shows as the head of the log does not carry a valid signature.",
  },
  TILES: {
    heading: "The log does not add up",
    text: "The tiles that the service shows do not add up to the head that it signed.",
  },
  next: "Save both files, do not rely on anything below, and talk to whoever runs the service. A restored backup has an entry that says so.",
  saveOld: "Save the remembered head",
  saveNew: "Save today’s head",
  accept: "Forget the old head and go on with today’s",
};

export const help = {
  heading: "Keys",
  open: "Keyboard",
  next: "next row",
  previous: "previous row",
  enter: "open the entry",
  escape: "close",
  search: "go to the search",
  keys: "show these keys",
};
