/**
 * What can be done with an opened package until receipt is confirmed.
 *
 * @module
 */
import {
  FormatError,
  type FormatId,
  type FormatOptions,
} from "../../../handover/formats/contract.ts";
import { toBase64url } from "../../../handover/protocol/base64url.ts";
import {
  type Collection,
  confirmLink,
  receiptOf,
  type SignedReceipt,
} from "../../../handover/protocol/collection.ts";
import type { FileOutcome, Offer, Screen, ShownReceipt } from "../contract.ts";
import { forgetClaim, sparingOtherClaims } from "./claims.ts";
import { loadUsualForms, makeFile } from "./files.ts";
import { type KeyList, listKeys } from "./key-list.ts";
import type { EngineOutput } from "./messages.ts";
import type { Opened } from "./opening.ts";
import type { Patience } from "./patience.ts";

export interface Session {
  readonly keys: KeyList;
  save(format: FormatId | "inner", options: FormatOptions): void;
  confirm(name: string): void;
}

export interface SessionOptions {
  readonly collection: Collection;
  readonly patience: Patience;
  /** Short id of the link. */
  readonly link: string;
  readonly offer: Offer;
  readonly output: EngineOutput;
  /** Resolves when the exchange can be reached. */
  reach(): Promise<void>;
  onClosed(error: unknown): void;
}

type KeysScreen = Extract<Screen, { at: "keys" }>;

/** Shows the keys, without their values. */
export function createSession(unsealed: Opened, options: SessionOptions): Session {
  const { collection, patience, link, offer, output, reach, onClosed } = options;
  const { opened, receiptProof } = unsealed;
  const keys = listKeys(opened.content);
  let screen = keysScreen(unsealed, offer, keys.length);
  let receipt: SignedReceipt | null = null;
  const show = (change: Partial<KeysScreen>) => {
    screen = { ...screen, ...change };
    output.show(screen);
  };

  const atHand = new Set<FormatId | "inner">(["inner"]);
  void loadUsualForms().then((forms) => forms.forEach((form) => void atHand.add(form)));

  const save = async (format: FormatId | "inner", wanted: FormatOptions) => {
    const working = { step: "writing", part: null } as const;
    show({ working, file: null, offline: false });
    if (!atHand.has(format)) {
      // A script that could not be fetched once is never fetched again (HTML, module map): so
      // not before there is a connection.
      await patience.until(reach, () => show({ working, offline: true }));
      show({ working, offline: false });
    }
    const { file, fileName, refused } = await makeFile(opened, format, wanted);
    atHand.add(format);
    output.handOut(file, fileName);
    show({ working: null, file: { ok: true, format, fileName, refused } });
  };

  const confirm = async (name: string) => {
    const working = { step: "confirming", part: null } as const;
    show({ working, offline: false });
    // The same bytes on every try: the receipt that is shown is the one that was handed in.
    receipt ??= await receiptOf(opened, unsealed.keys, name, new Date());
    const signed = receipt;
    // Each try by itself: what another tab claims while this one waits is spared as well.
    const { confirmedAt } = await patience.until(
      () => sparingOtherClaims(link, () => confirmLink(collection, signed, receiptProof)),
      () => show({ working, offline: true }),
    );
    await forgetClaim(link).catch(() => {});
    output.show({ at: "receipt", receipt: shownReceipt(unsealed, offer, signed, confirmedAt) });
  };

  output.show(screen);
  return {
    keys,
    save(format, wanted) {
      if (screen.working === null) {
        save(format, wanted).catch((error: unknown) => {
          const file = refusalOf(error, format);
          // Not refused by the form: its code could not be loaded after all.
          show({ working: null, file, offline: file === null });
        });
      }
    },
    confirm(name) {
      if (screen.working === null) {
        confirm(name).catch(onClosed);
      }
    },
  };
}

function refusalOf(error: unknown, format: FormatId | "inner"): FileOutcome | null {
  if (!(error instanceof FormatError) || format === "inner") {
    return null;
  }
  const { code, option, refused } = error;
  return { ok: false, format, code, option, refused };
}

function keysScreen({ opened, windowEndsAt }: Opened, offer: Offer, keys: number): KeysScreen {
  const { content, issuerFingerprint: issuer } = opened;
  const { inner } = content;
  return {
    at: "keys",
    offer,
    meters: content.meters.length,
    keys,
    issuer,
    windowEndsAt,
    inner: inner === null ? null : { kind: inner.kind, recipient: inner.recipient },
    working: null,
    file: null,
    idleSeconds: null,
    offline: false,
  };
}

function shownReceipt(
  { opened, keys: { sigPk } }: Opened,
  { sender }: Offer,
  { receipt, sig, at, name }: SignedReceipt,
  confirmedAt: string,
): ShownReceipt {
  const { manifest, packageHash, issuerFingerprint: issuer } = opened;
  const { reference, to, purpose, meters, keys } = manifest;
  return {
    reference,
    sender,
    to,
    purpose,
    meters,
    keys,
    name,
    at,
    confirmedAt,
    issuer,
    packageHash: toBase64url(packageHash),
    signature: toBase64url(sig),
    publicKey: toBase64url(sigPk),
    receipt: toBase64url(receipt),
  };
}
