/**
 * Files of an opened package, made in the worker; the page gets a blob, which is no copy.
 *
 * @module
 */
import type { FormatId, FormatOptions, RefusedMeter } from "../../../handover/formats/contract.ts";
import { safeName } from "../../../handover/formats/file-name.ts";
import { exportFormats } from "../../../handover/formats/formats.ts";
import { bundleOf } from "../../../handover/protocol/bundle.ts";
import type { InnerLayer } from "../../../handover/protocol/manifest.ts";
import type { OpenedPackage } from "../../../handover/protocol/package.ts";

export interface MadeFile {
  readonly file: Blob;
  readonly fileName: string;
  readonly refused: readonly RefusedMeter[];
}

/** Ends of the names of an enrolled recipient's own files. */
const INNER_ENDING: Readonly<Record<InnerLayer["kind"], string>> = {
  age: "json.age",
  cms: "json.p7m",
  "rsa-oaep": "wrapped.json",
  "aes-kwp": "wrapped.json",
};

/**
 * Fetches the code of the usual forms while there is certainly a connection; answers which can be
 * written without one from now on.
 */
export async function loadUsualForms(): Promise<FormatId[]> {
  const usual = {
    csv: import("../../../handover/formats/csv/write.ts"),
    json: import("../../../handover/formats/json/write.ts"),
  };
  const loaded = await Promise.allSettled(Object.values(usual));
  const names = Object.keys(usual) as (keyof typeof usual)[];
  return names.filter((_, at) => loaded[at]?.status === "fulfilled");
}

/**
 * Makes a file.
 *
 * @throws {@link FormatError} when the form cannot be written
 */
export async function makeFile(
  opened: OpenedPackage,
  format: FormatId | "inner",
  options: FormatOptions,
): Promise<MadeFile> {
  const { content, manifest } = opened;
  if (content.inner !== null) {
    const { kind, file } = content.inner;
    const fileName = `meterseal-${safeName(manifest.reference)}.${INNER_ENDING[kind]}`;
    return { file: blobOf(file, "application/octet-stream"), fileName, refused: [] };
  }
  const form = format === "inner" ? undefined : exportFormats.get(format);
  if (form === undefined) {
    throw new RangeError("file: expected a form that this package can be written in");
  }
  const made = await form.write(bundleOf(opened, content.meters), options);
  const { fileName, refused } = made;
  return { file: blobOf(made.bytes, made.mediaType), fileName, refused };
}

function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type });
}
