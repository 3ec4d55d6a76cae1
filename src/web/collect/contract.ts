/**
 * What the collecting page shows and what its reader can do.
 *
 * The engine runs in a worker and keeps link, PIN and keys there; the page gets one `Screen` at a
 * time as plain values and sends back `Action`s. Ending the worker wipes everything.
 *
 * @module
 */
import type {
  FormatErrorCode,
  FormatId,
  FormatOption,
  FormatOptions,
  RefusedMeter,
} from "../../handover/formats/contract.ts";
import type { PackageHeader } from "../../handover/protocol/manifest.ts";

/** What is known before the PIN is typed: the header, and the link's life so far. */
export interface Offer extends PackageHeader {
  /** How often it was looked at before this time. */
  readonly opened: number;
  /** RFC 3339 UTC, as all times here. */
  readonly lastOpenedAt: string | null;
}

export type PinFault =
  /** Not nine symbols, or the check symbol does not fit: costs no try. */
  | { readonly code: "PIN_FORMAT" }
  | { readonly code: "PIN_WRONG"; readonly left: number }
  /** Claimed by this browser before; the PIN does not open the package. Costs no try. */
  | { readonly code: "PIN_MISMATCH" };

/** What takes longer than a moment; `part` runs from 0 to 1 where it is known. */
export interface Working {
  readonly step: "stretching" | "claiming" | "opening" | "writing" | "confirming";
  readonly part: number | null;
}

/** Where a collection ended, each with a page and a next step of its own. */
export type ClosedReason =
  /** Claimed by another browser or device: report it, if nobody of yours did. */
  | "collected"
  /** Receipt was confirmed; nothing is left to collect. */
  | "confirmed"
  | "expired"
  | "revoked"
  | "locked"
  | "lapsed"
  /** No such link, or not this fragment. */
  | "unknown"
  /** What came does not decrypt, or its signature or content is wrong: use nothing, call. */
  | "damaged"
  /** This browser cannot keep the claim (no IndexedDB, private window): use another. */
  | "storage"
  /** This browser lacks what opening needs (WebCrypto, workers), or the page came by http. */
  | "unsupported"
  /** Memory was wiped after a while of nothing happening; the PIN opens it again. */
  | "wiped";

export type Screen =
  | { readonly at: "loading" }
  /** The address had no usable code after #: paste the link or its 43 characters. */
  | { readonly at: "paste"; readonly fault: "LINK_FORMAT" | null }
  | {
      readonly at: "pin";
      readonly offer: Offer;
      /** Claimed by this browser before: the PIN is asked for again, and costs no try. */
      readonly returning: boolean;
      readonly fault: PinFault | null;
      readonly working: Working | null;
      /** The exchange does not answer; it is tried again, nothing is lost. */
      readonly offline: boolean;
    }
  | {
      readonly at: "keys";
      readonly offer: Offer;
      readonly meters: number;
      readonly keys: number;
      /** Fingerprint of the key that signed the package: to compare with the PIN letter's. */
      readonly issuer: string;
      /** To finish by, on this device. */
      readonly windowEndsAt: string;
      /** Non-null for an enrolled recipient: only a file to save, no key in sight. */
      readonly inner: {
        readonly kind: "age" | "cms" | "rsa-oaep" | "aes-kwp";
        readonly recipient: string;
      } | null;
      readonly working: Working | null;
      /** The last file that was made or refused. */
      readonly file: FileOutcome | null;
      /** Seconds until memory is wiped; null while that is more than two minutes away. */
      readonly idleSeconds: number | null;
      readonly offline: boolean;
    }
  | { readonly at: "receipt"; readonly receipt: ShownReceipt }
  | {
      readonly at: "closed";
      readonly reason: ClosedReason;
      readonly offer: Offer | null;
      /** When somebody collected, if that is why. */
      readonly claimedAt: string | null;
    }
  | { readonly at: "offline"; readonly offer: Offer | null };

export type FileOutcome =
  | {
      readonly ok: true;
      readonly format: FormatId | "inner";
      readonly fileName: string;
      readonly refused: readonly RefusedMeter[];
    }
  | {
      readonly ok: false;
      readonly format: FormatId;
      readonly code: FormatErrorCode;
      readonly option: FormatOption | null;
      readonly refused: readonly RefusedMeter[];
    };

export interface ShownReceipt {
  readonly reference: string;
  readonly sender: string;
  readonly to: string;
  readonly purpose: string;
  readonly meters: number;
  readonly keys: number;
  readonly name: string;
  readonly at: string;
  readonly confirmedAt: string;
  readonly issuer: string;
  /** SHA-256 of the package, base64url. */
  readonly packageHash: string;
  /** ECDSA P-256 signature over the receipt, base64url, and the claimer's public key. */
  readonly signature: string;
  readonly publicKey: string;
  /** The receipt as signed, base64url. */
  readonly receipt: string;
}

/** One key of one meter, without its value. */
export interface KeyRow {
  /** Place in the unfiltered list of keys. */
  readonly index: number;
  readonly serial: string;
  readonly manufacturer: string;
  readonly address: string;
  readonly name: string | null;
  readonly profile: string;
  readonly type: string;
  readonly algorithm: string;
  readonly keyVersion: number;
  /** Key check value, six hex digits. */
  readonly kcv: string;
}

/** The engine, as the page sees it. */
export interface Collecting {
  /** Calls back with the present screen at once and with every later one. */
  watch(listener: (screen: Screen) => void): () => void;
  paste(text: string): void;
  /** `pin` as typed. */
  openWith(pin: string): void;
  /** Rows `from` to `from + count` of those that contain `filter`, and how many there are. */
  rows(
    filter: string,
    from: number,
    count: number,
  ): Promise<{ readonly total: number; readonly rows: readonly KeyRow[] }>;
  /** The key in lower-case hex; null when it is gone. */
  reveal(index: number): Promise<string | null>;
  /** Makes a file in this browser and saves it; "inner" is an enrolled recipient's own file. */
  save(format: FormatId | "inner", options: FormatOptions): void;
  confirm(name: string): void;
  /** The reader is there: put off the wiping. */
  stay(): void;
  /** Wipes memory now; the same link and PIN open it again within the window. */
  wipe(): void;
  /** Tries again at once instead of waiting. */
  retry(): void;
}

/** Who sends, from the configuration of the exchange: `GET /assets/brand.json`. */
export interface Brand {
  readonly name: string;
  /** Address of the logo on this origin; null = none. */
  readonly logo: string | null;
  /** Whom to call, as people dial it; null = none configured. */
  readonly phone: string | null;
  readonly email: string | null;
}
