/**
 * The forms by name: their facts at once, their code when one of them is written.
 *
 * @module
 */
import type { Exported, ExportFormat, FormatId, FormatOption, FormatOptions } from "./contract.ts";

type Facts = Pick<ExportFormat, "needs" | "legacy" | "plaintext">;
type Write = ExportFormat["write"];

const NOTHING: readonly (readonly FormatOption[])[] = [[]];
const open: Facts = { needs: NOTHING, legacy: false, plaintext: true };
const encrypted = (...needs: readonly FormatOption[]): Facts => ({
  needs: needs.map((option) => [option]),
  legacy: false,
  plaintext: false,
});
/** Encrypted, and so weakly that it is no protection. */
const weak: Facts = { needs: [["passphrase"]], legacy: true, plaintext: false };

/** Every form that keys can be written in, the one for spreadsheets first. */
export const exportFormats: ReadonlyMap<FormatId, ExportFormat> = new Map(
  [
    format("csv", open, async () => (await import("./csv/write.ts")).writeCsv),
    format("json", open, async () => (await import("./json/write.ts")).writeJson),
    format(
      "age",
      encrypted("recipient", "passphrase"),
      async () => (await import("./age/write.ts")).writeAge,
    ),
    format("cms", encrypted("certificate"), async () => (await import("./cms/write.ts")).writeCms),
    format(
      "pskc",
      encrypted("passphrase", "kek"),
      async () => (await import("./pskc/write.ts")).writePskc,
    ),
    format(
      "wmbusmeters",
      open,
      async () => (await import("./wmbusmeters/write.ts")).writeWmbusmeters,
    ),
    format(
      "home-assistant",
      open,
      async () => (await import("./home-assistant/write.ts")).writeHomeAssistant,
    ),
    format("esphome", open, async () => (await import("./esphome/write.ts")).writeEsphome),
    format("iobroker", open, async () => (await import("./iobroker/write.ts")).writeIobroker),
    format("eddi24", open, async () => (await import("./eddi24/write.ts")).writeEddi24),
    format("gurux", open, async () => (await import("./gurux/write.ts")).writeGurux),
    format("kem", weak, async () => (await import("./kem/write.ts")).writeKem),
    format("kem2", weak, async () => (await import("./kem/write.ts")).writeKem2),
  ].map((entry) => [entry.id, entry]),
);

/** Forms that hold every meter with every key; the others may refuse some. */
export const wholeFormats: ReadonlySet<FormatId> = new Set(["csv", "json", "age", "cms", "pskc"]);

/** A form whose code is fetched by its first use: a page loads what is chosen and no more. */
function format(id: FormatId, facts: Facts, load: () => Promise<Write>): ExportFormat {
  return {
    id,
    ...facts,
    async write(bundle, options: FormatOptions): Promise<Exported> {
      const write = await load();
      return await write(bundle, options);
    },
  };
}
