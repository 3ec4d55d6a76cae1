/**
 * Something to know before going on.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { Icon, type Sign } from "./icon.tsx";

/** Shows a notice with its sign. */
export function Notice(props: {
  readonly sign: Sign;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class={`notice ${props.sign} ${props.class ?? ""}`.trim()}>
      <Icon sign={props.sign} />
      <div class="stack">{props.children}</div>
    </div>
  );
}
