/**
 * Finds the service: by its address and a token, or by the data directory it runs on.
 *
 * In a data directory `run.json` says where the service listens. Another program may have taken
 * that port since, so the token is sent only after the listener has proven that it holds the
 * instance key: HMAC-SHA-256 over a fresh nonce.
 *
 * @module
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { clientSettings, loadConfig } from "../src/base/config.ts";
import { adminTokenFile, runFile } from "../src/base/paths.ts";
import { type Client, createClient, parseServiceUrl, pathOf } from "./client.ts";
import { Misuse, Refusal } from "./errors.ts";

/** What the command line says about the service. */
export interface Whereabouts {
  readonly url: string | undefined;
  readonly data: string | undefined;
}

/** @throws {@link Misuse} | {@link Refusal} */
export async function connect({ url, data }: Whereabouts): Promise<Client> {
  const settings = clientSettings();
  const token = settings.token === undefined ? null : checkToken(settings.token);
  if (url !== undefined && data !== undefined) {
    throw new Misuse("expected --url or --data, got both");
  }
  const address = url ?? (data === undefined ? settings.url : undefined);
  if (address === undefined) {
    return connectByDirectory(loadConfig(data === undefined ? {} : { data }).data, token);
  }
  const base = parseServiceUrl(address, url === undefined ? "METERSEAL_URL" : "--url");
  if (token === null) {
    throw new Misuse("no token: a service named by its address needs METERSEAL_TOKEN");
  }
  return createClient(base, token);
}

async function connectByDirectory(data: string, given: string | null): Promise<Client> {
  const { internal, instanceKey } = await readRunFile(data);
  const token = given ?? checkToken(await readAdminToken(data));
  await demandProof(internal, instanceKey);
  return createClient(internal, token);
}

async function readRunFile(data: string): Promise<{ internal: URL; instanceKey: Buffer }> {
  const file = runFile(data);
  const json = await readIfThere(file);
  if (json === null) {
    throw new Refusal(
      "NOT_RUNNING",
      `no service runs on ${data}: start it with "meterseal serve", or name it with --url`,
    );
  }
  try {
    const { internal, instanceKey }: Record<string, unknown> = JSON.parse(json);
    const key = Buffer.from(String(instanceKey), "base64url");
    if (typeof internal === "string" && key.length >= 16) {
      return { internal: parseServiceUrl(internal, file), instanceKey: key };
    }
  } catch (error) {
    if (error instanceof Misuse) {
      throw error;
    }
  }
  throw new Refusal("NOT_RUNNING", `${file}: expected the addresses of a running service`);
}

async function demandProof(internal: URL, instanceKey: Buffer): Promise<void> {
  const nonce = randomBytes(24).toString("base64url");
  const answer = await createClient(internal, null).call("GET", pathOf(["healthz"], { nonce }));
  const proof = Buffer.from(String(answer["proof"]), "base64url");
  const expected = createHmac("sha256", instanceKey).update(nonce, "ascii").digest();
  if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) {
    throw new Refusal(
      "NOT_PROVEN",
      `the program at ${internal.origin} is not the service of this data directory: no token was sent`,
    );
  }
}

async function readAdminToken(data: string): Promise<string> {
  const token = await readIfThere(adminTokenFile(data));
  if (token === null) {
    throw new Misuse(
      "no token: set METERSEAL_TOKEN, there is no admin.token in the data directory",
    );
  }
  return token;
}

function checkToken(text: string): string {
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new Misuse("token: expected one word that begins with ms_");
  }
  return token;
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") {
      return null;
    }
    throw new Refusal(code ?? "UNREADABLE", `${file}: cannot be read`, { cause });
  }
}
