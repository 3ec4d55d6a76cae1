/**
 * English: one entry in full, and its proof.
 *
 * @module
 */
import { plural } from "../../plural.ts";

export const entry = {
  heading: "Entry {entry}",
  loading: "Fetching the entry and its proof …",
  raw: "As it stands in the log",
  none: "none",
  print: "Print",
  saveProof: "Save the proof",
  filter: "Show all with this",
  meters: "Keys used",
  metersMore: "More meters",
  gone: "no longer here",
  address: "Meter",
  name: "Name",
  version: "Key",
  counts: "Counts",
};

export const fields = {
  at: "Time",
  action: "Action",
  outcome: "Outcome",
  code: "Code",
  actor: "Actor",
  role: "Role",
  auth: "Signed in by",
  customer: "Customer",
  purpose: "Purpose (hash)",
  request: "Request",
  node: "Machine",
  meter: "Meter",
  reference: "Link",
  link: "Link id",
  recipient: "Recipient",
  token: "Token",
  to: "For (hash)",
  count: "Count",
  frames: "Frames",
  digest: "Hash of the frames",
  part: "Part",
  parts: "Parts",
  of: "of parts",
  piece: "Piece",
  counts: "Counts",
  version: "Key version",
  from: "From number",
  size: "Size of the log",
  below: "Pruned below entry",
  expiresAt: "Ends",
  v: "Version of the form",
};

export const proof = {
  good: "This entry is the one that the log signed: checked here on {time}.",
  bad: "This entry is NOT what the log signed.",
  badNext: "Do not rely on it. Save the proof and talk to whoever runs the service.",
  faults: {
    LEAF: "Its hash is not the hash of these bytes.",
    PATH: "The path from this entry does not lead to the signed head.",
    SIGNATURE: "The head that comes with it carries no valid signature.",
    HEAD: "The head that comes with it does not fit the one checked before.",
    LIST: "The list showed something else under this number.",
    FORM: "The proof cannot be read.",
  },
  details: "Hashes",
  leaf: "Hash of the entry",
  path: "Audit path",
  root: "Root",
  size: plural({ one: "Head of {n} entry", other: "Head of {n} entries" }),
  checkpoint: "Signed head",
};
