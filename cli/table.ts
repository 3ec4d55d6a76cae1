/**
 * Tables that fit 100 columns: identifiers stay whole, free text gives way.
 *
 * @module
 */
import { printable } from "./text.ts";

const WIDTH = 100;
const GAP = "  ";
const LEAST = 6;

/** One column of a table of `T`. */
export interface Column<T> {
  readonly title: string;
  readonly value: (item: T) => string;
  /** May be shortened, for what nobody needs to copy. */
  readonly clips?: boolean;
}

/** Turns items into lines; the first call decides the widths and brings the headings. */
export function createTable<T>(columns: readonly Column<T>[]): (items: readonly T[]) => string[] {
  let widths: readonly number[] | null = null;
  return (items) => {
    const rows = items.map((item) => columns.map((column) => printable(column.value(item))));
    const lines: string[][] = widths === null ? [columns.map(({ title }) => title), ...rows] : rows;
    widths ??= layOut(columns, lines);
    return lines.map((cells) => writeLine(cells, widths ?? [], columns));
  };
}

/** `name  value` lines with the values aligned. */
export function aligned(pairs: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(0, ...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}${GAP}${value}`);
}

/** A sentence behind `lead`, broken between words so that every line fits. */
export function hanging(lead: string, sentence: string): string[] {
  const lines = [lead];
  for (const word of sentence.split(" ")) {
    const line = lines.at(-1)!;
    const isFirst = line.length === lead.length;
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(" ".repeat(lead.length) + word);
    } else {
      lines[lines.length - 1] = isFirst ? line + word : `${line} ${word}`;
    }
  }
  return lines;
}

function layOut(columns: readonly Column<never>[], lines: readonly string[][]): number[] {
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => length(cells[i] ?? ""))));
  let over = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - WIDTH;
  while (over > 0) {
    // One by one from the widest, so that two long columns end equally long.
    const clipping = columns.flatMap(({ clips }, i) =>
      clips && widths[i]! > LEAST ? [{ i, width: widths[i]! }] : [],
    );
    const widest = clipping.sort((a, b) => b.width - a.width)[0];
    if (widest === undefined) {
      break;
    }
    widths[widest.i] = widest.width - 1;
    over -= 1;
  }
  return widths;
}

function writeLine(
  cells: readonly string[],
  widths: readonly number[],
  columns: readonly Column<never>[],
): string {
  const padded = cells.map((cell, i) => {
    const width = widths[i] ?? LEAST;
    const text = columns[i]?.clips ? clip(cell, width) : cell;
    return text + " ".repeat(Math.max(0, width - length(text)));
  });
  return clip(padded.join(GAP).trimEnd(), WIDTH);
}

function clip(text: string, width: number): string {
  return length(text) <= width ? text : `${[...text].slice(0, width - 1).join("")}…`;
}

function length(text: string): number {
  return [...text].length;
}
