/**
 * The auditor's page: signing in, or the desk.
 *
 * @module
 */
// Named from the root of the pages, as in their documents: a stylesheet is no module.
import "/look/look.css";
import "/look/desk.css";
import "/look/desk-table.css";
import "/look/desk-plot.css";
import "/look/desk-narrow.css";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Language, preferredLanguage } from "../../words/languages.ts";
import type { Auditing, VisitState } from "../auditing.ts";
import { DeskPage } from "./desk.tsx";
import { SignInPage } from "./sign-in.tsx";
import { SpeechContext, speechOf } from "./speech.ts";

/** Shows the page; it is mounted in an element that is no landmark itself. */
export function AuditPage({ auditing }: { readonly auditing: Auditing }) {
  const [visit, setVisit] = useState<VisitState | null>(null);
  // Kept in memory only, like everything but the head of the log.
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(navigator.languages));
  const speech = useMemo(() => speechOf(language, navigator.languages), [language]);
  useEffect(() => auditing.watch(setVisit), [auditing]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = speech.words.page.title;
  }, [language, speech]);
  return (
    <SpeechContext.Provider value={speech}>
      {visit?.isSignedIn === true ? (
        <DeskPage auditing={auditing} visit={visit} language={language} onLanguage={setLanguage} />
      ) : (
        <SignInPage
          auditing={auditing}
          hasEnded={visit?.hasEnded ?? false}
          language={language}
          onLanguage={setLanguage}
        />
      )}
    </SpeechContext.Provider>
  );
}
