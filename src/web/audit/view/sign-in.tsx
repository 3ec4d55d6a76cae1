/**
 * Signing in: a token, pasted once, and the log's key for who knows it.
 *
 * @module
 */
import { useState } from "preact/hooks";
import { FaultSummary } from "../../look/fault-summary.tsx";
import { Field } from "../../look/field.tsx";
import { textOf } from "../../look/form-text.ts";
import { Heading } from "../../look/heading.tsx";
import { LanguageSwitch } from "../../look/language.tsx";
import { Notice } from "../../look/notice.tsx";
import { Progress } from "../../look/progress.tsx";
import type { Language } from "../../words/languages.ts";
import type { Auditing, SignInFault } from "../auditing.ts";
import { type Speech, useSpeech } from "./speech.ts";

/** Shows the form; nothing typed is kept in a component. */
export function SignInPage(props: {
  readonly auditing: Auditing;
  readonly hasEnded: boolean;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}) {
  const speech = useSpeech();
  const { page, signIn } = speech.words;
  const [fault, setFault] = useState<SignInFault | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const text = fault === null || isBusy ? null : faultText(speech, fault);
  const field = fault === "key" ? "key" : "token";
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) {
      return;
    }
    setBusy(true);
    setAttempt(attempt + 1);
    setFault(await props.auditing.signIn(textOf(event, "token"), textOf(event, "key")));
    setBusy(false);
  };
  return (
    <>
      <header class="letterhead">
        <div class="letterhead-row">
          <div class="brand">
            <span translate={false}>Meterseal</span>
          </div>
          <LanguageSwitch
            label={page.language}
            language={props.language}
            onLanguage={props.onLanguage}
          />
        </div>
      </header>
      <main class="letter">
        <FaultSummary
          key={attempt}
          title={signIn.summary}
          faults={text === null ? [] : [{ field, text }]}
        />
        <Heading lead={signIn.lead}>{signIn.heading}</Heading>
        <div role="status">
          {props.hasEnded && (
            <Notice sign="note">
              <p>{signIn.ended}</p>
            </Notice>
          )}
        </div>
        <form class="stack" onSubmit={submit} noValidate autocomplete="off">
          <Field
            id="token"
            label={signIn.token}
            help={signIn.tokenHelp}
            fault={field === "token" ? text : null}
          >
            {(tied) => (
              <input
                {...tied}
                name="token"
                type="password"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
              />
            )}
          </Field>
          <Field
            id="key"
            label={signIn.key}
            help={signIn.keyHelp}
            fault={field === "key" ? text : null}
          >
            {(tied) => (
              <input
                {...tied}
                name="key"
                type="text"
                class="code"
                autocomplete="off"
                autocapitalize="none"
                spellcheck={false}
              />
            )}
          </Field>
          <button type="submit" class="primary" aria-disabled={isBusy}>
            {signIn.button}
          </button>
          <Progress text={isBusy ? signIn.working : null} part={null} />
        </form>
      </main>
    </>
  );
}

function faultText({ words, say }: Speech, fault: SignInFault): string {
  switch (fault) {
    case "offline":
      return words.faults.offline;
    case "other":
      return say(words.faults.refused, { code: "ANSWER" });
    default:
      return words.signIn.faults[fault];
  }
}
