/**
 * Words that travel between the main thread and a worker as their place in a list. Both ends are
 * of one release: the places may change with the next.
 *
 * @module
 */
import type { KeyType, Profile } from "./contract.ts";
import type { Suite } from "./frame-contract.ts";

/** Profiles, in the order of their codes. */
export const PROFILES: readonly Profile[] = [
  "wmbus",
  "oms-a",
  "oms-b",
  "oms-d",
  "ell",
  "dlms-suite-0",
  "dlms-suite-1",
  "dlms-suite-2",
  "lorawan",
  "cose",
];

/** Types of keys, in the order of their codes. */
export const TYPES: readonly KeyType[] = [
  "root",
  "mk",
  "dek",
  "guek",
  "gak",
  "kek",
  "appkey",
  "appskey",
  "nwkskey",
  "cek",
];

/** Cipher suites, in the order of their codes. */
export const SUITES: readonly Suite[] = [
  "oms-cbc",
  "oms-kdf-a",
  "oms-ccm",
  "ell-ctr",
  "dlms-gcm",
  "lorawan",
  "lorawan-join",
  "cose-gcm",
];
