import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "ava";
import { fakeService, meterseal, refuse, TOKEN } from "./support/command.ts";

interface Frame {
  readonly ref: string | number;
  readonly frame: string;
}

/** Answers each line when it comes, as the service does; `row` says how. */
async function answerRows(
  request: IncomingMessage,
  response: ServerResponse,
  row: (frame: Frame) => unknown,
): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for await (const line of createInterface({ input: request })) {
    if (!response.write(`${JSON.stringify(row(JSON.parse(line)))}\n`)) {
      await once(response, "drain");
    }
  }
}

const plain = ({ ref, frame }: Frame): unknown => ({ ref, plaintext: frame.toLowerCase() });

test("10 000 hex lines come back in order, named by their line numbers", async (t) => {
  const { env } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, plain);
    response.end();
  });
  const frames = Array.from({ length: 10_000 }, (_, n) => `2F2F${"AB".repeat(60)}${n + 1}`);
  const directory = await mkdtemp(join(tmpdir(), "meterseal-cli-"));
  t.teardown(() => rm(directory, { recursive: true }));
  const file = join(directory, "frames.txt");
  await writeFile(file, `\ufeff${frames.join("\r\n")}`);
  for (const options of [{ args: [file] }, { args: ["-"], input: frames.join("\n") }]) {
    const { args, ...rest } = options;
    const { status, stdout, stderr } = await meterseal(["frame", "decrypt", ...args], {
      env,
      ...rest,
    });
    t.is(status, 0, stderr);
    const rows = stdout.trimEnd().split("\n");
    t.is(rows.length, 10_000);
    rows.forEach((row, n) => {
      if (row !== JSON.stringify({ ref: n + 1, plaintext: frames[n]!.toLowerCase() })) {
        t.fail(`row ${n}`);
      }
    });
  }
});

test("NDJSON goes through with its own refs, blank lines left out", async (t) => {
  const { env } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, plain);
    response.end();
  });
  const input = '\n  {"ref":"a","frame":"00"}\n\n{"ref":7,"frame":"11"}\n';
  const { status, stdout } = await meterseal(["frame", "decrypt"], { env, input });
  t.is(status, 0);
  t.is(stdout, '{"ref":"a","plaintext":"00"}\n{"ref":7,"plaintext":"11"}\n');
});

test("one refused row makes the exit status 1, and every row is printed", async (t) => {
  const { env } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, (frame) =>
      frame.ref === 2
        ? { ref: 2, error: { code: "CHECK_FAILED", detail: "wrong key" } }
        : plain(frame),
    );
    response.end();
  });
  const { status, stdout, stderr } = await meterseal(["frame", "decrypt"], {
    env,
    input: "00\n11\n22\n",
  });
  t.is(status, 1);
  t.is(stdout.trimEnd().split("\n").length, 3);
  t.is(stderr, "frame decrypt: 1 of 3 frames refused\n");
});

test("a name that contains the word error is no error", async (t) => {
  const { env } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, ({ ref }) => ({ ref, name: '"error":', plaintext: "" }));
    response.end();
  });
  t.is((await meterseal(["frame", "decrypt"], { env, input: "00\n" })).status, 0);
});

const BREAKS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "is cut off": (response) => response.destroy(),
  "ends with the log's failure": (response) => {
    response.write('{"error":{"code":"LOG_UNAVAILABLE"}}\n', () => response.destroy());
  },
  "ends cleanly without every row": (response) => response.end(),
  "ends within a row": (response) => response.end('{"ref":3,"pla'),
};

for (const [how, end] of Object.entries(BREAKS)) {
  test(`a stream that ${how} exits 1`, async (t) => {
    const { env } = await fakeService(t, (request, response) => {
      request.resume();
      response.writeHead(200, { "content-type": "application/x-ndjson" });
      response.write('{"ref":1,"plaintext":"00"}\n', () => end(response));
    });
    const { status, stdout, stderr } = await meterseal(["frame", "decrypt"], {
      env,
      input: "00\n11\n22\n",
    });
    t.is(status, 1);
    t.is(stdout, '{"ref":1,"plaintext":"00"}\n');
    t.regex(stderr, how.includes("log") ? /\(LOG_UNAVAILABLE\)/ : /\(STREAM_BROKEN\)/);
  });
}

test("a refusal before the first row is told by its code, whatever is still to be sent", async (t) => {
  const { env } = await fakeService(t, (_, response) => {
    refuse(response, 403, "FORBIDDEN", "this role may not decrypt");
  });
  const input = `${"AB".repeat(100)}\n`.repeat(100_000);
  const { status, stdout, stderr } = await meterseal(["frame", "decrypt"], { env, input });
  t.is(status, 1);
  t.is(stdout, "");
  t.is(stderr, "frame decrypt: this role may not decrypt (FORBIDDEN)\n");
  t.false(stderr.includes(TOKEN));
});
