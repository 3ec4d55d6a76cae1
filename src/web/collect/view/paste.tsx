/**
 * The link lost its fragment on the way: it can be pasted.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { FaultSummary } from "../../look/fault-summary.tsx";
import { Field } from "../../look/field.tsx";
import { textOf } from "../../look/form-text.ts";
import { Heading } from "../../look/heading.tsx";
import type { Collecting } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Shows the box for a link. */
export function PasteScreen(props: {
  readonly collecting: Collecting;
  readonly fault: "LINK_FORMAT" | null;
}) {
  const { words } = useSpeech();
  const { paste } = words;
  const [attempt, setAttempt] = useState(0);
  const fault = props.fault === null ? null : paste.fault;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setAttempt(attempt + 1);
    props.collecting.paste(textOf(event, "link"));
  };
  return (
    <>
      <FaultSummary
        key={`${attempt} ${props.fault}`}
        title={words.page.summary}
        faults={fault === null ? [] : [{ field: "link", text: fault }]}
      />
      <Heading lead={paste.lead}>{paste.heading}</Heading>
      <form class="stack" onSubmit={submit} noValidate>
        <Field id="link" label={paste.label} help={paste.help} fault={fault}>
          {(tied) => (
            <input
              {...tied}
              class="code"
              name="link"
              type="text"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
            />
          )}
        </Field>
        <button type="submit" class="primary">
          {paste.button}
        </button>
      </form>
    </>
  );
}
