/**
 * The status of the service in words: first what is wrong, then what there is.
 *
 * @module
 */
import type { ServiceStatus } from "../src/http/service-status.ts";
import type { Answer } from "./client.ts";
import { aligned, hanging } from "./table.ts";
import { printable } from "./text.ts";

const RUNBOOK = "docs/runbook.md has a heading for each code.";

/** @param now milliseconds since 1970 */
export function describeStatus(answer: Answer, now: number): string[] {
  const status = answer as unknown as ServiceStatus;
  const { lock, warnings } = status;
  const verdict =
    lock !== null
      ? hanging(`LOCKED ${lock.code}  `, `since ${lock.since}: ${printable(lock.detail)}`)
      : warnings.length === 0
        ? ["The service runs, and nothing waits for somebody."]
        : ["The service runs. Somebody should look at:"];
  const width = Math.max(0, ...warnings.map(({ code }) => code.length));
  return [
    ...verdict,
    ...warnings.flatMap(({ code, detail }) =>
      hanging(`  ${code.padEnd(width)}  `, printable(detail)),
    ),
    ...(lock === null && warnings.length === 0 ? [] : [RUNBOOK]),
    "",
    ...aligned(facts(status, now)),
  ];
}

function facts(status: ServiceStatus, now: number): (readonly [string, string])[] {
  const { log, disk, exchange, witness, certificates, links, webhooks } = status;
  const signed = log.signedAt === null ? "" : `, ${ago(log.signedAt, now)}`;
  return [
    ["log", `${log.size} entries, ${log.signed} under a signed checkpoint${signed}`],
    ["log root", log.root],
    ["disk", `${gib(disk.freeBytes)} of ${gib(disk.totalBytes)} GiB free`],
    ["exchange", `${exchange.url}, ${exchange.state ?? "unknown"}${seen(exchange.lastSeen, now)}`],
    ...(witness?.witnesses ?? []).map(
      ({ name, size, seenAt, code }) =>
        [
          "witness",
          `${printable(name)}: ${size ?? 0} entries${seen(seenAt, now)}${code === null ? "" : `, ${code}`}`,
        ] as const,
    ),
    ...certificates.map(
      ({ setting, notAfter, daysLeft }) =>
        [
          "certificate",
          `${setting}: ${notAfter ?? "cannot be read"}, ${daysLeft ?? "?"} days`,
        ] as const,
    ),
    [
      "links",
      links === null
        ? "unknown"
        : Object.entries(links)
            .map(([what, n]) => `${n} ${what}`)
            .join(", "),
    ],
    ...(webhooks === null
      ? []
      : [["webhooks", `${webhooks.waiting} waiting, ${webhooks.givenUp} given up`] as const]),
    ["version", `${status.version}, up since ${status.startedAt.slice(0, 19)}Z`],
  ];
}

function seen(at: string | null, now: number): string {
  return at === null ? "" : `, seen ${ago(at, now)}`;
}

/** Hours are enough for what should be seconds. */
function ago(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  return seconds < 120
    ? `${seconds} s ago`
    : seconds < 7200
      ? `${Math.round(seconds / 60)} min ago`
      : `${Math.round(seconds / 3600)} h ago`;
}

function gib(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
