import { openLink } from "./support/exchange.ts";
import { onThePage } from "./support/page.ts";

onThePage(
  "what is claimed while another link's confirmation waits stays claimed",
  async (t, zone) => {
    const context = await zone.reader();
    const visit = await zone.visit(context);
    await visit.shows("pin");
    await visit.typePin(zone.pin);
    await visit.shows("keys");
    let down = true;
    await context.route("**/x/confirm", (route) => (down ? route.abort() : route.continue()));
    await visit.confirm("Ida");
    await visit.status("No connection");
    const second = await openLink(zone.x);
    const other = await zone.visit(context, `${zone.x.url}/r#${second.fragment}`);
    await other.shows("pin");
    await other.typePin(second.pin);
    await other.shows("keys");
    down = false;
    // The answer clears the storage of all tabs (Clear-Site-Data).
    await visit.shows("receipt");
    await other.page.reload();
    await other.shows("pin");
    t.regex(await other.heading(), /Continue/);
  },
);
