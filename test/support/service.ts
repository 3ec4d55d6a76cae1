/**
 * A whole deployment for a test: both programs in this process, on free ports, in a folder that
 * goes away; real listeners, real databases.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { Role } from "../../src/access/roles.ts";
import { type Config, type ConfigOverrides, loadConfig } from "../../src/base/config.ts";
import { startCore } from "../../src/programs/core.ts";
import { startExchange } from "../../src/programs/exchange.ts";
import { initialise } from "../../src/programs/init.ts";
import { type DatabaseKind, freshDatabase, temporaryFolder } from "./databases.ts";

/** What JSON.parse makes of an answer: tests reach into many shapes. */
export type Parsed = ReturnType<JSON["parse"]>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed JSON, or null. */
  readonly body: Parsed;
}

export interface Service {
  readonly config: Config;
  readonly internal: string;
  readonly field: string;
  readonly exchange: string;
  readonly admin: string;
  /** Calls the internal listener; a string body is NDJSON or text, else JSON. */
  call(
    method: string,
    path: string,
    token: string | null,
    body?: unknown,
    type?: string,
  ): Promise<Answer>;
  token(role: Role, customer?: string): Promise<string>;
  customer(name: string): Promise<string>;
  /** Stops both programs cleanly, once. */
  stop(): Promise<void>;
}

/** Starts a deployment on one kind of database. */
export async function startService(
  t: ExecutionContext,
  kind: DatabaseKind,
  overrides: ConfigOverrides = {},
): Promise<Service> {
  const data = join(temporaryFolder(t), "data");
  const databases =
    kind === "sqlite"
      ? {}
      : {
          databaseUrl: urlOf(await freshDatabase(t, kind)),
          exchangeDatabaseUrl: urlOf(await freshDatabase(t, kind)),
        };
  const config = testConfig({ data, ...databases, ...overrides });
  await initialise(config);
  return await resumeService(t, config);
}

/** Starts both programs on a data directory that exists. */
export async function resumeService(t: ExecutionContext, config: Config): Promise<Service> {
  const exchange = await startExchange(config);
  const exchangeUrl = exchange.urls["exchange"] ?? "";
  const core = await startCore(config, exchangeUrl).catch(async (error: unknown) => {
    await exchange.stop();
    throw error;
  });
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    stopping ??= core.stop().then(() => exchange.stop());
    return stopping;
  };
  t.teardown(stop);
  const internal = core.urls["internal"] ?? "";
  const admin = readFileSync(join(config.data, "admin.token"), "utf8").trim();

  const call: Service["call"] = (method, path, token, body, type) =>
    request(`${internal}${path}`, method, token, body, type);
  return {
    config,
    internal,
    field: core.urls["field"] ?? "",
    exchange: exchangeUrl,
    admin,
    call,
    async token(role, customer) {
      const wanted = { role, ...(customer === undefined ? {} : { customer }) };
      return (await call("POST", "/v1/tokens", admin, wanted)).body.token;
    },
    async customer(name) {
      return (await call("POST", "/v1/customers", admin, { name })).body.customer;
    },
    stop,
  };
}

/** One request to any listener. */
export async function request(
  url: string,
  method: string,
  token: string | null,
  body?: unknown,
  type = typeof body === "string" ? "application/x-ndjson" : "application/json",
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "content-type": type }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: jsonOrNull(text) };
}

/** NDJSON text of some values. */
export function ndjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join("");
}

/** Values of NDJSON text. */
export function parseNdjson(text: string): Parsed[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** A configuration with free ports and quiet logs. */
export function testConfig(overrides: ConfigOverrides): Config {
  return loadConfig(
    { internalPort: 0, fieldPort: 0, exchangePort: 0, logLevel: "silent", ...overrides },
    {},
  );
}

function urlOf(location: Awaited<ReturnType<typeof freshDatabase>>): string {
  return "url" in location ? location.url : "";
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
