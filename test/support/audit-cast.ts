/**
 * Who and what stands in the auditor's test log.
 *
 * @module
 */
import type { AuditEntry } from "./audit-log.ts";

export const TOKEN = `ms_tok_${"A".repeat(22)}_${"b".repeat(43)}`;
export const INSTALLER = `ms_tok_${"I".repeat(22)}_${"c".repeat(43)}`;

export const TOKENS = [
  { id: "tok_4fQ2mW8sKx0ZrT6yB1nUcE", name: "MDM east", role: "data-management" },
  { id: "tok_7hN3pV9dLa5YsG2xC8kJwR", name: "Key desk 1", role: "custodian" },
  { id: "tok_1bM6tD4gQz8XeH0uF5oPvS", name: null, role: "auditor" },
];

export const CUSTOMERS = [
  { customer: "cus_5kR8wB2nXc7JdM4vT1qZyL", name: "Stadtwerke Musterstadt" },
  { customer: "cus_9pG3sF6hVa0KmN8uY2rEtW", name: "Wohnbau Nord eG" },
];

export const METER = "mtr_2dH7jK5lPq9WsX3cV8bNmZ";
export const REFERENCE = "REF-7K3Q-9D2F";

export const METERS = [
  { number: 17, meter: METER, address: "KAM-76348799/01/07", name: "Haus 4, Keller" },
  { number: 18, meter: "mtr_8fJ1kL6zXc4VbN0mQ2wErT", address: "KAM-76348800/01/07", name: null },
  { number: 22, meter: null, address: null, name: null },
];

const link = (reference: string, state: string, day: number) => ({
  reference,
  customer: CUSTOMERS[0]?.customer ?? "",
  state,
  to: "Hausverwaltung Østergaard",
  purpose: "order 4711",
  meters: 3,
  keys: 3,
  createdAt: `2026-11-${day}T08:00:00.000Z`,
  expiresAt: `2026-11-${day + 7}T08:00:00.000Z`,
});

export const LINKS = [
  link(REFERENCE, "expired", 10),
  link("REF-0A1B-2C3D", "open", 20),
  link("REF-4E5F-6A7B", "lapsed", 12),
  link("REF-8C9D-0E1F", "confirmed", 11),
];

const byToken = (at: number) => ({
  actor: TOKENS[at]?.id ?? "",
  role: TOKENS[at]?.role ?? "",
  auth: "token",
  purpose: null,
  request: "Qm9vX2hhbGxvMTIz",
});
const SYSTEM = { actor: "system", role: "system", auth: "local", purpose: null, request: null };

/** An entry of every kind that the page treats in its own way, over and over. */
export function castEntries(count: number): AuditEntry[] {
  const customer = CUSTOMERS[0]?.customer ?? "";
  const ok = { outcome: "ok" };
  const kinds: readonly AuditEntry[] = [
    {
      ...byToken(0),
      ...ok,
      action: "frames.decrypted",
      customer,
      frames: 12,
      keys: [
        [17, 1, 8, 0],
        [1, 1, 3, 0],
        [4, 2, 1, 0],
      ],
      digest: "ab".repeat(32),
      part: 0,
      of: 1,
      piece: 0,
    },
    {
      ...byToken(1),
      ...ok,
      action: "link.dispatched",
      customer,
      reference: REFERENCE,
      link: "9f".repeat(12),
      keys: [[17, 1]],
      count: 1,
      to: "cd".repeat(32),
    },
    { ...byToken(0), outcome: "refused", code: "METER_UNKNOWN", action: "meters.read.refused" },
    { ...byToken(1), ...ok, action: "key.rotated", customer, meter: METER, version: 2 },
    {
      actor: "9f".repeat(12),
      role: "recipient",
      auth: "link",
      purpose: null,
      request: null,
      ...ok,
      action: "link.opened",
      reference: REFERENCE,
      link: "9f".repeat(12),
    },
    { ...SYSTEM, outcome: "failed", code: "EXCHANGE_UNAVAILABLE", action: "exchange.refused" },
  ];
  const first = { ...SYSTEM, ...ok, action: "service.initialised" };
  return [first, ...Array.from({ length: count - 1 }, (_, i) => kinds[i % kinds.length] ?? first)];
}
