/**
 * A report as one HTML file that needs nothing else and prints well.
 *
 * @module
 */
import { type Html, html } from "./html.ts";
import { time } from "./period.ts";
import type { Report } from "./report.ts";
import {
  ages,
  changes,
  people,
  recipients,
  refusals,
  releases,
  samples,
  uses,
} from "./sections.ts";
import { STYLE } from "./style.ts";

export function reportDocument(report: Report): string {
  const { head, period } = report;
  const title = `Key access report, ${day(period.from)} to ${day(lastDay(period.to))}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="robots" content="noindex"><title>${title}</title><style>${{ html: STYLE }}</style></head><body>
<section class="first"><h1>${title}</h1>
<p class="lead">Who was given which meter keys, who was refused, and what was changed, from the activity log of <code>${head.origin}</code>. All times are UTC.</p>
${verdict(report)}
${summary(report)}
<h2>Why this can be believed</h2>
<p>Every access to a key is written into the log before anything is released. All entries together have one fingerprint, the root below, which the log signs. Change, drop or insert one entry, and the fingerprint is another one.</p>
<p>${kept(report)}</p>
<p>The ${report.samples.length} samples at the end were picked by nobody: sample k is at the first entry + (the first 6 bytes of SHA-256("meterseal/sample/1" ‖ root ‖ k in 4 bytes) mod the number of entries), k from 0, what was drawn already passed over. Each has a file in <code>samples/</code> that proves its entry by itself, to anybody who has the log's key: <code>python3 verify.py --proof samples/*.tlog-proof --key VKEY</code>.</p>
<p>The tables are what the service answered from this log. Each row names its entry, which <code>meterseal log proof</code> proves; that none was left out shows only who reads all entries, after <code>meterseal log verify --url</code>. Names of recipients, customers and staff, what became of a package, and the ages of keys are the service's own data and not in the log.</p>
<h2>The signed head</h2>
<pre>${head.checkpoint}</pre>
</section>
${recipients(report)}${releases(report)}${refusals(report)}${changes(report)}${uses(report)}${ages(report)}${samples(report)}${people(report)}
<footer>Made on ${time(report.madeAt)} by Meterseal ${report.version}. Keys, PINs and addresses of meters are not part of a report.</footer>
</body></html>
`;
  return page.html;
}

function verdict({ head, samples: drawn, entries, pruned }: Report): Html {
  const trust = head.isPinned
    ? "under the log's key as it was given"
    : "under the key that the service itself gave";
  const said =
    entries === null
      ? "By the service's answer the period has no entry."
      : `The period has ${entries.count} entries, ${entries.first} to ${entries.last}: where it ` +
        `begins and ends was proven, and ${drawn.length} samples are in the log as recorded.`;
  const isCut = pruned > 0 && (entries === null || entries.first === pruned);
  const gone = `Entries before ${pruned} were pruned${isCut ? ": this period may have had more than is told here" : ""}.`;
  return html`<div class="verdict"><strong>The signature of the log's head was verified, ${trust}.</strong>
${said} ${pruned > 0 ? gone : ""}</div>`;
}

function summary(report: Report): Html {
  const { head, releases: sent, refusals: refused, changes: changed } = report;
  const confirmed = sent.filter(({ confirmedAt }) => confirmedAt !== null).length;
  const refusedCount = refused.reduce((sum, { count }) => sum + count, 0);
  return html`<dl>
<dt>Packages of keys sent</dt><dd>${sent.length}, ${confirmed} with a confirmed receipt</dd>
<dt>Refused or failed</dt><dd>${refusedCount} requests or frames, in ${refused.length} entries</dd>
<dt>Changes of roles, tokens and log</dt><dd>${changed.length}</dd>
<dt>Log</dt><dd>${head.size} entries</dd>
<dt>Root</dt><dd><code>${head.root}</code></dd>
<dt>Key of the log</dt><dd><code>${head.vkey}</code></dd>
<dt>Witnesses named</dt><dd>${head.witnesses.length === 0 ? "none" : `${head.witnesses.join(", ")}; their signatures were not checked`}</dd>
</dl>`;
}

function kept({ head }: Report): string {
  return head.extendsSize === null
    ? "Whoever keeps the signed head below can show later that nothing up to entry " +
        `${head.size - 1} was touched. Keep it, and give it to the next report as --checkpoint.`
    : `The log of today begins with the very ${head.extendsSize} entries that an earlier signed ` +
        "head, kept elsewhere, had counted: this was checked, and nothing in them was touched.";
}

/** A day as people write it in a title. */
function day(at: string): string {
  return at.slice(0, 10);
}

/** The period ends before `to`. */
function lastDay(to: string): string {
  return new Date(Date.parse(to) - 1).toISOString();
}
