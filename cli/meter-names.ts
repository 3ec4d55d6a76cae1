/**
 * Which meter a name in somebody's list means: id, address, serial number or name.
 *
 * A serial number is unique per manufacturer only, so it must fit exactly one meter of the
 * customer. The list is compared whole before anything is made, with all meters read once.
 *
 * @module
 */
import { type Answer, type Client, pathOf } from "./client.ts";
import { Refusal } from "./errors.ts";

const PAGE = "1000";

export type NameFault = "METER_UNKNOWN" | "METER_AMBIGUOUS" | "METER_RETIRED";

/** Finds the id of the one meter in use that a text names, or says why there is none. */
export type FindMeter = (text: string) => { readonly id: string } | { readonly fault: NameFault };

interface Known {
  readonly id: string;
  readonly isRetired: boolean;
}

/** Reads the meters of a customer. */
export async function loadMeterNames(client: Client, customer: string): Promise<FindMeter> {
  const names = new Map<string, Map<string, Known>>();
  const add = (name: string, meter: Known) => {
    const key = fold(name);
    const known = names.get(key) ?? new Map<string, Known>();
    names.set(key, known.set(meter.id, meter));
  };
  for await (const item of metersOf(client, customer)) {
    const { meter: id, address, name, status } = item;
    if (typeof id !== "string" || typeof address !== "string") {
      throw new Refusal("BAD_ANSWER", "expected meters with id and address from the service");
    }
    const meter = { id, isRetired: status === "retired" };
    for (const form of new Set([id, ...addressForms(address)])) {
      add(form, meter);
    }
    if (typeof name === "string") {
      add(name, meter);
    }
  }
  return (text) => {
    const known = names.get(fold(text)) ?? names.get(padded(fold(text)));
    const found = [...(known?.values() ?? [])];
    const used = found.filter(({ isRetired }) => !isRetired);
    const [one] = used;
    if (one !== undefined) {
      return used.length === 1 ? { id: one.id } : { fault: "METER_AMBIGUOUS" };
    }
    return { fault: found.length > 0 ? "METER_RETIRED" : "METER_UNKNOWN" };
  };
}

/** Says a fault in words, without what the line holds. */
export function describeFault(fault: NameFault): string {
  switch (fault) {
    case "METER_UNKNOWN":
      return "no meter of this customer has this number or name";
    case "METER_AMBIGUOUS":
      return "several meters of this customer fit: use the address or the id";
    case "METER_RETIRED":
      return "the meter is retired";
  }
}

/** `KAM-76348799/1B/16`, also as printed and by its number; a system title by its number. */
function addressForms(address: string): string[] {
  const short = address.split("/", 1)[0] ?? address;
  const serial = /^[^-:]+-(.+)$/.exec(short)?.[1] ?? /^st:[0-9A-F]{6}(.+)$/i.exec(short)?.[1];
  return [address, short, ...(serial === undefined ? [] : [serial])];
}

/** Spreadsheets take the zeros off the front of a number. */
function padded(text: string): string {
  return /^\d{1,7}$/.test(text) ? text.padStart(8, "0") : text;
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}

async function* metersOf(client: Client, customer: string): AsyncGenerator<Answer> {
  let after: string | undefined;
  do {
    const query = { customer, after, limit: PAGE };
    const { items, next } = await client.call("GET", pathOf(["v1", "meters"], query));
    if (!Array.isArray(items)) {
      throw new Refusal("BAD_ANSWER", 'the service\'s answer lacks "items"');
    }
    yield* items as Answer[];
    after = typeof next === "number" || typeof next === "string" ? String(next) : undefined;
  } while (after !== undefined);
}
