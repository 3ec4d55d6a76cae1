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

/** Every form that keys can be written in, the one for spreadsheets first. */
export const exportFormats: ReadonlyMap<FormatId, ExportFormat> = new Map(
  [
    format("csv", open, async () => (await import("./csv/write.ts")).writeCsv),
    format("json", open, async () => (await import("./json/write.ts")).writeJson),
  ].map((entry) => [entry.id, entry]),
);

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
