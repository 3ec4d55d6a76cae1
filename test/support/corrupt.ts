/**
 * Random damage that a seed decides: to bytes, to the files of an exported log.
 *
 * @module
 */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Numbers from 0 to `below` − 1. */
export type Dice = (below: number) => number;

/** Dice that fall the same way for the same seed (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Other bytes than these: bits flipped, bytes set, put in, taken out, cut off. */
export function damaged(bytes: Buffer, roll: Dice): Buffer {
  for (;;) {
    const changed = damagedOnce(bytes, roll);
    if (!changed.equals(bytes)) {
      return changed;
    }
  }
}

function damagedOnce(bytes: Buffer, roll: Dice): Buffer {
  const at = roll(bytes.length);
  const some = Buffer.from(Array.from({ length: 1 + roll(8) }, () => roll(256)));
  const copy = Buffer.from(bytes);
  switch (bytes.length === 0 ? 3 : roll(8)) {
    case 0:
    case 1:
      copy[at] = (copy[at] ?? 0) ^ (1 << roll(8));
      return copy;
    case 2:
      some.copy(copy, at);
      return copy;
    case 3:
      return Buffer.concat([copy.subarray(0, at), some, copy.subarray(at)]);
    case 4:
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + some.length)]);
    case 5:
      return copy.subarray(0, at);
    case 6:
      // Another printable character, so that texts stay texts.
      copy[at] = 0x20 + roll(0x5f);
      return copy;
    default:
      return Buffer.concat([copy, some]);
  }
}

/** Damages one file of a directory, or two; answers what was done. */
export function damageDirectory(folder: string, roll: Dice): string {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  const one = files[roll(files.length)] ?? "";
  const others = files.filter((name) => name !== one);
  const two = others[roll(others.length)] ?? "";
  const bytes = readFileSync(join(folder, one));
  switch (roll(7)) {
    case 0:
      rmSync(join(folder, one));
      return `${one}: removed`;
    case 1:
      cpSync(join(folder, two), join(folder, one));
      writeFileSync(join(folder, two), bytes);
      return `${one}: exchanged with ${two}`;
    case 2:
      cpSync(join(folder, two), join(folder, one));
      return `${one}: replaced by ${two}`;
    case 3: {
      // Another width of the same tile: it may stand in, or not.
      const [tile = ""] = one.split(".p/");
      const width = `${tile}.p/${1 + roll(255)}`;
      mkdirSync(join(folder, `${tile}.p`), { recursive: true });
      renameSync(join(folder, one), join(folder, width));
      return `${one}: is now ${width}`;
    }
    default:
      writeFileSync(join(folder, one), damaged(bytes, roll));
      return `${one}: damaged`;
  }
}
