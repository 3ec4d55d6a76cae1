/**
 * The field for the PIN: groups by itself, takes a pasted PIN, says when it is complete.
 *
 * @module
 */
import { Field } from "../../look/field.tsx";
import { useSpeech } from "./speech.ts";
import { caretIn, groupPin, type PinState, pinState } from "./typed-pin.ts";

/** Shows the shape only: its check symbol does not fit, so whoever types it loses no try. */
const EXAMPLE = "K7QF-3M9X-T";

/** Shows the field; `onState` tells what its text amounts to, never the text. */
export function PinField(props: {
  readonly fault: string | null;
  readonly busy: boolean;
  readonly onState: (state: PinState) => void;
}) {
  const { words, say } = useSpeech();
  const regroup = (event: InputEvent) => {
    // An input method that is still composing must not have its text changed under it.
    if (!event.isComposing) {
      const input = event.currentTarget as HTMLInputElement;
      const before = input.value.slice(0, input.selectionStart ?? input.value.length);
      input.value = groupPin(input.value);
      const caret = caretIn(input.value, before);
      input.setSelectionRange(caret, caret);
      props.onState(pinState(input.value));
    }
  };
  return (
    <Field
      id="pin"
      label={words.pin.label}
      help={say(words.pin.help, { example: EXAMPLE })}
      fault={props.fault}
    >
      {(tied) => (
        <input
          {...tied}
          class="pin"
          name="pin"
          type="text"
          inputMode="text"
          autocomplete="one-time-code"
          autocapitalize="characters"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="go"
          readOnly={props.busy}
          onInput={regroup}
          onCompositionEnd={(event) => regroup(event as unknown as InputEvent)}
        />
      )}
    </Field>
  );
}
