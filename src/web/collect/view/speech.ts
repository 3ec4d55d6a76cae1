/**
 * The language that the collecting page speaks, at hand in every part of it.
 *
 * @module
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { WORDS, type Words } from "../../words/collect/words.ts";
import type { Language } from "../../words/languages.ts";
import { type SpeechOf, speechIn } from "../../words/speech.ts";

export type Speech = SpeechOf<Words>;

/** Speaks a language the way the browser's region writes it. */
export function speechOf(language: Language, asked: readonly string[]): Speech {
  return speechIn(WORDS, language, asked);
}

/** Hands the page's language down. */
export const SpeechContext = createContext<Speech>(speechOf("en", []));

/** The page's language. */
export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
