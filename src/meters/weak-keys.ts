/**
 * Keys that are printed in public: refused, unless the custodian says that the field has them.
 *
 * A list of what was seen, no heuristics: a key that merely looks regular may be genuine.
 *
 * @module
 */
const PUBLISHED: ReadonlySet<string> = new Set([
  // All zero: several heat cost allocators and water modules, as shipped.
  "00".repeat(16),
  "00".repeat(32),
  // Shared by several heat meters of one maker; its second half is the meter's own counting key.
  "82b0551191f51d66efcdab8967452301",
  // Shared by ultrasonic meters of one maker.
  "9f5213bc13841410bb1410141515e4d5",
  // The key of every manual, used by a supplier in the field.
  "00112233445566778899aabbccddeeff",
]);

export function isPublishedKey(key: Uint8Array): boolean {
  return PUBLISHED.has(Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("hex"));
}
