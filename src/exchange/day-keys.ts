/**
 * The day keys: what is needed to open shares lies outside the database and its backups.
 *
 * A day's file holds k_e ‖ k'_e and then a slot for each link of that day. Shares are stored
 * under HMAC(k_e, slot) and PIN hashes under HMAC(k'_e, slot), so a stolen database, its WAL or
 * an old backup holds no share and nothing to guess a PIN against. The end of a link is the end
 * of its slot, though other links of the day stay open: what dead rows and an old log still hold
 * of its share cannot be opened by anybody. The file goes once no link of its day is open.
 *
 * Nothing is remembered in memory: several processes may share the folder.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import { Problem } from "../base/problem.ts";
import { linkContext } from "../handover/protocol/derive.ts";
import { openSlots, type SlotFile } from "./key-slots.ts";

const FOLDER = "share-keys";
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const CONTEXT = Buffer.from("meterseal/mkx1/share");

/** Where the key of a link lies. */
export interface KeyPlace {
  readonly day: string;
  /** Byte in the day's file; null for a link from before there were slots. */
  readonly key_at: number | null;
}

/** Names the link that a boxed share belongs to. */
export interface Boxed {
  readonly linkId: Uint8Array;
  readonly header: Uint8Array;
}

export interface DayKeys extends Pick<SlotFile, "days" | "destroy" | "skip" | "used"> {
  /** Draws the key of a link. */
  allot(day: string): Promise<KeyPlace>;
  /** Encrypts a share under its link's key: nonce ‖ ciphertext ‖ tag. */
  box(place: KeyPlace, share: Uint8Array, link: Boxed): Promise<Uint8Array>;
  /** @throws {@link Problem} 503 `SHARE_KEY` when the key is gone or another. */
  unbox(place: KeyPlace, box: Uint8Array, link: Boxed): Promise<Uint8Array>;
  /** HMAC-SHA-256(k'_e, pinHash ‖ linkId). @throws {@link Problem} 503 `SHARE_KEY` */
  pinMac(place: KeyPlace, pinHash: Uint8Array, linkId: Uint8Array): Promise<Uint8Array>;
  /** Overwrites the key of a link; it is gone from the file when this resolves. */
  erase(place: KeyPlace): Promise<void>;
}

/** Opens the folder of day keys below the exchange's directory. */
export function openDayKeys(directory: string): DayKeys {
  const slots = openSlots(join(directory, FOLDER));

  async function keyOf({ day, key_at: at }: KeyPlace, purpose: "share" | "pin"): Promise<Buffer> {
    const found = await slots.read(day, at);
    if (found === null) {
      throw unusable(new Error(`${FOLDER}: the key of an open link is missing`));
    }
    const dayKey = purpose === "share" ? found.share : found.pin;
    return found.slot === null ? dayKey : createHmac("sha256", dayKey).update(found.slot).digest();
  }

  return {
    days: slots.days,
    destroy: slots.destroy,
    skip: slots.skip,
    used: slots.used,
    async allot(day) {
      return { day, key_at: await slots.append(day) };
    },
    async erase({ day, key_at: at }) {
      if (at !== null) {
        await slots.erase(day, at);
      }
    },
    async box(place, share, boxed) {
      const nonce = randomBytes(NONCE_LENGTH);
      const cipher = createCipheriv("aes-256-gcm", await keyOf(place, "share"), nonce);
      cipher.setAAD(associated(boxed));
      return Buffer.concat([nonce, cipher.update(share), cipher.final(), cipher.getAuthTag()]);
    },
    async unbox(place, box, boxed) {
      const nonce = box.subarray(0, NONCE_LENGTH);
      const decipher = createDecipheriv("aes-256-gcm", await keyOf(place, "share"), nonce, {
        authTagLength: TAG_LENGTH,
      });
      decipher.setAAD(associated(boxed));
      decipher.setAuthTag(box.subarray(box.length - TAG_LENGTH));
      try {
        const ciphertext = box.subarray(NONCE_LENGTH, box.length - TAG_LENGTH);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
      } catch (cause) {
        throw unusable(cause);
      }
    },
    async pinMac(place, pinHash, linkId) {
      const key = await keyOf(place, "pin");
      return createHmac("sha256", key).update(pinHash).update(linkId).digest();
    },
  };
}

/** A failure of ours: it has a cause, and is logged. */
function unusable(cause: unknown): Problem {
  const problem = new Problem(503, "SHARE_KEY", "the exchange cannot open this link");
  problem.cause = cause;
  return problem;
}

function associated({ linkId, header }: Boxed): Buffer {
  return Buffer.concat([CONTEXT, linkContext(linkId, header)]);
}
