/**
 * The customer that a request is for, within the caller's scope.
 *
 * @module
 */
import { type Caller, inScope } from "../access/caller.ts";
import { Problem } from "../base/problem.ts";
import { type Customer, findCustomer } from "../meters/customers.ts";
import type { CoreContext } from "./context.ts";

/**
 * A token for one customer need not name it; any other customer looks as if it were not there.
 *
 * @throws {@link Problem} `CUSTOMER_UNKNOWN`
 */
export async function requireCustomer(
  { db }: Pick<CoreContext, "db">,
  caller: Caller,
  wanted: string | undefined,
): Promise<Customer> {
  const id = wanted ?? caller.customer;
  if (id === null) {
    throw new Problem(400, "BAD_REQUEST", "expected a customer", "/customer");
  }
  const customer = inScope(caller, id) ? await findCustomer(db, id) : null;
  if (customer === null) {
    throw new Problem(404, "CUSTOMER_UNKNOWN", "there is no such customer", "/customer");
  }
  return customer;
}

/**
 * The log and the service are everybody's: who sees one customer's part decides nothing about
 * them, and is told nothing that counts the others in.
 *
 * @throws {@link Problem} `SCOPE`
 */
export function demandUnscoped(caller: Caller): Caller {
  if (caller.customer !== null) {
    throw new Problem(403, "SCOPE", "the token is for one customer, and this is about all of them");
  }
  return caller;
}
