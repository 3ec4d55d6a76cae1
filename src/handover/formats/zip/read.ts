/**
 * The one key file of a zip archive, unpacked in memory.
 *
 * What an archive says of its sizes is checked before anything is unpacked, and the unpacked
 * bytes go into a buffer of the size that was said: an archive that lies fills that and no more.
 *
 * @module
 */
import { unzipSync } from "fflate";
import { ReadError } from "../read-contract.ts";
import { MAX_XML_BYTES } from "../xml/decode.ts";

const MAX_ENTRIES = 100;
/** DEFLATE reaches about 1030 : 1; XML full of hex and base64 never comes near. */
const MAX_RATIO = 200;
/** Kamstrup's archives hold the key file and the schema beside it. */
const KEY_FILE = /\.kem2?$/i;

/** Tells whether a file is a zip archive, by its first local header. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

/** @throws {@link ReadError} `ZIP_FORMAT`, `ZIP_SIZE`, `ZIP_CONTENT` */
export function unzipKeyFile(archive: Uint8Array): Uint8Array {
  let entries = 0;
  let found = 0;
  const files = unpack(archive, ({ name, size, originalSize }) => {
    entries += 1;
    if (entries > MAX_ENTRIES) {
      throw new ReadError("ZIP_CONTENT", `expected at most ${MAX_ENTRIES} files in the archive`);
    }
    if (!KEY_FILE.test(name)) {
      return false;
    }
    found += 1;
    if (found > 1) {
      return false;
    }
    if (originalSize > MAX_XML_BYTES || originalSize > Math.max(1, size) * MAX_RATIO) {
      throw new ReadError("ZIP_SIZE", "the file in the archive would become too large");
    }
    return true;
  });
  const [file] = Object.values(files);
  if (file === undefined || found !== 1) {
    throw new ReadError("ZIP_CONTENT", "expected exactly one .kem or .kem2 file in the archive");
  }
  if (isZip(file)) {
    throw new ReadError("ZIP_CONTENT", "the archive holds another archive: unpack the outer one");
  }
  return file;
}

function unpack(
  archive: Uint8Array,
  filter: NonNullable<Parameters<typeof unzipSync>[1]>["filter"] & object,
): ReturnType<typeof unzipSync> {
  try {
    return unzipSync(archive, { filter });
  } catch (error) {
    if (error instanceof ReadError) {
      throw error;
    }
    throw new ReadError("ZIP_FORMAT", "the archive is damaged, or encrypted by the archiver");
  }
}
