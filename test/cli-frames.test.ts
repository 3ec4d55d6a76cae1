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
  const frames = Array.from({ length: 10_000 }, (_, n) => `2F2F${"AB".repeat(60)}${10_000 + n}A`);
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

const FRAME = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";

/** Refs and frames of rows, or the codes of what was refused on the way. */
function told(stdout: string): unknown[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
    .map(({ ref, plaintext, error }) => [ref, plaintext ?? error.code]);
}

test("a file tells its form; lines that cannot be read get their row where they stand", async (t) => {
  const { env } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, plain);
    response.end();
  });
  const hex = FRAME.toLowerCase();
  const rtl = (ok: number) => `T1;${ok};1;2024-11-05 07:14:18.000;99;60;12345678;0x${FRAME}`;
  const cases: readonly (readonly [string, readonly string[], readonly unknown[], number])[] = [
    ["noise, then a log", ["# log", "", "Started", `telegram=|${FRAME}|+1`, "end"], [[4, hex]], 0],
    [
      "dump",
      ["44 93", "44:9", "4493"],
      [
        [1, "4493"],
        [2, "FRAME_FORMAT"],
        [3, "4493"],
      ],
      1,
    ],
    [
      "receiver",
      [rtl(0), rtl(1), rtl(0)],
      [
        [1, "FRAME_CRC"],
        [2, hex],
        [3, "FRAME_CRC"],
      ],
      1,
    ],
    [
      "table",
      ["id;frame", `a;${FRAME}`, "b;"],
      [
        [2, hex],
        [3, "FRAME_FORMAT"],
      ],
      1,
    ],
    [
      "none",
      ["what", "is this"],
      [
        [1, "FRAME_FORMAT"],
        [2, "FRAME_FORMAT"],
      ],
      1,
    ],
    ["long", ["44".repeat(4001)], [[1, "FRAME_FORMAT"]], 1],
    [
      "objects",
      ['{"ref":"a","frame":"00"}', `{"telegram":"${FRAME}","key":"00"}`, '{"telegram":"4"}'],
      [
        ["a", "00"],
        [2, hex],
        [3, "FRAME_FORMAT"],
      ],
      1,
    ],
  ];
  for (const [name, lines, expected, exit] of cases) {
    const { status, stdout, stderr } = await meterseal(["frame", "decrypt"], {
      env,
      input: lines.join("\n"),
    });
    t.is(status, exit, `${name}: ${stderr}`);
    t.deepEqual(told(stdout), expected, name);
  }
});

test("--format and --as say what comes in and what goes out; other words are misuse", async (t) => {
  const { env, heard } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, plain);
    response.end();
  });
  const decrypt = (...args: string[]) =>
    meterseal(["frame", "decrypt", ...args], { env, input: "# 1\n4493\n" });
  t.deepEqual(told((await decrypt("--format", "hex", "--as", "telegram")).stdout), [
    [1, "FRAME_FORMAT"],
    [2, "4493"],
  ]);
  t.is(heard.at(-1)?.url, "/v1/frames/decrypt?as=telegram");
  t.is((await decrypt("--format", "wmbusmeters")).stdout, "");
  t.is(heard.at(-1)?.url, "/v1/frames/decrypt");
  for (const [option, word] of [
    ["--format", "pdf"],
    ["--as", "xml"],
  ] as const) {
    t.is((await decrypt(option, word)).status, 2, word);
  }
  t.is(heard.length, 2);
});

test("a refused frame inside a collector's message counts as a refused row", async (t) => {
  const error = { code: "CHECK_FAILED", detail: "wrong key" };
  const { env } = await fakeService(t, async (request, response) => {
    await answerRows(request, response, ({ ref }) => ({
      ref,
      frames: [{ plaintext: "00" }, ...(ref === 2 ? [{ error }] : [])],
    }));
    response.end();
  });
  const { status, stdout } = await meterseal(["frame", "decrypt"], { env, input: "00\n11\n" });
  t.is(status, 1);
  t.is(stdout.trimEnd().split("\n").length, 2);
  t.is((await meterseal(["frame", "decrypt"], { env, input: "00\n" })).status, 0);
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
