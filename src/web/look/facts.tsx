/**
 * Facts in two columns, as at the head of a letter.
 *
 * @module
 */
import type { ComponentChildren } from "preact";

/** Frames facts. */
export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

/** Shows one fact. */
export function Fact(props: { readonly term: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.term}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
