/**
 * Starts the collecting page: the engine at once, the view as soon as it is known whose page it is.
 *
 * @module
 */
import { render } from "preact";
import { createCollecting } from "./collecting.ts";
import type { Brand } from "./contract.ts";
import { CollectPage } from "./view/page.tsx";

const UNKNOWN: Brand = { name: "", logo: null, phone: null, email: null };

const collecting = createCollecting();
const root = document.getElementById("page");
if (root !== null) {
  render(<CollectPage collecting={collecting} brand={await loadBrand()} />, root);
}

/** Without its brand the page is plain, and works. */
async function loadBrand(): Promise<Brand> {
  try {
    const answer = await fetch("assets/brand.json");
    return answer.ok ? ((await answer.json()) as Brand) : UNKNOWN;
  } catch {
    return UNKNOWN;
  }
}
