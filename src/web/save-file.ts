/**
 * Saving a file that was made in this browser.
 *
 * @module
 */

/** Long enough for a browser to begin; the file itself is gone with its address. */
const REVOKE_AFTER_MS = 60_000;
const addresses = new Set<string>();

/** Hands a file to the browser's downloads. */
export function saveFile(file: Blob, fileName: string): void {
  const address = URL.createObjectURL(file);
  addresses.add(address);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => revoke(address), REVOKE_AFTER_MS);
}

/** Forgets all files that were handed over. */
export function forgetFiles(): void {
  for (const address of addresses) {
    revoke(address);
  }
}

function revoke(address: string): void {
  URL.revokeObjectURL(address);
  addresses.delete(address);
}
