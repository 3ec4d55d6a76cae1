/**
 * What the auditor's page asks of the internal listener, answered from a log in memory; and the
 * page itself, from the route that serves it. Tests lie to the page by replacing answers.
 *
 * @module
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";
import express, { type Express, type Response } from "express";
import { leafHash } from "../../src/activity/hashing.ts";
import { parseTilePath } from "../../src/activity/tree/tiles.ts";
import { securityHeaders } from "../../src/http/middleware/security-headers.ts";
import { auditPageRoutes } from "../../src/http/routes/audit-page.ts";
import { CUSTOMERS, INSTALLER, LINKS, METERS, TOKEN, TOKENS } from "./audit-cast.ts";
import type { AuditLog } from "./audit-log.ts";
import type { Parsed } from "./service.ts";

export interface AuditApi {
  readonly url: string;
  log: AuditLog;
  /** Paths that were asked for, without their host. */
  readonly asked: string[];
  /** Changes the answer to an entry's proof. */
  lie: (proof: Parsed) => Parsed;
  /** Changes an item of a list. */
  lieInList: (item: Parsed) => Parsed;
  /** Changes a tile; null = there is none. */
  lieInTile: (path: string, bytes: Buffer | null) => Buffer | null;
  /** Status of every answer of the API, when it is not to work. */
  broken: number | null;
}

export async function startAuditApi(t: ExecutionContext, log: AuditLog): Promise<AuditApi> {
  const app = express();
  app.set("query parser", "simple");
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
  });
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const api: AuditApi = {
    url: `http://127.0.0.1:${port}`,
    log,
    asked: [],
    lie: (proof) => proof,
    lieInList: (item) => item,
    lieInTile: (_path, bytes) => bytes,
    broken: null,
  };
  app.use(securityHeaders(), auditPageRoutes(), guard(api));
  logRoutes(app, api);
  listRoutes(app, api);
  return api;
}

function guard(api: AuditApi): express.RequestHandler {
  return (req, res, next) => {
    api.asked.push(req.originalUrl);
    const { authorization } = req.headers;
    if (api.broken !== null) {
      problem(res, api.broken, "LOG_UNAVAILABLE");
    } else if (authorization === `Bearer ${INSTALLER}`) {
      problem(res, 403, "FORBIDDEN");
    } else if (authorization === `Bearer ${TOKEN}`) {
      next();
    } else {
      problem(res, 401, "UNAUTHENTICATED");
    }
  };
}

function problem(res: Response, status: number, code: string): void {
  res.status(status).type("application/problem+json").send(JSON.stringify({ status, code }));
}

function logRoutes(app: Express, api: AuditApi): void {
  app.get("/log/vkey", (_req, res) => res.type("text/plain").send(`${api.log.vkey}\n`));
  app.get("/log/checkpoint", (_req, res) => res.type("text/plain").send(api.log.checkpoint()));
  app.get("/log/tile/*path", (req, res) => {
    const path = req.path.slice("/log/".length);
    const ref = parseTilePath(path);
    const bytes = api.lieInTile(path, ref === null ? null : api.log.tile(ref));
    if (bytes === null) {
      problem(res, 404, "NOT_FOUND");
    } else {
      res.type("application/octet-stream").send(bytes);
    }
  });
  app.get("/v1/activity/:index/proof", async (req, res) => {
    const index = Number(req.params.index);
    const body = api.log.bodies[index];
    if (body === undefined) {
      problem(res, 404, "ENTRY_UNKNOWN");
      return;
    }
    const path = await api.log.path(index);
    res.json(
      api.lie({
        index,
        size: api.log.size(),
        entry: body,
        leafHash: Buffer.from(leafHash(body)).toString("base64"),
        proof: path.map((hash) => hash.toString("base64")),
        checkpoint: api.log.checkpoint(),
      }),
    );
  });
}

function listRoutes(app: Express, api: AuditApi): void {
  app.get("/v1/activity", (req, res) => {
    const query = req.query as Record<string, string>;
    if (query["meter"] !== undefined && !METERS.some((m) => m.meter === query["meter"])) {
      problem(res, 404, "METER_UNKNOWN");
      return;
    }
    const before = Number(query["before"] ?? Number.MAX_SAFE_INTEGER);
    const limit = Number(query["limit"] ?? 100);
    const fitting = itemsOf(api, query).filter(({ index }) => index < before);
    const items = fitting.toReversed().slice(0, limit);
    const next = fitting.length > limit ? (items.at(-1)?.index ?? null) : null;
    res.json({ items: items.map(api.lieInList), next, size: api.log.size() });
  });
  app.get("/v1/activity/terms", (req, res) => {
    const counts = countsBy(itemsOf(api, {}), String(req.query["field"]));
    const items = [...counts].map(([value, count]) => ({ value, count }));
    res.json({ items, size: api.log.size() });
  });
  app.get("/v1/activity/timeline", (req, res) => {
    const query = req.query as Record<string, string>;
    res.json(timelineOf(api, query));
  });
  app.get("/v1/activity/:index/meters", (_req, res) => {
    const items = METERS.map((meter, at) => ({ ...meter, version: 1, counts: [8 - at, 0] }));
    res.json({ items, next: null });
  });
  app.get("/v1/tokens", (_req, res) => res.json({ items: TOKENS, next: null }));
  app.get("/v1/customers", (_req, res) => res.json({ items: CUSTOMERS, next: null }));
  app.get("/v1/links", (req, res) => {
    res.json({ items: LINKS.filter(({ state }) => state === req.query["state"]), next: null });
  });
  app.get("/v1/links/:reference", (req, res) => {
    const link = LINKS.find(({ reference }) => reference === req.params.reference);
    res.status(link === undefined ? 404 : 200).json(link ?? { code: "LINK_UNKNOWN" });
  });
  app.get("/v1/meters/:meter", (req, res) => {
    const meter = METERS.find((one) => one.meter === req.params.meter);
    res.status(meter === undefined ? 404 : 200).json(meter ?? { code: "METER_UNKNOWN" });
  });
}

const FIELDS = ["actor", "action", "customer", "code", "outcome", "reference", "meter"];

function itemsOf({ log }: AuditApi, query: Readonly<Record<string, string>>): Parsed[] {
  return log.bodies
    .map((body, index) => ({ index, entry: JSON.parse(body) as Parsed }))
    .filter(({ entry }) =>
      FIELDS.every((name) => query[name] === undefined || entry[name] === query[name]),
    )
    .filter(({ entry }) => query["from"] === undefined || entry.at >= query["from"])
    .filter(({ entry }) => query["to"] === undefined || entry.at < query["to"]);
}

function countsBy(items: readonly Parsed[], field: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { entry } of items) {
    counts.set(entry[field], (counts.get(entry[field]) ?? 0) + 1);
  }
  return counts;
}

function timelineOf(api: AuditApi, query: Readonly<Record<string, string>>): Parsed {
  const items = itemsOf(api, query);
  const buckets = Number(query["buckets"]);
  const [first, last] = [
    items.at(0)?.entry.at ?? "2026-11-20",
    items.at(-1)?.entry.at ?? "2026-11-20",
  ];
  const begin = Math.floor(Date.parse(first) / 3_600_000) * 3600;
  const span = Math.max(3600, Date.parse(last) / 1000 - begin);
  const bucketSeconds = Math.ceil(span / buckets / 600) * 600;
  const count = Math.ceil(span / bucketSeconds);
  const by = query["by"] ?? "action";
  const series = [...countsBy(items, by)].map(([name]) => {
    const counts = Array.from({ length: count }, () => 0);
    for (const { entry } of items.filter((item) => item.entry[by] === name)) {
      const at = Math.floor((Date.parse(entry.at) / 1000 - begin) / bucketSeconds);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return { name, counts };
  });
  const times = Array.from({ length: count }, (_, i) =>
    new Date((begin + i * bucketSeconds) * 1000).toISOString(),
  );
  return { from: first, to: last, bucketSeconds, times, series, size: api.log.size() };
}
