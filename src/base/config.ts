/**
 * The configuration: environment, then a JSON file, then defaults; checked before anything runs.
 *
 * This is the only file that reads `process.env`. An unknown name is refused, because a mistyped
 * setting that is silently ignored is how a listener ends up open.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";

const port = z.coerce.number().int().min(0).max(65_535);
const seconds = z.coerce.number().int().min(0).max(86_400);
const addresses = z
  .union([
    z.string().transform((text) => text.split(",").map((item) => item.trim())),
    z.array(z.string()),
  ])
  .transform((list) => list.filter((item) => item !== ""));
const url = z.url({ protocol: /^https?$/ });

/** Every setting, with its default; the README's table is tested against this. */
export const ConfigSchema = z.strictObject({
  data: z.string().min(1).default("./data"),
  origin: z
    .string()
    .regex(/^[^\s+]{1,200}$/)
    .default("meterseal.local/log"),
  sender: z.string().min(1).max(200).default("Meterseal"),
  internalPort: port.default(7100),
  internalHost: z.string().default("127.0.0.1"),
  fieldPort: port.default(7200),
  fieldHost: z.string().default("127.0.0.1"),
  exchangePort: port.default(7300),
  exchangeHost: z.string().default("127.0.0.1"),
  allowedHosts: addresses.default([]),
  trustProxy: addresses.default([]),
  tlsCertFile: z.string().optional(),
  tlsKeyFile: z.string().optional(),
  databaseUrl: z.string().optional(),
  exchangeDatabaseUrl: z.string().optional(),
  exchangePublicUrl: url.optional(),
  exchangeIntakeUrl: url.optional(),
  exchangePublicKey: z.string().optional(),
  exchangeRequestsPerMinute: z.coerce.number().int().min(600).default(1200),
  corePublicKey: z.string().optional(),
  brandName: z.string().min(1).max(200).optional(),
  brandLogoFile: z.string().optional(),
  brandAccent: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .optional(),
  brandPhone: z
    .string()
    .regex(/^\+?[0-9][0-9 ()/.-]{2,38}$/)
    .optional(),
  brandEmail: z.email().max(254).optional(),
  rootKeyFile: z.string().optional(),
  headStoreFile: z.string().optional(),
  keystoreThreads: z.coerce.number().int().min(1).max(64).optional(),
  keyCacheSeconds: seconds.default(300),
  webhookUrl: url.optional(),
  webhookSecretFile: z.string().optional(),
  webhookAllowPrivate: addresses.default([]),
  claimWindowSeconds: z.coerce.number().int().min(60).max(604_800).default(86_400),
  witnessPolicyFile: z.string().optional(),
  witnessIntervalSeconds: z.coerce.number().int().min(1).max(86_400).default(60),
  witnessMaxAgeSeconds: z.coerce.number().int().min(10).max(2_592_000).default(3600),
  witnessOverdue: z.enum(["warn", "stop"]).default("warn"),
  logRetentionDays: z.coerce.number().int().min(30).max(36_500).optional(),
  logLevel: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

export type Config = Readonly<z.infer<typeof ConfigSchema>>;

/** Read by the command itself, not settings of the programs. */
const OTHER_NAMES: ReadonlySet<string> = new Set([
  "METERSEAL_CONFIG",
  "METERSEAL_URL",
  "METERSEAL_TOKEN",
]);

/** A setting that cannot be used; names the setting, never its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";
}

/** Command-line options that stand above everything else. */
export type ConfigOverrides = Partial<Record<keyof Config, unknown>>;

/** @throws {@link ConfigError} */
export function loadConfig(
  overrides: ConfigOverrides = {},
  env: NodeJS.ProcessEnv = process.env,
): Config {
  const fromEnv: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith("METERSEAL_") && !OTHER_NAMES.has(name) && value !== undefined) {
      const setting = camelCase(name.slice("METERSEAL_".length));
      if (!(setting in ConfigSchema.shape)) {
        throw new ConfigError(`${name}: there is no such setting`);
      }
      fromEnv[setting] = value;
    }
  }
  const file = env["METERSEAL_CONFIG"];
  const parsed = ConfigSchema.safeParse({
    ...(file === undefined ? {} : readConfigFile(file)),
    ...fromEnv,
    ...overrides,
  });
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) =>
      issue.code === "unrecognized_keys" ? issue.keys.join(", ") : issue.path.join("."),
    );
    throw new ConfigError(`configuration: cannot use ${[...new Set(names)].join(", ")}`);
  }
  return { ...parsed.data, data: resolve(parsed.data.data) };
}

/** What a command needs to find its service. */
export interface ClientSettings {
  readonly url: string | undefined;
  readonly token: string | undefined;
}

export function clientSettings(env: NodeJS.ProcessEnv = process.env): ClientSettings {
  return { url: env["METERSEAL_URL"], token: env["METERSEAL_TOKEN"] };
}

/** The environment of a child process: what it needs to run, and the settings given. */
export function childEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = ["PATH", "HOME", "TMPDIR", "TZ", "LANG", "NODE_EXTRA_CA_CERTS"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...settings };
}

/** `METERSEAL_` + upper snake. */
export function environmentName(setting: string): string {
  return `METERSEAL_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function camelCase(upperSnake: string): string {
  return upperSnake
    .toLowerCase()
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function readConfigFile(path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new ConfigError("METERSEAL_CONFIG: the file cannot be read as JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError("METERSEAL_CONFIG: expected a JSON object");
  }
  return value as Record<string, unknown>;
}
