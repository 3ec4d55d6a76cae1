import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import test from "ava";
import fc from "fast-check";
import { isOpenAddress, parseNetworks } from "../src/handover/webhooks/networks.ts";
import { sendWebhook } from "../src/handover/webhooks/send.ts";
import { parseWebhookSecrets, signWebhook } from "../src/handover/webhooks/sign.ts";
import { startReceiver, targetAt } from "./support/receiver.ts";

const NONE = parseNetworks([])!;

test("Standard Webhooks: signs as the reference libraries do", (t) => {
  // Source: github.com/standard-webhooks/standard-webhooks, the vector of the libraries' own tests.
  const secrets = parseWebhookSecrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  const at = new Date(1_614_265_330_000);
  t.deepEqual(signWebhook(secrets!, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}'), {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("secrets are 24 to 64 bytes, one per line; while two are in the file, both sign", (t) => {
  const line = (length: number) => `whsec_${Buffer.alloc(length, length).toString("base64")}`;
  t.deepEqual(
    [23, 24, 64, 65].map((length) => parseWebhookSecrets(line(length)) !== null),
    [false, true, true, false],
  );
  for (const text of ["", "\n", line(32).slice(6), `${line(32)}\nsecret`, `${line(32)} x`]) {
    t.is(parseWebhookSecrets(text), null);
  }
  const [old, fresh] = [line(32), line(33)];
  const signature = (text: string) =>
    signWebhook(parseWebhookSecrets(text)!, "msg_1", new Date(0), "{}")["webhook-signature"];
  t.is(signature(`${old}\r\n${fresh}\n`), `${signature(old)} ${signature(fresh)}`);
});

const INSIDE = [
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "64:ff9b::a00:1",
  "2001::1",
  "2002:a00:1::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%lo",
  "ff02::1",
  "localhost",
  "",
];

test("(abuse 44) addresses inside, of metadata services and of tunnels are closed", (t) => {
  for (const address of INSIDE) {
    t.false(isOpenAddress(address, NONE), address);
  }
  for (const address of ["8.8.8.8", "172.15.255.255", "172.32.0.0", "2606:4700::1111"]) {
    t.true(isOpenAddress(address, NONE), address);
  }
  const allowed = parseNetworks(["10.1.0.0/16", "fd00::/64", "127.0.0.1"])!;
  for (const [address, open] of [
    ["10.1.255.255", true],
    ["10.2.0.0", false],
    ["fd00::5", true],
    ["fd00:0:0:1::5", false],
    ["127.0.0.1", true],
    ["127.0.0.2", false],
  ] as const) {
    t.is(isOpenAddress(address, allowed), open, address);
  }
  for (const bad of ["10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "name", "::/129", "10.0.0.0/8/8"]) {
    t.is(parseNetworks([bad]), null, bad);
  }
});

test("(abuse 44) every address of the private networks is closed, as IPv4 and mapped", (t) => {
  const octet = fc.integer({ min: 0, max: 255 });
  const inside = fc.oneof(
    fc.tuple(fc.constantFrom(10, 127), octet, octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
  );
  fc.assert(
    fc.property(inside, (octets) => {
      const address = octets.join(".");
      return !isOpenAddress(address, NONE) && !isOpenAddress(`::ffff:${address}`, NONE);
    }),
  );
  t.pass();
});

test("(abuse 44) a name is judged by where it leads, in each connection anew", async (t) => {
  const { url, received } = await startReceiver(t);
  const { port } = new URL(url);
  const named = `https://hooks.example:${port}/`;
  const leads = (...addresses: string[]) => ({
    allowed: NONE,
    resolve: async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  });
  const send = (to: string, change: object) =>
    sendWebhook(targetAt(to, change), {}, "{}", { timeoutMs: 2000 });
  t.is(await send(named, leads("127.0.0.1")), "WEBHOOK_ADDRESS");
  t.is(await send(named, leads("8.8.8.8", "10.0.0.1")), "WEBHOOK_ADDRESS");
  t.is(await send(named, leads("::ffff:169.254.169.254")), "WEBHOOK_ADDRESS");
  t.is(await send(named, leads()), "WEBHOOK_DNS");
  t.is(await send(named, {}), "WEBHOOK_DNS");
  // A name that led to an open address once and leads to a closed one now.
  let asked = 0;
  const rebinding = {
    resolve: async () => [{ address: asked++ === 0 ? "127.0.0.1" : "10.0.0.1", family: 4 }],
  };
  t.is(await send(`http://localhost:${port}/`, rebinding), null);
  t.is(await send(`http://localhost:${port}/`, rebinding), "WEBHOOK_ADDRESS");
  t.deepEqual([asked, received.length], [2, 1]);
  for (const literal of [
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:7f00:1]/",
  ]) {
    t.is(await send(literal, { allowed: NONE }), "WEBHOOK_ADDRESS", literal);
  }
  t.is(await send("http://hooks.example/", leads("8.8.8.8")), "WEBHOOK_INSECURE");
  t.is(await send(`http://127.0.0.1:${port}/`, { allowed: NONE }), "WEBHOOK_ADDRESS");
  t.is(received.length, 1);
  t.is(await send(`http://127.0.0.1:${port}/`, {}), null);
  t.is(received.length, 2);
});

test("no redirect is followed, and what an answer says counts by its status alone", async (t) => {
  const inner = await startReceiver(t);
  for (const [status, code] of [
    [200, null],
    [204, null],
    [302, "HTTP_302"],
    [307, "HTTP_307"],
    [400, "HTTP_400"],
    [410, "WEBHOOK_GONE"],
    [500, "HTTP_500"],
  ] as const) {
    const { target, received } = await startReceiver(t, (response) => {
      response.writeHead(status, { location: inner.url }).end();
    });
    t.is(await sendWebhook(target, {}, "{}"), code, String(status));
    t.is(received.length, 1);
  }
  t.is(inner.received.length, 0);
});

test("an answer without end is not read, and none is not waited for", async (t) => {
  let written = 0;
  const { target } = await startReceiver(t, (response) => {
    response.writeHead(200);
    const more = () => {
      written += 65_536;
      if (!response.destroyed && written < 1e9) {
        response.write(Buffer.alloc(65_536), more);
      }
    };
    more();
  });
  t.is(await sendWebhook(target, {}, "{}"), null);
  t.true(written < 1e9);

  const silent = createServer(() => undefined);
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.teardown(() => silent.close());
  const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  t.is(await sendWebhook(targetAt(at), {}, "{}", { timeoutMs: 200 }), "WEBHOOK_TIMEOUT");
  const stop = AbortSignal.timeout(200);
  t.is(await sendWebhook(targetAt(at), {}, "{}", { stop }), "WEBHOOK_STOPPED");
  t.is(await sendWebhook(targetAt("http://127.0.0.1:9/"), {}, "{}"), "ECONNREFUSED");
});
