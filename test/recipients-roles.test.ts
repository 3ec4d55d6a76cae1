import test from "ava";
import { ROLES, type Role } from "../src/access/roles.ts";
import { enrolling } from "./support/enrolling.ts";

/** Who may do what with recipients; every other role is refused. */
const TABLE: readonly (readonly [string, number, readonly Role[]])[] = [
  ["POST /v1/recipients", 400, ["custodian"]],
  ["GET /v1/recipients", 200, ["custodian", "auditor", "officer", "admin"]],
  ["POST /v1/recipients/rcp_none/confirm", 404, ["custodian", "officer", "admin"]],
  ["DELETE /v1/recipients/rcp_none", 404, ["custodian", "officer", "admin"]],
];

test("a recipient is for custodians to add, for others to confirm, and for no machine to see", async (t) => {
  const { service } = await enrolling(t, "sqlite");
  const bodies: Readonly<Record<string, unknown>> = {
    "POST /v1/recipients": {},
    "POST /v1/recipients/rcp_none/confirm": { fingerprint: "0" },
  };
  for (const role of ROLES) {
    const token = await service.token(role);
    for (const [route, status, roles] of TABLE) {
      const [method = "", path = ""] = route.split(" ");
      const answer = await service.call(method, path, token, bodies[route]);
      t.is(answer.status, roles.includes(role) ? status : 403, `${role}: ${route}`);
    }
  }
  for (const [route] of TABLE) {
    const [method = "", path = ""] = route.split(" ");
    t.is((await service.call(method, path, null, bodies[route])).status, 401, route);
  }
});
