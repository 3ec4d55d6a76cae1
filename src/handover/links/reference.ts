/**
 * References: what people call a delivery on the phone, `REF-7K3Q-9D`.
 *
 * Six symbols of Crockford base32, drawn at random; they open nothing.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Knex } from "../../db/open.ts";
import { CROCKFORD } from "../protocol/pin.ts";

const SYMBOLS = 6;

/** Draws a reference that no link has. */
export async function newReference(db: Knex): Promise<string> {
  for (;;) {
    const drawn = Array.from(randomBytes(SYMBOLS), (byte) => CROCKFORD.charAt(byte % 32)).join("");
    const reference = `REF-${drawn.slice(0, 4)}-${drawn.slice(4)}`;
    if ((await db("links").where({ reference }).first("number")) === undefined) {
      return reference;
    }
  }
}
