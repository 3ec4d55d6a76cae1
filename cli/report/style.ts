/**
 * The look of a report: on screen like a letter, on paper like one, too.
 *
 * @module
 */
export const STYLE = `
:root { --ink: #1a1f24; --quiet: #4a545e; --line: #c9d0d6; --accent: #0b5563; --paper: #fff; }
* { box-sizing: border-box; }
html { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
body { max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; break-after: avoid; }
p { max-width: 44rem; margin: .5rem 0; }
.lead, .more, .none, footer { color: var(--quiet); }
.verdict { border-left: 4px solid var(--accent); padding: .5rem 1rem; margin: 1.5rem 0; }
.verdict strong { display: block; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 1rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
code, td.code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border: 1px solid var(--line); padding: .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .87rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
.time { white-space: nowrap; }
.number { text-align: right; padding-right: 1rem; white-space: nowrap; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
footer { margin-top: 3rem; font-size: .87rem; }
@media (max-width: 40rem) { table { display: block; overflow-x: auto; } dl { grid-template-columns: 1fr; } dt { margin-top: .5rem; } }
@page { size: A4; margin: 16mm 14mm 18mm; }
@page wide { size: A4 landscape; margin: 14mm; }
@media print {
  .wide { page: wide; break-before: page; break-after: page; }
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  table { font-size: 8pt; }
  .first { break-after: page; }
}
`;
