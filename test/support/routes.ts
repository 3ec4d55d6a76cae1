/**
 * Every route of the core's listeners, and who may use it.
 *
 * @module
 */
import type { Role } from "../../src/access/roles.ts";

export const ALL: readonly Role[] = [
  "installer",
  "custodian",
  "data-management",
  "auditor",
  "officer",
  "admin",
];

export interface Route {
  readonly route: string;
  /** Status for a role that may; everybody else gets 403. */
  readonly status: number;
  readonly roles: readonly Role[];
  readonly body?: unknown;
  /** Code on the field listener, where another route takes the path for its own. */
  readonly onField?: string;
}

/** `:customer` and `:meter` stand for what the test has made, `:n` for a number of its own. */
export const INTERNAL: readonly Route[] = [
  { route: "POST /v1/customers", status: 201, roles: ["admin"], body: { name: "Other" } },
  {
    route: "GET /v1/customers",
    status: 200,
    roles: ["admin", "custodian", "installer", "auditor", "officer"],
  },
  { route: "POST /v1/tokens", status: 201, roles: ["admin"], body: { role: "auditor" } },
  { route: "GET /v1/tokens", status: 200, roles: ["admin", "auditor", "officer"] },
  { route: "DELETE /v1/tokens/tok_none", status: 404, roles: ["admin"] },
  { route: "GET /v1/meters", status: 200, roles: ALL },
  { route: "POST /v1/meters/:meter/rotate", status: 200, roles: ["custodian", "officer"] },
  { route: "POST /v1/meters/none/retire", status: 404, roles: ["custodian", "officer"] },
  { route: "POST /v1/frames/decrypt", status: 200, roles: ["data-management"], body: "" },
  { route: "POST /v1/links", status: 400, roles: ["custodian"], body: {} },
  { route: "GET /v1/links", status: 200, roles: ["custodian", "auditor", "officer", "admin"] },
  { route: "GET /v1/links/none", status: 404, roles: ["custodian", "auditor", "officer", "admin"] },
  { route: "DELETE /v1/links/none", status: 404, roles: ["custodian"] },
  { route: "POST /v1/links/none/reissue", status: 404, roles: ["custodian"], body: {} },
  { route: "GET /v1/activity", status: 200, roles: ["auditor"] },
  { route: "GET /v1/activity/terms?field=action", status: 200, roles: ["auditor"] },
  { route: "GET /v1/activity/timeline", status: 200, roles: ["auditor"] },
  { route: "POST /v1/activity/reindex", status: 200, roles: ["auditor", "officer", "admin"] },
  { route: "GET /v1/activity/0", status: 200, roles: ["auditor"] },
  { route: "GET /v1/activity/0/meters", status: 200, roles: ["auditor"] },
  { route: "GET /v1/activity/0/proof", status: 200, roles: ["auditor"] },
  { route: "GET /log/checkpoint", status: 200, roles: ["auditor"] },
  { route: "GET /log/vkey", status: 200, roles: ["auditor"] },
  { route: "GET /log/tile/0/000.p/1", status: 200, roles: ["auditor"] },
  { route: "GET /log/tile/entries/000.p/1", status: 200, roles: ["auditor"] },
  { route: "GET /v1/activity/prunes", status: 200, roles: ["officer", "auditor"] },
  { route: "POST /v1/activity/prunes", status: 409, roles: ["officer"], body: {} },
  {
    route: "POST /v1/activity/prunes/none/approve",
    status: 404,
    roles: ["officer", "auditor"],
    body: {},
  },
  {
    route: "GET /v1/meters/:meter/holders",
    status: 200,
    roles: ["auditor", "custodian", "officer", "admin"],
  },
  { route: "GET /v1/keys/ages", status: 200, roles: ["auditor", "custodian", "officer", "admin"] },
  { route: "GET /v1/identities?text=x", status: 200, roles: ["admin"] },
  { route: "GET /v1/identities/none", status: 404, roles: ["admin"] },
  { route: "GET /v1/identities/none/export", status: 404, roles: ["admin"] },
  { route: "PATCH /v1/identities/none", status: 404, roles: ["admin"], body: { name: "x" } },
  { route: "POST /v1/identities/none/restrict", status: 404, roles: ["admin"] },
  { route: "POST /v1/identities/none/release", status: 404, roles: ["admin"] },
  { route: "DELETE /v1/identities/none", status: 404, roles: ["admin"] },
  { route: "GET /metrics", status: 200, roles: ["admin", "officer", "auditor"] },
  {
    route: "GET /v1/meters/unknown",
    status: 200,
    roles: ["custodian", "data-management", "auditor", "officer"],
    onField: "METER_UNKNOWN",
  },
  {
    route: "POST /v1/meters/:meter/check",
    status: 400,
    roles: ["custodian", "data-management", "officer"],
    body: {},
  },
  { route: "POST /v1/recipients", status: 400, roles: ["custodian"], body: {} },
  { route: "GET /v1/recipients", status: 200, roles: ["custodian", "auditor", "officer", "admin"] },
  {
    route: "POST /v1/recipients/none/confirm",
    status: 404,
    roles: ["custodian", "officer", "admin"],
    body: { fingerprint: "x" },
  },
  {
    route: "DELETE /v1/recipients/none",
    status: 404,
    roles: ["custodian", "officer", "admin"],
  },
  { route: "GET /v1/status", status: 200, roles: ["admin", "officer", "auditor", "custodian"] },
];
export const BOTH: readonly Route[] = [
  {
    route: "POST /v1/meters",
    status: 201,
    roles: ["installer", "custodian"],
    body: { customer: ":customer", address: "KAM-:n" },
  },
  {
    route: "POST /v1/meters/import?customer=:customer",
    status: 200,
    roles: ["installer", "custodian"],
    body: "",
  },
  { route: "GET /v1/meters/:meter", status: 200, roles: ALL },
  {
    route: "POST /v1/meters/:meter/proof",
    status: 422,
    roles: ["installer", "custodian"],
    body: { frame: "00" },
  },
];
