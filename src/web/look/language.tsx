/**
 * The language switch: every language under the name that it calls itself.
 *
 * @module
 */
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "../words/languages.ts";

/** Shows the switch. */
export function LanguageSwitch(props: {
  readonly label: string;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}) {
  return (
    <div class="language">
      <label for="language">{props.label}</label>
      <select
        id="language"
        value={props.language}
        onChange={(event) => props.onLanguage(event.currentTarget.value as Language)}
      >
        {LANGUAGES.map((one) => (
          <option key={one} value={one} lang={one}>
            {LANGUAGE_NAMES[one]}
          </option>
        ))}
      </select>
    </div>
  );
}
