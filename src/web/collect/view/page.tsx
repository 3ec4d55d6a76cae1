/**
 * The collecting page: letterhead, one screen at a time, whom to ask.
 *
 * @module
 */
// Named from the root of the pages, as in their documents: a stylesheet is no module.
import "/look/look.css";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Language, preferredLanguage } from "../../words/languages.ts";
import type { Brand, Collecting, Screen } from "../contract.ts";
import { ClosedScreen } from "./closed.tsx";
import { BrandContext, Contact } from "./contact.tsx";
import { KeysScreen } from "./keys.tsx";
import { Letterhead } from "./letterhead.tsx";
import { LoadingScreen } from "./loading.tsx";
import { OfflineScreen } from "./offline.tsx";
import { PasteScreen } from "./paste.tsx";
import { PinScreen } from "./pin.tsx";
import { ReceiptScreen } from "./receipt.tsx";
import { SpeechContext, speechOf } from "./speech.ts";

/** Shows the page; it is mounted in an element that is no landmark itself. */
export function CollectPage(props: { readonly collecting: Collecting; readonly brand: Brand }) {
  const { collecting, brand } = props;
  const [screen, setScreen] = useState<Screen>({ at: "loading" });
  // Kept in memory only: a choice of language is nobody's business after this page.
  const [language, setLanguage] = useState<Language>(() => preferredLanguage(navigator.languages));
  const speech = useMemo(() => speechOf(language, navigator.languages), [language]);
  useEffect(() => collecting.watch(setScreen), [collecting]);
  useMinutes();
  const main = useFocusOnStep(screen);
  useEffect(() => {
    const { page } = speech.words;
    document.documentElement.lang = language;
    document.title = hasFault(screen)
      ? speech.say(page.faultTitle, { title: page.title })
      : page.title;
  }, [language, speech, screen]);
  return (
    <SpeechContext.Provider value={speech}>
      <BrandContext.Provider value={brand}>
        <Letterhead brand={brand} language={language} onLanguage={setLanguage} />
        <main class="letter" ref={main}>
          <ScreenView collecting={collecting} screen={screen} />
        </main>
        <footer class="foot">
          <p>
            {speech.words.page.questions} <Contact />
          </p>
        </footer>
      </BrandContext.Provider>
    </SpeechContext.Provider>
  );
}

function ScreenView(props: { readonly collecting: Collecting; readonly screen: Screen }) {
  const { collecting, screen } = props;
  switch (screen.at) {
    case "loading":
      return <LoadingScreen />;
    case "paste":
      return <PasteScreen collecting={collecting} fault={screen.fault} />;
    case "pin":
      return <PinScreen collecting={collecting} screen={screen} />;
    case "keys":
      return <KeysScreen collecting={collecting} screen={screen} />;
    case "receipt":
      return <ReceiptScreen receipt={screen.receipt} />;
    case "closed":
      return <ClosedScreen collecting={collecting} screen={screen} />;
    case "offline":
      return <OfflineScreen collecting={collecting} offer={screen.offer} />;
  }
}

/** Whether the reader has something to correct: the window's title says so first. */
function hasFault(screen: Screen): boolean {
  return (screen.at === "pin" || screen.at === "paste") && screen.fault !== null;
}

/** Moves the focus to the heading after each step, so that the step is heard; not on arrival. */
function useFocusOnStep(screen: Screen) {
  const main = useRef<HTMLElement>(null);
  const step = screen.at === "closed" ? screen.reason : screen.at;
  const before = useRef<string | null>(null);
  useEffect(() => {
    const arrived = before.current === null || before.current === "loading";
    before.current = step;
    if (!arrived) {
      main.current?.querySelector("h1")?.focus();
      scrollTo(0, 0);
    }
  }, [step]);
  return main;
}

/** Draws the page anew every minute: "in 3 hours" must not grow old. */
function useMinutes(): void {
  const [, setMinute] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setMinute((minute) => minute + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
}
