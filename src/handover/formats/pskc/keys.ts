/**
 * The keys of a PSKC document (RFC 6030), one after the other, opened.
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";
import { checkXml, childrenOfRoot, find, textAt, type XmlElement } from "../xml/element.ts";
import { encryptionKey, type PskcSecrets } from "./encryption-key.ts";
import { macOf, openSecret, type ValueKeys } from "./values.ts";

const NAMESPACE = "urn:ietf:params:xml:ns:keyprov:pskc";

/** One `Key` of one `KeyPackage`, as the file has it. */
export interface PskcKey {
  readonly manufacturer: string;
  readonly serial: string;
  /** Identifier of the module that holds the key (§4.2). */
  readonly module: string;
  readonly model: string;
  readonly algorithm: string;
  /** `Id`, which in files of ours names address, kind and version. */
  readonly id: string;
  readonly keyProfile: string;
  readonly reference: string;
  readonly friendlyName: string;
  /** Null = its check failed; empty = the file holds no value. */
  readonly secret: Uint8Array | null;
}

/** Checks the document and asks for the secrets that it needs. */
export async function openPskc(xml: string, secrets: PskcSecrets): Promise<Iterable<PskcKey>> {
  const root = checkXml(xml);
  if (root.name !== "KeyContainer" || root.namespace !== NAMESPACE) {
    throw new ReadError("FILE_FORMAT", "expected a KeyContainer, RFC 6030");
  }
  if (!["1", "1.0"].includes(root.attributes.get("Version") ?? "")) {
    throw new ReadError("FILE_FORMAT", "expected version 1.0 of PSKC");
  }
  const values = await valueKeys(xml, secrets);
  const keys = { [Symbol.iterator]: () => keysOf(xml, values) };
  for (const { secret } of keys) {
    if (secret === null && values.key !== null) {
      throw new ReadError("PASSPHRASE_WRONG", "the passphrase or key does not open the first key");
    }
    break;
  }
  return keys;
}

async function valueKeys(xml: string, secrets: PskcSecrets): Promise<ValueKeys> {
  let method: XmlElement | null = null;
  let key: Uint8Array | null = null;
  for (const child of childrenOfRoot(xml)) {
    if (child.name === "EncryptionKey") {
      // Each may cost ten million rounds, and only one counts.
      if (key !== null) {
        throw new ReadError("FILE_FORMAT", "an element is there twice where one is expected");
      }
      key = await encryptionKey(child, secrets);
    } else if (child.name === "MACMethod") {
      method = child;
    } else if (child.name === "KeyPackage") {
      // Both stand before the first package (§11, the schema is a sequence).
      break;
    }
  }
  return { key, mac: method === null || key === null ? null : macOf(method, key) };
}

function* keysOf(xml: string, values: ValueKeys): Generator<PskcKey, void> {
  for (const child of childrenOfRoot(xml)) {
    if (child.name !== "KeyPackage") {
      continue;
    }
    const device = {
      manufacturer: textAt(child, "DeviceInfo", "Manufacturer"),
      serial: textAt(child, "DeviceInfo", "SerialNo"),
      model: textAt(child, "DeviceInfo", "Model"),
      module: textAt(child, "CryptoModuleInfo", "Id"),
    };
    for (const key of child.children.filter(({ name }) => name === "Key")) {
      yield { ...device, ...keyOf(key, values) };
    }
  }
}

function keyOf(
  key: XmlElement,
  values: ValueKeys,
): Omit<PskcKey, "manufacturer" | "serial" | "module" | "model"> {
  const secret = find(key, "Data", "Secret");
  return {
    algorithm: key.attributes.get("Algorithm") ?? "",
    id: key.attributes.get("Id") ?? "",
    keyProfile: textAt(key, "KeyProfileId"),
    reference: textAt(key, "KeyReference"),
    friendlyName: textAt(key, "FriendlyName"),
    secret: secret === null ? new Uint8Array() : openSecret(secret, values),
  };
}
