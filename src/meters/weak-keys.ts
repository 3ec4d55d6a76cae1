/**
 * Keys that are printed in public: refused, unless the custodian says that the field has them.
 * Keys that nobody drew at random: warned of.
 *
 * What is refused is a list of what was seen, no heuristics: meters with a regular key are out
 * there and have to be read. That a random key looks regular happens once in 2^100 keys.
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

/** Whether a key is one byte repeated, a sequence, or made of the meter's own number. */
export function isRegularKey(key: Uint8Array, number: Uint8Array): boolean {
  return isSequence(key) || isMadeOf(key, number);
}

/** Every byte differs from the one before by the same step: 00 00 00, 00 01 02, 00 11 22, FF FE FD. */
function isSequence(key: Uint8Array): boolean {
  const step = (key[1] ?? 0) - (key[0] ?? 0);
  return key.every((byte, i) => i === 0 || byte === ((key[i - 1]! + step) & 0xff));
}

/** The number as bytes, in either order, or as text, and one byte to fill up with. */
function isMadeOf(key: Uint8Array, number: Uint8Array): boolean {
  const text = Buffer.from(number).toString("hex");
  const forms = [text, Buffer.from(number).reverse().toString("hex")];
  const spelled = forms.map((form) => Buffer.from(form, "latin1").toString("hex"));
  const hex = Buffer.from(key).toString("hex");
  return [...forms, ...spelled].some((form) => {
    const rest = hex.includes(form) ? without(hex, form) : null;
    return rest !== null && new Set(rest.match(/../g)).size <= 1;
  });
}

/** What is left when a form stands in the key at least once, on whole bytes; null when it does not. */
function without(hex: string, form: string): string | null {
  const pairs = hex.match(/../g) ?? [];
  const width = form.length / 2;
  let rest = "";
  let found = 0;
  for (let at = 0; at < pairs.length; ) {
    if (width > 0 && pairs.slice(at, at + width).join("") === form) {
      found += 1;
      at += width;
    } else {
      rest += pairs[at];
      at += 1;
    }
  }
  return found === 0 ? null : rest;
}
