/**
 * An exchange that answers what no honest one would: the client gives up, or takes no more of it
 * than it can use.
 *
 * @module
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { collectLink } from "../src/handover/collect/collect.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { collectionOf, peekLink } from "../src/handover/protocol/collection.ts";
import { parseLink } from "../src/handover/protocol/link.ts";
import { parseHeader } from "../src/handover/protocol/manifest.ts";
import { meterseal } from "./support/command.ts";

const ESCAPE = "\u001b[2J";
const HEADER = {
  v: 1,
  sender: "Vandværket A/S",
  to: "Haus 4 GmbH",
  purpose: "order 4711",
  count: 3,
  reference: "REF-7K3Q-9D",
  createdAt: "2026-01-01T00:00:00.000Z",
  expiresAt: "2026-01-08T00:00:00.000Z",
  tier: 1,
};
const peeked = (change: object, header: object = {}) => ({
  v: 1,
  state: "open",
  header: Buffer.from(JSON.stringify({ ...HEADER, ...header })).toString("base64url"),
  opened: 0,
  lastOpenedAt: null,
  claimedAt: null,
  ...change,
});

/** A link to an exchange that gives this answer to everything. */
async function linkTo(t: ExecutionContext, answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/r#${toBase64url(new Uint8Array(32))}`;
}

const once = { attempts: 1, firstDelayMs: 0 };
const look = (link: string) => peekLink(collectionOf(parseLink(link), once));

test("an answer without end is refused after what there can be, and read no further", async (t) => {
  let sent = 0;
  const link = await linkTo(t, (response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536))) {
        sent += 65_536;
      }
    };
    response.on("drain", more);
    more();
  });
  await t.throwsAsync(look(link), { code: "EXCHANGE_ANSWER" });
  t.true(sent < 64 * 1024 * 1024, `${sent} bytes`);
});

test("times are made anew: nothing else passes as one", async (t) => {
  const at = `2 Jan 2026 00:00 GMT (${ESCAPE})`;
  t.false(Number.isNaN(Date.parse(at)), "the platform takes it");
  const link = await linkTo(t, (response) => {
    const answer = peeked({ claimedAt: at, lastOpenedAt: at }, { createdAt: at, expiresAt: at });
    response.end(JSON.stringify(answer));
  });
  const { claimedAt, lastOpenedAt, header } = await look(link);
  const made = "2026-01-02T00:00:00.000Z";
  t.deepEqual([claimedAt, lastOpenedAt, header?.createdAt, header?.expiresAt], Array(4).fill(made));
});

test("the end of a window that is no time is no answer", async (t) => {
  const link = await linkTo(t, (response) => {
    const claim = { C: "AA", sealed: "AA", windowEndsAt: "soon" };
    response.end(JSON.stringify(peeked(claim)));
  });
  const run = collectLink({
    link,
    pin: () => "0000-0000-0",
    issuer: null,
    clock: () => new Date(),
    retry: once,
  });
  await t.throwsAsync(run, { code: "EXCHANGE_ANSWER" });
});

for (const state of ["constructor", "__proto__", `x${ESCAPE}`]) {
  test(`a state that nobody knows, ${JSON.stringify(state)}, is none of ours`, async (t) => {
    const link = await linkTo(t, (response) => {
      response.end(JSON.stringify(peeked({ state })));
    });
    const { status, stdout, stderr } = await meterseal(["link", "check", link]);
    t.is(status, 1);
    t.regex(stderr, /\(LINK_CLOSED\)/);
    t.false(`${stdout}${stderr}`.includes("\u001b"));
    const run = collectLink({
      link,
      pin: () => "0000-0000-0",
      issuer: null,
      clock: () => new Date(),
      retry: once,
    });
    await t.throwsAsync(run, { code: "EXCHANGE_ANSWER" });
  });
}

test("a header's times are read as they were written by us", (t) => {
  const header = parseHeader(Buffer.from(JSON.stringify(HEADER)));
  t.is(header.expiresAt, HEADER.expiresAt);
});
