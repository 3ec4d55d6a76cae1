/**
 * A field: label above, help under it, what is wrong with it in words.
 *
 * @module
 */
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";

/** What ties a control to its label, help and fault. */
export interface Tied {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: "true";
}

/** Frames a control and hands it what ties it to its words. */
export function Field(props: {
  readonly id: string;
  readonly label: string;
  readonly help?: ComponentChildren;
  readonly fault?: string | null;
  readonly children: (tied: Tied) => ComponentChildren;
}) {
  const { id, help, fault = null } = props;
  const describes = [help === undefined ? "" : `${id}-help`, fault === null ? "" : `${id}-fault`];
  const described = describes.filter((name) => name !== "").join(" ");
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {help !== undefined && (
        <p class="quiet" id={`${id}-help`}>
          {help}
        </p>
      )}
      {fault !== null && <Fault id={`${id}-fault`}>{fault}</Fault>}
      {props.children({
        id,
        ...(described === "" ? {} : { "aria-describedby": described }),
        ...(fault === null ? {} : { "aria-invalid": "true" }),
      })}
    </div>
  );
}

/** A box to tick, with the fault of not having ticked it. */
export function Tick(props: {
  readonly id: string;
  readonly label: string;
  readonly fault?: string | null;
}) {
  const { id, fault = null } = props;
  return (
    <div>
      {fault !== null && <Fault id={`${id}-fault`}>{fault}</Fault>}
      <label class="tick" for={id}>
        <input
          id={id}
          name={id}
          type="checkbox"
          {...(fault === null ? {} : { "aria-describedby": `${id}-fault`, "aria-invalid": "true" })}
        />
        <span>{props.label}</span>
      </label>
    </div>
  );
}

function Fault(props: { readonly id: string; readonly children: string }) {
  return (
    <p class="fault" id={props.id}>
      <Icon sign="bad" />
      <span>{props.children}</span>
    </p>
  );
}
