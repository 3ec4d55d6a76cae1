/**
 * Meter files of wmbusmeters: one per meter, for `/etc/wmbusmeters.d`.
 *
 * What it reads ({@link https://github.com/wmbusmeters/wmbusmeters | src/config.cc, meters.cc}):
 * lines of `name=value`, a name without a colon, an id of eight hex digits, a key of 32 hex digits.
 * The driver is left to it: a package does not say what model a meter is.
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import { type NamedFile, zipFiles } from "../archive.ts";
import type { Exported } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { distinctNames, wmbusMeters } from "../wmbus-meters.ts";

/** Writes a file, or an archive of files when there is more than one meter. */
export async function writeWmbusmeters(bundle: Bundle): Promise<Exported> {
  const { meters, refused } = wmbusMeters(bundle, false);
  const names = distinctNames(meters);
  const files = meters.map(({ number, serial, key }, i): NamedFile => {
    const text = `name=${names[i]}\ndriver=auto\nid=${serial.toLowerCase()}\nkey=${key}\n`;
    return { name: number, text };
  });
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    const bytes = new TextEncoder().encode(only.text);
    return { bytes, fileName: only.name, mediaType: "text/plain; charset=utf-8", refused };
  }
  const fileName = fileNameOf(bundle, "wmbusmeters.zip");
  return { bytes: zipFiles(files), fileName, mediaType: "application/zip", refused };
}
