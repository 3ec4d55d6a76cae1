import test from "ava";
import { proof } from "../src/web/words/audit/en/entry.ts";
import { badge, signIn } from "../src/web/words/audit/en/frame.ts";
import { table, views } from "../src/web/words/audit/en/list.ts";
import { readers } from "./support/page.ts";
import { ndjson, request, startService } from "./support/service.ts";

test.serial("the page over a real core: list, filters, timeline, proof, every entry", async (t) => {
  t.timeout(60_000);
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  const rows = [17, 18, 19].map((n) => ({
    address: `KAM-763487${n}/01/07`,
    key: "ab12".repeat(8),
  }));
  await request(
    `${service.internal}/v1/meters/import?customer=${customer}`,
    "POST",
    custodian,
    ndjson(rows),
  );
  const vkey = (await service.call("GET", "/log/vkey", await service.token("auditor"))).text;
  const token = await service.token("auditor");
  const { reader, trouble } = await readers(t, `${service.internal}/audit`);
  const page = await (await reader()).newPage();
  await page.goto(`${service.internal}/audit`);
  await page.getByLabel(signIn.token, { exact: true }).fill(token);
  await page.getByLabel(signIn.key).fill(vkey);
  await page.getByRole("button", { name: signIn.button }).click();
  const shown = page.locator(".badge > summary");
  await shown.getByText(/Verified up to entry/).waitFor();
  await page.locator(".entries tbody tr").first().waitFor();
  const go = (place: string) => page.evaluate(`location.hash = ${JSON.stringify(place)}`);

  await go("#meter=KAM-76348718");
  const row = page.locator(".entries tbody tr");
  // The list before may end as this one does: what shows the new one is its last row.
  await row.last().filter({ hasText: "Stadtwerke" }).waitFor();
  await page.getByText(table.end).waitFor();
  await row.first().click();
  await page.getByText(/the one that the log signed/).waitFor();
  t.is(await page.getByText(proof.bad).count(), 0);
  await page.keyboard.press("Escape");

  await go("#action=token.created");
  await row.first().getByText("Token created").waitFor();
  await page.getByRole("link", { name: views.timeline }).click();
  await page.locator(".figures tbody tr").first().getByText("Token created").waitFor();
  await go("#view=links");
  await page.locator(".empty").waitFor();

  await shown.click();
  await page.getByRole("button", { name: badge.all }).click();
  await page.getByText(/entries were read and hashed/).waitFor();
  t.deepEqual(trouble, []);
});
