/**
 * English: the receipt, and every way in which a collection ends without one.
 *
 * @module
 */

export const receipt = {
  heading: "Receipt",
  lead: "You have collected the keys and the sender has been told. Print or save this receipt; then you can close the page.",
  print: "Print",
  save: "Save as a file",
  name: "Confirmed by",
  at: "Signed",
  confirmedAt: "Received by the service",
  proof: "Proof",
  proofHelp: "With these values anybody can check later that this receipt is genuine.",
  packageHash: "SHA-256 of the package",
  signature: "Signature (ECDSA P-256)",
  publicKey: "Public key of this browser",
  signed: "Receipt as signed",
};

export const closed = {
  collected: {
    heading: "These keys have already been collected",
    sentence: "They were opened with link and PIN on another device or in another browser.",
    next: "Ask your colleagues. If it was none of you, report it to the sender at once, so that the keys can be replaced.",
  },
  confirmed: {
    heading: "This delivery is finished",
    sentence: "The keys were collected and their receipt was confirmed. Nothing is left here.",
    next: "If you no longer have the file, ask the sender for a new link.",
  },
  expired: {
    heading: "This link has expired",
    sentence: "Nobody collected the keys in time. They have been erased here.",
    next: "Ask the sender for a new link.",
  },
  revoked: {
    heading: "The sender has withdrawn this link",
    sentence: "The keys can no longer be collected with it.",
    next: "Ask the sender whether a new link is on its way.",
  },
  locked: {
    heading: "This link is locked",
    sentence:
      "A wrong PIN was typed too often. The keys were not handed out and have been erased here.",
    next: "Ask the sender for a new link. If the tries were not yours, say so.",
  },
  lapsed: {
    heading: "The time to finish is over",
    sentence:
      "The keys were collected, but their receipt was not confirmed in time. They have been erased here.",
    next: "If you saved the keys, tell the sender. If not, ask for a new link.",
  },
  unknown: {
    heading: "This link leads nowhere",
    sentence: "It is incomplete, mistyped or no longer known. Nothing has been collected.",
    next: "Open the link from the message again, all of it. If that does not help, ask the sender.",
  },
  damaged: {
    heading: "This delivery is damaged",
    sentence: "What arrived is not what the sender sealed. Do not use any key from it.",
    next: "Report this to the sender at once and name the reference.",
  },
  storage: {
    heading: "This browser cannot keep what it collects",
    sentence:
      "It may be a private window, or storage is switched off. Nothing has been collected; your link is still good.",
    next: "Copy the whole link and open it in an ordinary window or in another browser.",
  },
  unsupported: {
    heading: "This browser cannot open the keys",
    sentence:
      "It lacks functions for encryption, or the page was not opened by https. Nothing has been collected; your link is still good.",
    next: "Open the link in a current version of Chrome, Edge, Firefox or Safari.",
  },
  wiped: {
    heading: "The keys were put away",
    sentence: "They are no longer in this page. Nothing is lost.",
    next: "Open them again with the same PIN, in this browser.",
  },
  claimedAt: "Collected on",
  again: "Open again",
  report: "Report to {phone}",
};
