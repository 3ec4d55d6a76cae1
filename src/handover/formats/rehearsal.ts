/**
 * Tries a form with the recipient's options before there are keys to lose.
 *
 * A link is claimed once. That a certificate has expired or that a passphrase is too short must
 * come out before, and so must a form whose code cannot be loaded.
 *
 * @module
 */
import type { Bundle } from "../protocol/bundle.ts";
import type { PackageKey } from "../protocol/manifest.ts";
import type { ExportFormat, FormatOptions } from "./contract.ts";

/** A key that opens nothing. */
const key = (type: string): PackageKey => ({
  type,
  algorithm: "AES-128",
  keyVersion: 1,
  value: "00".repeat(16),
  kcv: "000000",
});

const example = { meter: "", name: null, manufacturer: "KAM", serial: "00000000" };

/** One meter of each kind, so that every form can write one at least. */
const REHEARSAL: Bundle = {
  format: "meterseal-keys",
  version: 1,
  delivery: { reference: "", customer: "", to: "", purpose: "", createdAt: "", checkpoint: "" },
  meters: [
    { ...example, address: "KAM-00000000", profile: "wmbus", keys: [key("mk")] },
    {
      ...example,
      address: "st:4B414D0000000000",
      profile: "dlms-suite-0",
      keys: [key("guek"), key("gak")],
    },
  ],
};

/**
 * Writes two meters that do not exist and throws the result away.
 *
 * @throws {@link FormatError} `FORMAT_OPTION`
 */
export async function rehearse(format: ExportFormat, options: FormatOptions): Promise<void> {
  await format.write(REHEARSAL, options);
}
