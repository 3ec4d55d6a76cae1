/**
 * What a format needs of the reader: a passphrase, a recipient, a certificate or a key.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { FormatOption } from "../../../handover/formats/contract.ts";
import { Field, type Tied } from "../../look/field.tsx";
import { useSpeech } from "./speech.ts";

const PLAIN = { autocomplete: "off", autocapitalize: "none", spellcheck: false } as const;

const HIDDEN = { type: "password" } as const;
const SHOWN = { type: "text" } as const;

/** Shows the field of an option. */
export function OptionField(props: {
  readonly option: FormatOption;
  readonly fault: string | null;
}) {
  const { option, fault } = props;
  const { files } = useSpeech().words;
  const [shown, setShown] = useState(false);
  const secret = option === "passphrase" || option === "kek";
  const input = (tied: Tied) =>
    option === "certificate" ? (
      <textarea {...tied} {...PLAIN} name={option} rows={6} />
    ) : (
      <input
        {...tied}
        {...PLAIN}
        name={option}
        {...(secret && !shown ? HIDDEN : SHOWN)}
        autocomplete={option === "passphrase" ? "new-password" : "off"}
      />
    );
  return (
    <>
      <Field id={option} label={files.labels[option]} help={files.helps[option]} fault={fault}>
        {input}
      </Field>
      {secret && (
        <label class="tick" for={`${option}-shown`}>
          <input
            id={`${option}-shown`}
            type="checkbox"
            checked={shown}
            onChange={() => setShown(!shown)}
          />
          <span>{files.show}</span>
        </label>
      )}
    </>
  );
}
