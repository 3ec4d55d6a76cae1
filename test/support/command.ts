/**
 * Runs the built `meterseal` command, and services for it to talk to: real processes, real
 * listeners.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";

const MAIN = fileURLToPath(new URL("../../cli/main.js", import.meta.url));

/** A token that no output may ever show. */
export const TOKEN = "ms_tok_fake_0123456789abcdefghijklmnopqrstuvwxyzABCDE";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** Runs a command to its end, with nothing of the test's own METERSEAL_ environment. */
export async function meterseal(
  args: readonly string[],
  { env = {}, input = "", cwd = "/" }: RunOptions = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode === null ? once(child, "exit") : null,
  ]);
  return { status: child.exitCode, stdout, stderr };
}

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
}

export interface FakeService {
  readonly url: string;
  readonly heard: readonly Heard[];
  /** Settings of a command that talks to it. */
  readonly env: Readonly<Record<string, string>>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A service that answers as the test says, until the test ends. */
export async function fakeService(t: ExecutionContext, handler: Handler): Promise<FakeService> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    heard.push({ method, url, authorization: headers.authorization });
    Promise.resolve(handler(request, response)).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, heard, env: { METERSEAL_URL: url, METERSEAL_TOKEN: TOKEN } };
}

/** Answers a JSON document. */
export function answer(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 300 ? "application/json" : "application/problem+json";
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
}

/** Answers a refusal as RFC 9457 says. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
): void {
  answer(response, status, { type: "about:blank", title: "Refused", status, code, detail });
}
