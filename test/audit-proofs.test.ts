import { leafHash, MERKLE } from "../src/activity/hashing.ts";
import { parseCheckpointText } from "../src/activity/tree/checkpoint.ts";
import { parseNote } from "../src/activity/tree/note.ts";
import { parseProofFile } from "../src/activity/tree/proof-file.ts";
import { proof } from "../src/web/words/audit/en/entry.ts";
import { badge, broken } from "../src/web/words/audit/en/frame.ts";
import { save } from "../src/web/words/audit/en/list.ts";
import { castEntries } from "./support/audit-cast.ts";
import { createAuditLog } from "./support/audit-log.ts";
import { onTheAuditPage, said } from "./support/audit-page.ts";
import type { Parsed } from "./support/service.ts";

const flip = (text: string) => (text.startsWith("A") ? `B${text.slice(1)}` : `A${text.slice(1)}`);

for (const [what, fault, lie] of [
  [
    "a forged entry",
    "LEAF",
    (p: Parsed) => ({ ...p, entry: p.entry.replace('"outcome":"ok"', '"outcome":"oK"') }),
  ],
  [
    "a forged entry with the hash to it",
    "PATH",
    (p: Parsed) => {
      const forged = p.entry.replace('"outcome":"ok"', '"outcome":"oK"');
      const hash = Buffer.from(leafHash(forged)).toString("base64");
      return { ...p, entry: forged, leafHash: hash };
    },
  ],
  ["a forged path", "PATH", (p: Parsed) => ({ ...p, proof: p.proof.map(flip) })],
  ["a path cut short", "PATH", (p: Parsed) => ({ ...p, proof: p.proof.slice(1) })],
  ["a path that is none", "FORM", (p: Parsed) => ({ ...p, proof: ["x"] })],
  ["another index", "FORM", (p: Parsed) => ({ ...p, index: p.index + 1 })],
  [
    "a forged checkpoint",
    "SIGNATURE",
    (p: Parsed) => ({ ...p, checkpoint: p.checkpoint.replace("\n300\n", "\n301\n") }),
  ],
] as const) {
  onTheAuditPage(`${what} is told from a true one, loudly`, async (t, zone) => {
    const { page, enter, go } = await zone.arrive();
    await enter();
    zone.api.lie = lie;
    await go("#entry=299");
    const alert = page.locator(".panel").getByRole("alert");
    await alert.getByText(proof.bad).waitFor();
    t.true((await said(alert)).includes(proof.faults[fault]), fault);
  });
}

onTheAuditPage("a list that showed something else is told from the entry", async (t, zone) => {
  const { page, enter, rows } = await zone.arrive();
  zone.api.lieInList = (item) =>
    item.index === 299 ? { ...item, entry: { ...item.entry, actor: "tok_other" } } : item;
  await enter();
  await rows.first().click();
  const alert = page.locator(".panel").getByRole("alert");
  await alert.getByText(proof.faults.LIST).waitFor();
  t.regex(await said(page.locator(".panel")), /Actor 9f9f9f9f9f9f9f9f9f9f9f9f/);
});

onTheAuditPage("a log that grew is joined to what this browser remembers", async (t, zone) => {
  const { page, enter, badge: shown } = await zone.arrive();
  await enter();
  t.regex(await said(shown), /Verified up to entry 299 at/);
  for (const entry of castEntries(400)) {
    zone.api.log.append(entry);
  }
  await page.reload();
  await enter();
  await shown.getByText(/Verified up to entry 699/).waitFor();
  await shown.click();
  await page.getByText(/nothing was changed or removed since .* at 300 entries/).waitFor();
  await page.getByText(badge.trusted).waitFor();
  t.true(zone.api.asked.some((path) => path.startsWith("/log/tile/0/")));
});

onTheAuditPage("a changed past is told at once, and both heads can be saved", async (t, zone) => {
  const { page, enter, alarm, save: download, badge: shown } = await zone.arrive();
  await enter();
  const old = zone.api.log.checkpoint();
  zone.api.log.bodies[7] =
    zone.api.log.bodies[7]?.replace('"outcome":"ok"', '"outcome":"oK"') ?? "";
  zone.api.log.append({ action: "key.tried", actor: "system", outcome: "ok" });
  await page.reload();
  await enter();
  await alarm("CHANGED");
  t.is(await said(shown), badge.broken);
  const press = (name: string) => () => page.getByRole("button", { name }).click();
  t.is((await download(press(broken.saveOld))).text, old);
  t.is((await download(press(broken.saveNew))).text, zone.api.log.checkpoint());
  // It stays so after a reload: the evidence is kept.
  await page.reload();
  await enter();
  await alarm("CHANGED");
  await download(press(broken.saveOld));
  await download(press(broken.saveNew));
  await press(broken.accept)();
  await shown.getByText(/Verified up to entry 300/).waitFor();
});

onTheAuditPage("a log that lost entries, or signs with another key, is told", async (t, zone) => {
  const { page, enter, alarm } = await zone.arrive();
  await enter();
  const [last = ""] = zone.api.log.bodies.splice(-1);
  await page.reload();
  await enter();
  await alarm("SHRUNK");
  zone.api.log.bodies.push(last);
  const true_ = zone.api.log;
  zone.api.log = createAuditLog(castEntries(300));
  await page.reload();
  await enter();
  await alarm("KEY");
  zone.api.log = true_;
  await page.reload();
  await enter();
  t.is(await page.getByRole("alert").count(), 0);
});

onTheAuditPage("the key noted at setup is what everything is checked against", async (t, zone) => {
  const { page, enter, badge: shown } = await zone.arrive();
  await enter(zone.api.log.vkey);
  await shown.click();
  await page.getByText(badge.pinned).waitFor();
  const other = createAuditLog(castEntries(1));
  const elsewhere = await zone.arrive();
  await elsewhere.enter(other.vkey);
  await elsewhere.alarm("KEY");
  t.regex(await said(elsewhere.badge), /not in order/);
});

onTheAuditPage("tiles that do not add up to the signed head are told", async (t, zone) => {
  const { enter, alarm, badge: shown } = await zone.arrive();
  zone.api.lieInTile = (path, bytes) =>
    path === "tile/1/000.p/1" && bytes !== null ? Buffer.from(bytes.map((b) => b ^ 1)) : bytes;
  await enter();
  await alarm("TILES");
  t.is(await said(shown), badge.broken);
});

onTheAuditPage(
  "every entry is checked here, and the first that is wrong is named",
  async (t, zone) => {
    const { page, enter, press, badge: shown } = await zone.arrive();
    await enter();
    await shown.click();
    await press(badge.all);
    await page.getByText(/300 entries were read and hashed/).waitFor();
    t.regex(await said(shown), /^Every entry checked, up to 299 at/);
    for (const [change, found] of [
      ["tile/entries/001.p/44", /From entry 256 on .*\(ENTRY_CHANGED\)/],
      ["tile/0/000", /From entry 0 on .*\(TILE_CHANGED\)/],
      ["tile/1/000.p/1", /From entry 0 on .*\(TILE_CHANGED\)/],
    ] as const) {
      zone.api.lieInTile = (path, bytes) => {
        const copy = bytes === null ? Buffer.alloc(0) : Buffer.from(bytes);
        const at = change.includes("entries") ? copy.indexOf('"outcome":"ok"') + 12 : 0;
        copy[at] = path === change ? (copy[at] ?? 0) ^ 1 : (copy[at] ?? 0);
        return bytes === null ? null : copy;
      };
      await press(badge.all);
      await page.getByText(found).waitFor();
      t.is(await said(shown), badge.broken);
    }
    zone.api.lieInTile = (path, bytes) => (path.startsWith("tile/entries/000") ? null : bytes);
    await press(badge.all);
    await page.getByText(/From entry 0 on .*\(ENTRY_MISSING\)/).waitFor();
  },
);

onTheAuditPage("the check of every entry can be stopped", async (t, zone) => {
  const { page, enter, press, badge: shown } = await zone.arrive();
  await enter();
  zone.api.broken = null;
  await page.route("**/log/tile/entries/**", () => undefined);
  await shown.click();
  await press(badge.all);
  await press(badge.stop);
  await page.getByText(/^Stopped after 0 entries/).waitFor();
  t.true(await page.getByRole("button", { name: badge.all }).isEnabled());
});

onTheAuditPage("what the filters show is saved as CSV and as JSON with proofs", async (t, zone) => {
  zone.api.log.append({ action: '=1+1","', actor: "system", outcome: "ok" });
  const { page, enter, save: download } = await zone.arrive({}, "#actor=system");
  await enter();
  const by = (name: string) => () => page.getByRole("button", { name }).click();
  const csv = await download(by(save.csv));
  t.regex(csv.name, /^activity-\d{4}-\d\d-\d\d\.csv$/);
  const lines = csv.text.split("\r\n");
  t.true(csv.text.startsWith('\ufeff"index";"at";'));
  t.is(lines.length, 1 + 51 + 1);
  t.true(csv.text.includes(`"'=1+1"",""`), "a formula is text");
  const json = JSON.parse((await download(by(save.json))).text) as Parsed;
  t.is(json.entries.length, 51);
  t.true(json.complete);
  const note = parseNote(json.checkpoint);
  const head = parseCheckpointText(note?.text ?? "");
  for (const item of json.entries) {
    const file = parseProofFile(item.proof);
    const leaf = leafHash(file?.entry ?? "");
    const root = MERKLE.rootFromInclusion(leaf, item.index, head?.size ?? 0, file?.path ?? []);
    t.deepEqual(Buffer.from(root ?? []), Buffer.from(head?.root ?? []), String(item.index));
    t.is(file?.checkpoint, json.checkpoint);
  }
  await page.getByText(save.proofs).waitFor();
  // An entry that the log did not sign is in no file.
  zone.api.lieInList = (item) => ({ ...item, entry: { ...item.entry, outcome: "failed" } });
  await by(save.json)();
  await page.getByText(save.failed).waitFor();
});

onTheAuditPage(
  "more entries than can be proved at once are saved without proofs, and it is said",
  async (t, zone) => {
    const { page, enter, save: download } = await zone.arrive();
    await enter();
    const act = () => page.getByRole("button", { name: save.json }).click();
    const json = JSON.parse((await download(act)).text) as Parsed;
    t.is(json.entries.length, 1100);
    t.is(json.entries[0].proof, undefined);
    await page.getByText(save.noProofs).waitFor();
  },
  1100,
);
