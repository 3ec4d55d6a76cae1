/**
 * What the pseudonyms of the log are called, as far as the auditor may know.
 *
 * @module
 */
import type { Answer, Client } from "../client.ts";
import { askAll, textOf } from "./ask.ts";
import type { Person } from "./report.ts";

/** Tokens and customers, each by a name that no other has. */
export async function peopleOf(client: Client): Promise<Person[]> {
  const tokens = (await askAll<Answer>(client, "tokens", {})).map((token) => ({
    id: textOf(token, "id"),
    name: textOf(token, "name"),
    role: textOf(token, "role"),
  }));
  const customers = (await askAll<Answer>(client, "customers", {})).map((customer) => ({
    id: textOf(customer, "customer"),
    name: textOf(customer, "name"),
    role: "customer",
  }));
  const all = [...tokens, ...customers];
  const isShared = (name: string): boolean => all.filter((one) => one.name === name).length > 1;
  return all.map(({ id, name, role }) => ({
    id,
    role,
    shown: name === "" ? id : isShared(name) ? `${name} …${id.slice(-4)}` : name,
  }));
}
