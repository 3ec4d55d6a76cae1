/**
 * Keys, check values and fingerprints: to be read, compared and copied exactly.
 *
 * @module
 */
import { Fragment } from "preact";

/** Shows text in a fixed width. */
export function Code({ children }: { readonly children: string }) {
  return (
    <span class="code" translate={false}>
      {children}
    </span>
  );
}

/** Shows text in groups of four; the gaps are drawn, so a selection copies none. */
export function Grouped({ children }: { readonly children: string }) {
  const groups = children.match(/.{1,4}/g) ?? [];
  return (
    <span class="code" translate={false}>
      {groups.map((group, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          <span class="group">{group}</span>
        </Fragment>
      ))}
    </span>
  );
}
