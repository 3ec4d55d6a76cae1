/**
 * The heading of a screen, and what it says first.
 *
 * @module
 */

/** Shows a heading that script can move the focus to. */
export function Heading(props: {
  readonly children: string;
  /** Who sends, in one quiet line. */
  readonly from?: string;
  readonly lead?: string;
  /** What to do on the page; on paper nobody can. */
  readonly next?: string;
}) {
  return (
    <div class="stack">
      <h1 tabIndex={-1}>{props.children}</h1>
      {props.from !== undefined && <p class="quiet">{props.from}</p>}
      {props.lead !== undefined && <p class="lead">{props.lead}</p>}
      {props.next !== undefined && <p class="lead screen-only">{props.next}</p>}
    </div>
  );
}
