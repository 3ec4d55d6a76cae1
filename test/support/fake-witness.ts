/**
 * A witness that the test plays itself, and answers that are no cosignature.
 *
 * @module
 */
import type { ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import { fakeService } from "./command.ts";
import { cosign, vkeyOf } from "./witness.ts";

export interface Asked {
  readonly old: number;
  readonly proof: readonly string[];
  readonly note: string;
}

export type Play = (
  asked: Asked,
  response: ServerResponse,
  self: FakeWitness,
) => void | Promise<void>;

export interface FakeWitness {
  readonly name: string;
  readonly keys: ReturnType<typeof ed25519.keygen>;
  readonly line: string;
  readonly asked: Asked[];
  play: Play;
  /** What monitors get; 404 without. */
  shows: string | null;
}

/** Cosigns whatever it gets. */
export const agree: Play = ({ note }, response, { name, keys }) => {
  response.end(`${cosign(name, keys, note, 1_700_000_000)}\n`);
};

export async function fakeWitness(t: ExecutionContext, name: string): Promise<FakeWitness> {
  const keys = ed25519.keygen();
  const service = await fakeService(t, async (request, response) => {
    if (request.method === "GET") {
      t.regex(request.url ?? "", /^\/prefix\/[0-9a-f]{64}\/checkpoint$/);
      response.writeHead(witness.shows === null ? 404 : 200).end(witness.shows ?? "none\n");
      return;
    }
    t.is(`${request.method} ${request.url}`, "POST /prefix/add-checkpoint");
    const body = await text(request);
    const end = body.indexOf("\n\n");
    const [old = "", ...proof] = body.slice(0, end).split("\n");
    const asked = { old: Number(old.slice(4)), proof, note: body.slice(end + 2) };
    witness.asked.push(asked);
    await witness.play(asked, response, witness);
  });
  const line = `witness ${name} ${vkeyOf(name, 4, keys.publicKey)} ${service.url}/prefix/\n`;
  const witness: FakeWitness = { name, keys, line, asked: [], play: agree, shows: null };
  return witness;
}

type Row = readonly [title: string, code: string, play: Play];
/** Answers 409 with this body. */
export const size =
  (value: string): Play =>
  (_, response) => {
    response.writeHead(409, { "content-type": "text/x.tlog.size" }).end(value);
  };
/** Answers a status and nothing else. */
export const status =
  (value: number): Play =>
  (_, response) => {
    response.writeHead(value).end("x\n");
  };
/** What is no cosignature, and the code that says so; the log has 3 entries. */
export const ANSWERS: readonly Row[] = [
  ["409 with more than there is", "WITNESS_AHEAD", size("4\n")],
  ["409 again and again", "WITNESS_CONFLICT", size("2\n")],
  ["409 with a number that is none", "WITNESS_ANSWER", size("02\n")],
  ["409 without its newline", "WITNESS_ANSWER", size("2")],
  [
    "409 of another type",
    "WITNESS_ANSWER",
    (_, response) => void response.writeHead(409).end("2\n"),
  ],
  ["422", "WITNESS_FORK", status(422)],
  ["403", "WITNESS_KEY", status(403)],
  ["404", "WITNESS_UNKNOWN_LOG", status(404)],
  ["400", "WITNESS_REJECTED", status(400)],
  ["503", "HTTP_503", status(503)],
  [
    "no redirect is followed",
    "HTTP_307",
    (_, response) => void response.writeHead(307, { location: "/x" }).end(),
  ],
  ["200 with nothing", "WITNESS_SIGNATURE", (_, response) => void response.end()],
  [
    "200 by another key of that name",
    "WITNESS_SIGNATURE",
    ({ note }, response) => {
      response.end(`${cosign("one", ed25519.keygen(), note, 1)}\n`);
    },
  ],
  [
    "200 over another checkpoint",
    "WITNESS_SIGNATURE",
    ({ note }, response, { keys }) => {
      response.end(`${cosign("one", keys, note.replace("\n3\n", "\n2\n"), 1)}\n`);
    },
  ],
  [
    "200 without a time",
    "WITNESS_SIGNATURE",
    ({ note }, response, { keys }) => {
      response.end(`${cosign("one", keys, note, 0)}\n`);
    },
  ],
  [
    "200 without its newline",
    "WITNESS_SIGNATURE",
    ({ note }, response, { keys }) => {
      response.end(cosign("one", keys, note, 1));
    },
  ],
  ["200 without end", "WITNESS_ANSWER", (_, response) => void response.end("x".repeat(70_000))],
  ["no answer", "WITNESS_TIMEOUT", () => undefined],
  ["a connection that breaks", "ECONNRESET", (_, response) => void response.destroy()],
];
