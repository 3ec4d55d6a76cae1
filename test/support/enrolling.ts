/**
 * A service that enrols recipients, for tests.
 *
 * @module
 */
import type { ExecutionContext } from "ava";
import type { ConfigOverrides } from "../../src/base/config.ts";
import { collectLink } from "../../src/handover/collect/collect.ts";
import type { DatabaseKind } from "./databases.ts";
import { KNOWN_METERS } from "./known-meters.ts";
import { ndjson, startService } from "./service.ts";

/** Keys of every meter of the customer, sorted. */
export const KEYS = KNOWN_METERS.flatMap(({ key, ...row }) =>
  "auth_key" in row ? [key, String(row.auth_key)] : [key],
)
  .map((key) => key.toLowerCase())
  .sort(inOrder);

/** Sorts texts by their code units. */
export function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A service with a customer of known keys, and how to enrol its recipients. */
export async function enrolling(
  t: ExecutionContext,
  kind: DatabaseKind,
  overrides: ConfigOverrides = {},
) {
  const service = await startService(t, kind, overrides);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const officer = await service.token("officer");
  const loaded = await service.call(
    "POST",
    `/v1/meters/import?customer=${customer}`,
    custodian,
    ndjson(KNOWN_METERS),
  );
  t.is(loaded.body.imported, KNOWN_METERS.length);
  const add = async (key: Record<string, unknown>) =>
    await service.call("POST", "/v1/recipients", custodian, { customer, name: "Head-end", ...key });
  const confirm = (id: string, fingerprint: string, token = officer) =>
    service.call("POST", `/v1/recipients/${id}/confirm`, token, { fingerprint });
  const link = (recipient: string) =>
    service.call("POST", "/v1/links", custodian, {
      customer,
      all: true,
      to: "Clerk",
      purpose: "order",
      recipient,
    });
  return { service, customer, custodian, officer, add, confirm, link };
}

export type Enrolling = Awaited<ReturnType<typeof enrolling>>;

/** The inner layer that a confirmed recipient gets. */
export async function innerFor(t: ExecutionContext, e: Enrolling, key: Record<string, unknown>) {
  const added = (await e.add(key)).body;
  t.is(added.state, "unconfirmed");
  t.is((await e.confirm(added.id, added.fingerprint)).body.state, "confirmed");
  const made = await e.link(added.id);
  t.is(made.status, 201, made.text);
  const collected = await collectLink({
    link: made.body.link,
    pin: () => made.body.pin,
    issuer: made.body.issuer,
    clock: () => new Date(),
  });
  t.is(collected.bundle, null);
  const { content } = collected;
  t.is(content.inner?.recipient, added.fingerprint);
  t.is(content.meters.length, KNOWN_METERS.length);
  t.false(KEYS.some((value) => JSON.stringify(content.meters).includes(value)));
  await collected.confirm("Ida");
  return { file: content.inner?.file ?? new Uint8Array(), added, meters: content.meters };
}
