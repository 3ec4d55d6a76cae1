import { eventTypes, openLink, stateOf } from "./support/exchange.ts";
import { onThePage } from "./support/page.ts";
import { createSealer, sealRequest } from "./support/sealer.ts";

/** Changes one character in the middle of a text. */
function altered(text: string): string {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text.charAt(at) === "A" ? "B" : "A") + text.slice(at + 1);
}

for (const field of ["C", "sealed", "header"]) {
  onThePage(
    `${field} altered on the way: nothing is shown, and help is named (abuse 22)`,
    async (t, zone) => {
      const context = await zone.reader();
      await context.route("**/x/claim", async (route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        await route.fulfill({ response: answer, json: { ...body, [field]: altered(body[field]) } });
      });
      const visit = await zone.visit(context);
      await visit.shows("pin");
      await visit.typePin(zone.pin);
      await visit.closed("damaged");
      const key = zone.x.sealer.secrets()["key"]?.toString("hex") ?? "?";
      t.false((await visit.page.content()).includes(key));
      t.is(await stateOf(zone.db, zone.sealed), "claimed");
      t.false((await eventTypes(zone.db)).includes("link.confirmed"));
    },
  );
}

onThePage("a header altered before the PIN does not open either (abuse 22)", async (t, zone) => {
  const context = await zone.reader();
  const forge = (header: string) =>
    Buffer.from(
      Buffer.from(header, "base64url").toString().replace("Haus 4 GmbH", "Haus 5 GmbH"),
    ).toString("base64url");
  await context.route(/\/x\/(peek|claim)$/, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    await route.fulfill({ response: answer, json: { ...body, header: forge(body.header) } });
  });
  const visit = await zone.visit(context);
  await visit.shows("pin");
  t.regex(await visit.words(), /Haus 5 GmbH/);
  await visit.typePin(zone.pin);
  await visit.closed("damaged");
});

onThePage(
  "a manifest that counts wrong is refused (abuse 22)",
  async (_t, zone) => {
    const visit = await zone.arrive();
    await visit.shows("pin");
    await visit.typePin(zone.pin);
    await visit.closed("damaged");
  },
  { sealer: createSealer({ manifest: (manifest) => Object.assign(manifest, { keys: 4 }) }) },
);

const HOSTILE = `"><img src=x onerror="top.hacked=1"><script>top.hacked=1</script>\u202E=cmd|'/c calc'!A1`;

onThePage(
  "names of meters, senders and purposes are text, in the page and in files (abuse 26)",
  async (t, zone) => {
    const [meter, ...rest] = sealRequest().meters;
    const sealed = await openLink(zone.x, {
      sender: HOSTILE,
      to: HOSTILE,
      purpose: HOSTILE,
      reference: "../../=REF\r\nX: y",
      meters: [{ ...meter!, name: HOSTILE }, ...rest],
    });
    const visit = await zone.visit(await zone.reader(), `${zone.x.url}/r#${sealed.fragment}`);
    await visit.shows("pin");
    t.true((await visit.words()).includes(HOSTILE));
    await visit.typePin(sealed.pin);
    await visit.shows("keys");
    await visit.page.getByText(HOSTILE).first().waitFor();
    const { name, text } = await visit.save("csv");
    t.regex(name, /^[A-Za-z0-9.-]+$/);
    t.false(/(^|;)"[=+@-](?!""[0-9A-Za-z]+"""(;|$))/m.test(text), "no cell is a formula");
    await visit.confirm(HOSTILE);
    await visit.shows("receipt");
    t.is((await visit.receipt()).name, HOSTILE);
    t.is(await visit.page.evaluate("top.hacked"), undefined);
    t.is(await visit.page.locator("script:not([src]), img").count(), 0);
  },
);
