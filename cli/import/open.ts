/**
 * Opens a file of meters: finds out its form, reads it, asks for what it needs.
 *
 * CSV and key lists are read as they come, as often as they are gone through. XML is read as a
 * whole, within bounds, because it can be decrypted and verified in no other way; nothing of it is
 * ever written to a disk.
 *
 * @module
 */
import { type FileHandle, open, stat } from "node:fs/promises";
import {
  isKeyList,
  type KeyListOptions,
  readKeyLine,
} from "../../src/handover/formats/eddi24/read.ts";
import { readKem } from "../../src/handover/formats/kem/read.ts";
import { readPskc } from "../../src/handover/formats/pskc/read.ts";
import { type MeterFile, ReadError } from "../../src/handover/formats/read-contract.ts";
import { encodingOf, MAX_XML_BYTES } from "../../src/handover/formats/xml/decode.ts";
import { isZip } from "../../src/handover/formats/zip/read.ts";
import { Misuse, Refusal } from "../errors.ts";
import type { ImportColumn } from "./columns.ts";
import { openTable } from "./rows.ts";
import type { PinnedSigner } from "./signature.ts";
import { demandSigner, describeSigner } from "./signer.ts";
import type { ImportForm, ImportItem, ImportSource } from "./source.ts";
import { EncodingFault, readTextLines } from "./text.ts";

const HEAD = 4096;
const MAX_KEY_LINE = 400;

export interface OpenOptions extends KeyListOptions {
  /** Null = told from the content. */
  readonly form: ImportForm | null;
  readonly columns: ReadonlyMap<ImportColumn, string>;
  readonly passphrase: () => Promise<string>;
  readonly kek: () => Promise<Uint8Array>;
  readonly pinned: PinnedSigner | null;
}

/** @throws {@link Misuse} | {@link ReadError} before any row is given */
export async function openImport(path: string, options: OpenOptions): Promise<ImportSource> {
  const form = options.form ?? formOf(await readHead(path));
  const isXml = form === "kem" || form === "kem2" || form === "pskc";
  if (!isXml && options.pinned !== null) {
    throw new Misuse(`--signer: files of the form ${form} are never signed`);
  }
  if (isXml && (options.columns.size > 0 || options.textKeys || options.maker !== "")) {
    throw new Misuse(`--columns, --text-keys and --manufacturer: not for the form ${form}`);
  }
  if (isXml) {
    return await openXml(path, form, options);
  }
  return form === "csv" ? await openCsv(path, options) : openList(path, form, options);
}

async function openCsv(path: string, options: OpenOptions): Promise<ImportSource> {
  const table = await openTable(readAll(path), options.columns, options);
  return {
    form: "csv",
    place: "line",
    notes:
      table.unused.length === 0
        ? []
        : [`columns that are not used, from the left: ${table.unused.join(", ")}`],
    items: () => table.items(readAll(path)),
  };
}

function openList(path: string, form: "eddi24" | "text", options: OpenOptions): ImportSource {
  const list = { textKeys: form === "text" || options.textKeys, maker: options.maker };
  async function* items(): AsyncGenerator<ImportItem> {
    try {
      for await (const { line, text } of readTextLines(readAll(path), MAX_KEY_LINE)) {
        const found = readKeyLine(text, line, list);
        if (found !== null) {
          yield found;
        }
      }
    } catch (error) {
      if (!(error instanceof EncodingFault)) {
        throw error;
      }
      const detail = `${error.message}; from here on nothing was imported`;
      yield { line: error.line, rejected: { line: error.line, code: "TEXT_ENCODING", detail } };
    }
  }
  return { form, place: "line", notes: [], items };
}

async function openXml(
  path: string,
  form: "kem" | "kem2" | "pskc",
  options: OpenOptions,
): Promise<ImportSource> {
  const bytes = await readWhole(path);
  // Loaded here: who imports CSV waits for no XML library.
  const { signatureCheck } = await import("./signature.ts");
  const checkSignature = signatureCheck(options.pinned);
  const file: MeterFile = await (form === "pskc"
    ? readPskc(bytes, { ...options, checkSignature })
    : readKem(bytes, { ...options, checkSignature }));
  demandSigner(file.signer, options.pinned);
  if (options.form !== null && options.form !== file.form) {
    throw new Misuse(`--format ${options.form}: the file is of the form ${file.form}`);
  }
  return {
    form: file.form,
    place: "meter",
    signer: file.signer,
    notes: describeSigner(file.signer),
    async *items() {
      yield* file.meters;
    },
  };
}

/** What a file is, by its first bytes; whatever is nothing else is CSV. */
function formOf(head: Uint8Array): ImportForm {
  if (isZip(head)) {
    return "kem";
  }
  const text = new TextDecoder(encodingOf(head)).decode(head).trimStart();
  if (text.startsWith("<")) {
    const root = /<(?:[\w.-]{1,40}:)?([A-Za-z]\w{0,60})[\s/>]/.exec(
      text.replace(/<!--.*?-->/gs, ""),
    )?.[1];
    // Everything else, hostile XML among it, is refused by the reader of KEM.
    return root === "KeyContainer" ? "pskc" : "kem";
  }
  return isKeyList(text.split(/[\r\n]/, 1)[0] ?? "") ? "eddi24" : "csv";
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    throw new Misuse("the file cannot be read");
  } finally {
    await file.close();
  }
}

async function readWhole(path: string): Promise<Uint8Array> {
  const file = await openFile(path);
  try {
    if ((await file.stat()).size > MAX_XML_BYTES) {
      throw new ReadError("XML_SIZE", `expected at most ${MAX_XML_BYTES >> 20} MiB`);
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function* readAll(path: string): AsyncGenerator<Uint8Array> {
  const file = await openFile(path);
  try {
    yield* file.createReadStream({ autoClose: false });
  } finally {
    await file.close();
  }
}

/** Files are gone through twice: what can be read only once is no file. */
async function openFile(path: string): Promise<FileHandle> {
  const found = await stat(path).catch(() => null);
  if (found !== null && !found.isFile()) {
    throw new Refusal("NOT_A_FILE", "expected a file: pipes and directories are not read");
  }
  try {
    return await open(path);
  } catch {
    throw new Misuse("the file cannot be read");
  }
}
