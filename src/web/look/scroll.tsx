/**
 * A part of the page that scrolls by itself, in reach of the keyboard and with a name.
 *
 * @module
 */
import type { ComponentChildren } from "preact";

export function Scroll(props: {
  readonly label: string;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section
      class={props.class ?? "frame"}
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrolled by keys (axe scrollable-region-focusable)
      tabIndex={0}
    >
      {props.children}
    </section>
  );
}
