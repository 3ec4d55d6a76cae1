/**
 * Confirming: the step that ends a collection, so it asks for what makes it true.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { FaultSummary, type FieldFault } from "../../look/fault-summary.tsx";
import { Field, Tick } from "../../look/field.tsx";
import { isTicked, textOf } from "../../look/form-text.ts";
import { Notice } from "../../look/notice.tsx";
import type { Collecting, Working } from "../contract.ts";
import { useSpeech } from "./speech.ts";
import { WorkingOn } from "./working-on.tsx";

/** As long as the receipt's name may be. */
const NAME_LENGTH = 200;

/** Shows the form that confirms the receipt. */
export function Confirm(props: {
  readonly collecting: Collecting;
  readonly saved: boolean;
  readonly working: Working | null;
}) {
  const { words } = useSpeech();
  const { confirm } = words;
  const [attempt, setAttempt] = useState(0);
  const [wrong, setWrong] = useState({ name: false, stored: false });
  const busy = props.working !== null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const name = textOf(event, "name").trim();
    const found = { name: name === "", stored: !isTicked(event, "stored") };
    setWrong(found);
    setAttempt(attempt + 1);
    if (!found.name && !found.stored && !busy) {
      props.collecting.confirm(name);
    }
  };
  const faults: FieldFault[] = [
    ...(wrong.stored ? [{ field: "stored", text: confirm.tickFault }] : []),
    ...(wrong.name ? [{ field: "name", text: confirm.nameFault }] : []),
  ];
  return (
    <section class="stack section screen-only" aria-labelledby="confirm-heading">
      <h2 id="confirm-heading">{confirm.heading}</h2>
      <p>{confirm.lead}</p>
      <FaultSummary key={attempt} title={words.page.summary} faults={faults} />
      {!props.saved && (
        <Notice sign="care">
          <p>{confirm.unsaved}</p>
        </Notice>
      )}
      <form class="stack" onSubmit={submit} noValidate>
        <Tick id="stored" label={confirm.tick} fault={wrong.stored ? confirm.tickFault : null} />
        <Field
          id="name"
          label={confirm.name}
          help={confirm.nameHelp}
          fault={wrong.name ? confirm.nameFault : null}
        >
          {(tied) => (
            <input {...tied} name="name" type="text" autocomplete="name" maxLength={NAME_LENGTH} />
          )}
        </Field>
        <button type="submit" class={props.saved ? "primary" : ""} aria-disabled={busy}>
          {confirm.button}
        </button>
      </form>
      <WorkingOn step="confirming" working={props.working} />
      <div class="stack">
        <button type="button" class="small" onClick={() => props.collecting.wipe()}>
          {confirm.later}
        </button>
        <p class="quiet">{confirm.laterHelp}</p>
      </div>
    </section>
  );
}
