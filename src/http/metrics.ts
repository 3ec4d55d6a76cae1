/**
 * Metrics in the form that Prometheus reads: what is counted as it happens, and what the status
 * knows when it is asked.
 *
 * No label holds an id, a name or an address: actions, codes, routes and listeners only.
 *
 * @module
 */
import type { RequestHandler } from "express";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { EntryDraft } from "../activity/entries/entry.ts";
import type { ListenerName } from "./context.ts";
import type { ServiceStatus } from "./service-status.ts";

export interface Metrics {
  /** The text of `GET /metrics`, and its media type. */
  text(status: ServiceStatus): Promise<string>;
  readonly mediaType: string;
  /** Counts entries that are durable. */
  counted(entries: readonly EntryDraft[]): void;
  /** Times the requests of a listener. */
  timed(listener: ListenerName): RequestHandler;
}

const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const entries = new Counter({
    name: "meterseal_log_entries_total",
    help: "Entries of the activity log since the start, by action and outcome.",
    labelNames: ["action", "outcome"] as const,
    registers,
  });
  const frames = new Counter({
    name: "meterseal_frames_total",
    help: "Frames that were opened (ok) or refused, as the activity log counts them.",
    labelNames: ["outcome"] as const,
    registers,
  });
  const requests = new Histogram({
    name: "meterseal_http_request_seconds",
    help: "Time to the end of an answer, by listener, method, route and status.",
    labelNames: ["listener", "method", "route", "status"] as const,
    buckets: SECONDS,
    registers,
  });
  const show = gauges(registry);
  return {
    mediaType: registry.contentType,
    async text(status) {
      show(status);
      return await registry.metrics();
    },
    counted(drafts) {
      for (const { action, outcome, fields } of drafts) {
        entries.inc({ action, outcome });
        if (action === "frames.decrypted") {
          frames.inc({ outcome: "ok" }, framesIn(fields?.["keys"], 2));
          frames.inc({ outcome: "failed" }, framesIn(fields?.["keys"], 3));
        } else if (action === "frames.refused") {
          frames.inc({ outcome: "refused" }, framesIn(fields?.["counts"], 1));
        }
      }
    },
    timed: (listener) => (req, res, next) => {
      const stop = requests.startTimer({ listener, method: req.method });
      res.once("close", () => {
        const route = typeof req.route?.path === "string" ? req.route.path : "other";
        stop({ route, status: String(res.statusCode) });
      });
      next();
    },
  };
}

/** Sums one column of a list of rows: `keys` and `counts` of entries. */
function framesIn(rows: unknown, column: number): number {
  return Array.isArray(rows)
    ? rows.reduce((sum: number, row) => sum + (Number(row?.[column]) || 0), 0)
    : 0;
}

/** Gauges that are set from a status, all at once, when somebody asks. */
function gauges(registry: Registry): (status: ServiceStatus) => void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({
      name: `meterseal_${name}`,
      help,
      labelNames: [...labelNames],
      registers: [registry],
    });
  const locked = gauge("locked", "1 while the log is locked and nothing is released.", ["code"]);
  const size = gauge("log_size", "Entries of the activity log.");
  const signed = gauge("log_signed_size", "Entries under the last signed checkpoint.");
  const free = gauge("disk_free_bytes", "Free bytes where the data directory is.");
  const links = gauge("links", "Links by what somebody should know of them.", ["state"]);
  const seen = gauge("exchange_seen_timestamp_seconds", "When the exchange last answered.");
  const database = gauge("database_up", "0 when the database did not answer.");
  const trusted = gauge("exchange_trusted", "0 after the exchange has told two histories.");
  const witnessed = gauge(
    "witness_quorum_timestamp_seconds",
    "When a quorum of witnesses last saw the log.",
  );
  const ends = gauge("certificate_end_timestamp_seconds", "End of a certificate.", ["setting"]);
  const waiting = gauge("webhooks_waiting", "Messages that wait to be delivered.");
  const warnings = gauge("warnings", "What somebody should act on, by code.", ["code"]);
  return (status) => {
    locked.reset();
    locked.set({ code: status.lock?.code ?? "" }, status.locked ? 1 : 0);
    size.set(status.log.size);
    signed.set(status.log.signed);
    free.set(status.disk.freeBytes);
    links.reset();
    for (const [state, count] of Object.entries(status.links ?? {})) {
      links.set({ state }, count);
    }
    seen.set(seconds(status.exchange.lastSeen));
    database.set(status.database ? 1 : 0);
    trusted.set(status.exchange.state === "forked" ? 0 : 1);
    witnessed.set(seconds(status.witness?.quorum.seenAt ?? null));
    for (const { setting, notAfter } of status.certificates) {
      ends.set({ setting }, seconds(notAfter));
    }
    waiting.set(status.webhooks?.waiting ?? 0);
    warnings.reset();
    for (const { code } of status.warnings) {
      warnings.inc({ code });
    }
  };
}

/** Unix time; 0 = never. */
function seconds(time: string | null): number {
  return time === null ? 0 : Date.parse(time) / 1000;
}
