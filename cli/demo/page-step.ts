/**
 * The collecting page as a mail scanner meets it: it comes, under its policy, and burns nothing.
 *
 * @module
 */
import { demand } from "./account.ts";

/** Fetches the page and all that its tags name; answers what was seen. */
export async function lookAtPage(link: string): Promise<string> {
  const page = await fetch(link);
  const html = await page.text();
  demand(page.status === 200 && html.includes("<noscript"), "the page does not come");
  const policy = page.headers.get("content-security-policy") ?? "";
  demand(policy.includes("default-src 'none'"), "the page has no policy");
  const assets = [...html.matchAll(/(?:src|href)="(\.\/assets\/[^"]+)"/g)];
  demand(assets.length > 0, "the page names no script");
  for (const [, path = ""] of assets) {
    const answer = await fetch(new URL(path, page.url));
    demand(answer.status === 200, "a part of the page is missing");
  }
  return `comes with ${assets.length} files under a policy that allows no other origin`;
}
