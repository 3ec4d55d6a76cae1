/**
 * The head of the desk: the badge, the views, language and signing out.
 *
 * @module
 */
import { LanguageSwitch } from "../../look/language.tsx";
import type { Language } from "../../words/languages.ts";
import { fragmentOf, VIEWS } from "../place.ts";
import { Badge } from "./badge.tsx";
import { useDesk } from "./desk-context.ts";
import { useSpeech } from "./speech.ts";

export function Bar(props: {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
  readonly onHelp: () => void;
}) {
  const { auditing, place } = useDesk();
  const { words } = useSpeech();
  return (
    <header class="bar screen-only">
      <div class="bar-row">
        <h1 tabIndex={-1}>{words.page.title}</h1>
        <Badge />
        <div class="bar-end">
          <button type="button" class="small only-wide" onClick={props.onHelp}>
            {words.help.open}
          </button>
          <LanguageSwitch
            label={words.page.language}
            language={props.language}
            onLanguage={props.onLanguage}
          />
          <button type="button" class="small" onClick={() => auditing.signOut()}>
            {words.page.signOut}
          </button>
        </div>
      </div>
      <nav aria-label={words.page.views}>
        {VIEWS.map((view) => (
          <a
            key={view}
            href={fragmentOf({ ...place, view, entry: null })}
            {...(view === place.view ? { "aria-current": "page" as const } : {})}
          >
            {words.views[view]}
          </a>
        ))}
      </nav>
    </header>
  );
}
