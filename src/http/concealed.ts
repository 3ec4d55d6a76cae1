/**
 * What is restricted (GDPR Art. 18) is shown to who may read identities, and to nobody else.
 *
 * @module
 */
import type { Caller } from "../access/caller.ts";
import { isAllowed } from "../access/roles.ts";
import type { CoreContext } from "./context.ts";

/** The item with these fields empty, if it is restricted and not for this caller's eyes. */
export function concealed<T extends object, K extends keyof T>(
  { restricted }: Pick<CoreContext, "restricted">,
  caller: Caller,
  id: string,
  item: T,
  fields: readonly K[],
): T {
  if (!restricted.has(id) || isAllowed(caller.role, "identities.read")) {
    return item;
  }
  return { ...item, ...Object.fromEntries(fields.map((field) => [field, null])) };
}
