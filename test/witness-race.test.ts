/**
 * The witness's record never goes back: not in a race, not after a kill.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { addLog, initialiseWitness, openStore } from "../src/witness/directory.ts";
import { temporaryFolder } from "./support/databases.ts";
import { commandEnvironment, MAIN } from "./support/process.ts";
import {
  openCosignature,
  postCheckpoint,
  type SignedLog,
  signedLog,
  startTestWitness,
} from "./support/witness.ts";

const ORIGIN = "log.example/race";

test("of 100 requests that were made against one record, exactly one moves it", async (t) => {
  const log = signedLog(ORIGIN);
  const { post, directory } = await startTestWitness(t, "w", [log.vkey]);
  await post(log.request(0, 5));
  const sizes = Array.from({ length: 100 }, (_, i) => 6 + i);
  const bodies = sizes.map((size) => log.request(5, size));
  const answers = await Promise.all(bodies.map(post));
  const winners = answers.flatMap(({ status }, i) => (status === 200 ? [sizes[i]!] : []));
  t.is(winners.length, 1);
  const store = await openStore(directory);
  t.teardown(() => store.close());
  t.is((await store.log(ORIGIN))?.size, winners[0]);
  for (const { status, text } of answers.filter((one) => one.status !== 200)) {
    t.is(status, 409);
    // Before the winner or after it.
    t.true(["5\n", `${winners[0]}\n`].includes(text), text);
  }
});

test("racing writers with retries: every cosigned size is above the one before it", async (t) => {
  const log = signedLog(ORIGIN);
  const { url, vkey } = await startTestWitness(t, "w", [log.vkey]);
  const cosigned: number[] = [];
  let next = 1;
  async function writer(): Promise<void> {
    let old = 0;
    while (next <= 60) {
      const size = next++;
      for (;;) {
        if (old > size) {
          break;
        }
        const { status, text } = await postCheckpoint(url, log.request(old, size));
        if (status === 200) {
          t.not(openCosignature(vkey, log.checkpoint(size), text), null);
          cosigned.push(size);
          old = size;
          break;
        }
        t.is(status, 409);
        old = Number(text);
      }
    }
  }
  await Promise.all(Array.from({ length: 8 }, writer));
  t.is(new Set(cosigned).size, cosigned.length);
  const last = await postCheckpoint(url, log.request(0, 1));
  t.is(Number(last.text), Math.max(...cosigned));
});

test("two processes on one record agree", async (t) => {
  const { directory, log } = await prepared(t);
  const urls = [await serve(t, directory), await serve(t, directory)];
  const bodies = Array.from({ length: 40 }, (_, i) => log.request(0, 1 + i));
  const answers = await Promise.all(
    bodies.map((body, i) => postCheckpoint(urls[i % 2]!.url, body)),
  );
  t.is(answers.filter(({ status }) => status === 200).length, 1);
});

test("a witness that is killed between answers holds at least what it has answered", async (t) => {
  const { directory, log } = await prepared(t);
  let answered = 0;
  for (let round = 1; round <= 4; round++) {
    const { url, child } = await serve(t, directory);
    const running = push(url, log, answered, (size) => {
      answered = size;
      if (size >= round * 8) {
        child.kill("SIGKILL");
      }
    });
    await Promise.all([running, once(child, "exit")]);
    const store = await openStore(directory);
    const record = await store.log(ORIGIN);
    await store.close();
    t.true((record?.size ?? 0) >= answered, `record ${record?.size}, answered ${answered}`);
    t.true((record?.size ?? 0) <= answered + 1);
    answered = record?.size ?? 0;
  }
  t.true(answered >= 32);
});

/** Adds one entry after the other until the witness is gone. */
async function push(
  url: string,
  log: SignedLog,
  from: number,
  onAnswer: (size: number) => void,
): Promise<void> {
  for (let old = from; ; old++) {
    const answer = await postCheckpoint(url, log.request(old, old + 1)).catch(() => null);
    if (answer?.status !== 200) {
      return;
    }
    onAnswer(old + 1);
  }
}

async function prepared(t: ExecutionContext) {
  const directory = join(temporaryFolder(t), "witness");
  const log = signedLog(ORIGIN);
  await initialiseWitness(directory, "w");
  const store = await openStore(directory);
  await addLog(store, log.vkey);
  await store.close();
  return { directory, log };
}

async function serve(t: ExecutionContext, directory: string) {
  const child = spawn(
    process.execPath,
    [MAIN, "witness", "serve", "--dir", directory, "--port", "0"],
    { stdio: ["ignore", "pipe", "ignore"], env: commandEnvironment() },
  );
  t.teardown(() => child.kill("SIGKILL"));
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  return { child, url: String(JSON.parse(chunk.toString("utf8")).witness) };
}
