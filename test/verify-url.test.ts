/**
 * A log is verified over HTTP, and whoever keeps it may be hostile.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import test from "ava";
import { httpFiles } from "../src/activity/verify/files/http-files.ts";
import { verifyFiles } from "../src/activity/verify/files/verify-files.ts";
import { fakeService, refuse, TOKEN } from "./support/command.ts";
import { entryTexts, type FilesLog, writeLog } from "./support/log-tree.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** Serves the files of a log below a path; 404 for anything else. */
function files(log: FilesLog, below = "/"): Answer {
  return async ({ url = "" }, response) => {
    const path = url.startsWith(below) ? url.slice(below.length) : "none";
    try {
      response.end(await readFile(join(log.dir, path)));
    } catch {
      response.writeHead(404).end();
    }
  };
}

async function verify(log: FilesLog, url: string, options = {}) {
  const source = await httpFiles(new URL(url), options);
  return await verifyFiles(source, log.signer.key);
}

test("a static server's files verify, at the address itself or below /log/", async (t) => {
  const log = writeLog(t, entryTexts(600));
  for (const [below, address] of [
    ["/", ""],
    ["/log/", "/"],
    ["/mirror/", "/mirror"],
    ["/a/log/", "/a/"],
  ] as const) {
    const { url, heard } = await fakeService(t, files(log, below));
    t.like(await verify(log, url + address), { size: 600, problems: [] }, address);
    t.true(heard.every(({ method, authorization }) => method === "GET" && !authorization));
  }
});

test("the token is sent to a server that asks for it, and not to one that does not", async (t) => {
  const log = writeLog(t, entryTexts(300));
  const serve = files(log, "/log/");
  const core = await fakeService(t, (request, response) => {
    if (request.headers.authorization === `Bearer ${TOKEN}`) {
      return serve(request, response);
    }
    refuse(response, 401, "UNAUTHORIZED", "expected a token");
  });
  t.like(await verify(log, core.url, { token: TOKEN }), { problems: [] });
  t.is(core.heard.filter(({ authorization }) => authorization === undefined).length, 1);
  await t.throwsAsync(verify(log, core.url), { code: "UNAUTHORIZED" });
  const open = await fakeService(t, serve);
  t.like(await verify(log, open.url, { token: TOKEN }), { problems: [] });
  t.true(open.heard.every(({ authorization }) => authorization === undefined));
});

test("what a server changes is found as in a directory", async (t) => {
  const log = writeLog(t, entryTexts(600));
  const serve = files(log);
  const changes: Readonly<Record<string, readonly [string, (b: Buffer) => Buffer | null]>> = {
    "/tile/entries/001": ["256 ENTRY_MISSING", () => null],
    "/tile/entries/000": ["0 ENTRY_MISSING", (bytes) => bytes.subarray(1)],
    "/tile/0/001": ["256 TILE_CHANGED", () => null],
    "/tile/1/000.p/2": ["0 TILE_CHANGED", (bytes) => bytes.fill(0)],
    "/checkpoint": ["0 CHECKPOINT_SIGNATURE", () => Buffer.from("hello\n")],
  };
  for (const [path, [first, change]] of Object.entries(changes)) {
    const { url } = await fakeService(t, async (request, response) => {
      if (request.url !== path) {
        return serve(request, response);
      }
      const bytes = change(await readFile(join(log.dir, path)));
      response.writeHead(bytes === null ? 410 : 200).end(bytes ?? "");
    });
    const { problems } = await verify(log, url);
    t.is(`${problems[0]?.index} ${problems[0]?.code}`, first, path);
  }
});

test("bundles may come gzipped, and one that grows without end is cut off", async (t) => {
  const log = writeLog(t, entryTexts(300));
  const serve = files(log);
  const zipped = (content: Uint8Array) =>
    fakeService(t, async (request, response) => {
      if (request.url !== "/tile/entries/000") {
        return serve(request, response);
      }
      response.writeHead(200, { "content-encoding": "gzip" }).end(content);
    });
  const bundle = await readFile(join(log.dir, "tile/entries/000"));
  t.like(await verify(log, (await zipped(gzipSync(bundle))).url), { problems: [] });
  const bomb = gzipSync(Buffer.alloc(100_000_000));
  const { problems } = await verify(log, (await zipped(bomb)).url);
  t.like(problems[0], { index: 0, code: "ENTRY_MISSING" });
  await t.throwsAsync(verify(log, (await zipped(Buffer.from("no gzip"))).url), {
    code: "UNREACHABLE",
  });
});

test("answers without an end are cut off or given up", async (t) => {
  const log = writeLog(t, entryTexts(300));
  const serve = files(log);
  const endless = await fakeService(t, (request, response) => {
    if (!request.url?.startsWith("/tile/")) {
      return serve(request, response);
    }
    const chunk = Buffer.alloc(100_000);
    const more = () => {
      while (!response.destroyed && response.write(chunk)) {}
    };
    response.on("drain", more);
    more();
  });
  const { problems } = await verify(log, endless.url);
  t.like(problems[0], { index: 0, code: "CHECKPOINT_ROOT" });
  const silent = await fakeService(t, (request, response) => {
    if (request.url !== "/tile/0/000") {
      return serve(request, response);
    }
    response.writeHead(200).write("x");
  });
  await t.throwsAsync(verify(log, silent.url, { fileMs: 300 }), { code: "TIMEOUT" });
});

test("a server that is away, refuses, redirects or breaks off is an error and no finding", async (t) => {
  const log = writeLog(t, entryTexts(300));
  const serve = files(log);
  const answers: Readonly<Record<string, Answer>> = {
    SCOPE: (_, response) => refuse(response, 403, "SCOPE", "all customers' entries"),
    BAD_ANSWER: (_, response) => void response.writeHead(500).end("<h1>Oops</h1>"),
    REDIRECTED: (_, response) => void response.writeHead(302, { location: "/x" }).end(),
    UNREACHABLE: (_, response) => void response.destroy(),
  };
  for (const [code, answer] of Object.entries(answers)) {
    for (const path of ["/checkpoint", "/tile/entries/000"]) {
      const { url } = await fakeService(t, (request, response) =>
        request.url === path ? answer(request, response) : serve(request, response),
      );
      await t.throwsAsync(verify(log, url), { code, name: "LogFilesError" }, `${code} ${path}`);
    }
  }
  const nothing = await fakeService(t, (_, response) => void response.writeHead(404).end());
  await t.throwsAsync(verify(log, nothing.url), { code: "NO_LOG" });
  await t.throwsAsync(verify(log, "http://127.0.0.1:1"), { code: "UNREACHABLE" });
});

test("a server that is busy for a moment is asked again", async (t) => {
  const log = writeLog(t, entryTexts(300));
  const serve = files(log);
  let refusals = 2;
  const { url } = await fakeService(t, (request, response) => {
    if (request.url === "/tile/0/000" && refusals > 0) {
      refusals--;
      response.writeHead(503, { "retry-after": "0" }).end();
      return;
    }
    return serve(request, response);
  });
  t.like(await verify(log, url), { problems: [] });
  t.is(refusals, 0);
});
