import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { ConfigError, type ConfigOverrides } from "../src/base/config.ts";
import { webhookTarget } from "../src/programs/webhook-loop.ts";
import { temporaryFolder } from "./support/databases.ts";
import { SECRET } from "./support/receiver.ts";
import { testConfig } from "./support/service.ts";

test("the receiver of webhooks is settled at start, or the start is refused", async (t) => {
  const folder = temporaryFolder(t);
  const path = (name: string, text: string, mode = 0o600) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  };
  const webhookUrl = "https://hooks.example/meterseal?token=t0ps3cret";
  const webhookSecretFile = path("secret", `${SECRET}\n`);
  const target = (settings: ConfigOverrides) => webhookTarget(testConfig(settings));
  t.is(target({}), null);
  const both = target({ webhookUrl, webhookSecretFile, webhookAllowPrivate: "10.1.0.0/16, ::1" });
  t.is(both?.secrets.length, 1);
  t.is(both?.url.href, webhookUrl);
  t.true((await both?.resolve("localhost"))?.some(({ address }) => address === "127.0.0.1"));
  for (const settings of [
    { webhookUrl },
    { webhookSecretFile },
    { webhookUrl, webhookSecretFile: join(folder, "none") },
    { webhookUrl, webhookSecretFile: path("open", SECRET, 0o644) },
    { webhookUrl, webhookSecretFile: path("bad", "t0ps3cret") },
    { webhookUrl, webhookSecretFile: path("empty", "") },
    { webhookUrl: "https://user:t0ps3cret@hooks.example/", webhookSecretFile },
    { webhookUrl, webhookSecretFile, webhookAllowPrivate: "inside" },
    { webhookAllowPrivate: "10.0.0.0/99" },
    { webhookUrl: "http://hooks.example/t0ps3cret", webhookSecretFile },
    { webhookUrl: "https://10.0.0.1/t0ps3cret", webhookSecretFile },
    { webhookUrl: "http://127.0.0.1/t0ps3cret", webhookSecretFile },
  ]) {
    const error = t.throws(() => target(settings), { instanceOf: ConfigError });
    t.false(String(error).includes("t0ps3cret"));
  }
  const local = { webhookUrl: "http://127.0.0.1:9/", webhookSecretFile };
  t.not(target({ ...local, webhookAllowPrivate: "127.0.0.1/32" }), null);
  t.throws(() => testConfig({ webhookUrl: "ftp://hooks.example" }), { instanceOf: ConfigError });
});
