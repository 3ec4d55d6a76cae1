/**
 * The head of the page: who sends, and in which language it speaks.
 *
 * @module
 */
import { LanguageSwitch } from "../../look/language.tsx";
import type { Language } from "../../words/languages.ts";
import type { Brand } from "../contract.ts";
import { useSpeech } from "./speech.ts";

/** Shows the sender and the language switch. */
export function Letterhead(props: {
  readonly brand: Brand;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}) {
  const { brand, language } = props;
  const { words } = useSpeech();
  return (
    <header class="letterhead">
      <div class="letterhead-row">
        <div class="brand">
          {brand.logo === null ? (
            <span>{brand.name}</span>
          ) : (
            <img src={brand.logo} alt={brand.name} />
          )}
        </div>
        <LanguageSwitch
          label={words.page.language}
          language={language}
          onLanguage={props.onLanguage}
        />
      </div>
    </header>
  );
}
