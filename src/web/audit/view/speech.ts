/**
 * The language that the auditor's page speaks, and how it writes times in narrow places.
 *
 * @module
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { WORDS, type Words } from "../../words/audit/words.ts";
import type { Language } from "../../words/languages.ts";
import { type SpeechOf, speechIn } from "../../words/speech.ts";

export interface Speech extends SpeechOf<Words> {
  /** Date and time to the second, in the reader's zone, for a column of them. */
  stamp(at: string): string;
  /** The same to the minute. */
  minute(at: string): string;
  /** Hour and minute, for something that is of today. */
  clock(at: string): string;
  /** The reader's zone, as it is called now. */
  readonly zone: string;
}

export function speechOf(language: Language, asked: readonly string[]): Speech {
  const speech = speechIn(WORDS, language, asked);
  const stamps = new Intl.DateTimeFormat(speech.locale, {
    dateStyle: "short",
    timeStyle: "medium",
  });
  const minutes = new Intl.DateTimeFormat(speech.locale, {
    dateStyle: "short",
    timeStyle: "short",
  });
  const clocks = new Intl.DateTimeFormat(speech.locale, { hour: "2-digit", minute: "2-digit" });
  const zones = new Intl.DateTimeFormat(speech.locale, { timeZoneName: "short" });
  const zone = zones.formatToParts().find(({ type }) => type === "timeZoneName");
  return {
    ...speech,
    stamp: (at) => written(stamps, at),
    minute: (at) => written(minutes, at),
    clock: (at) => written(clocks, at),
    zone: zone?.value ?? "",
  };
}

/** What is no time stays as it is: an entry may say anything. */
function written(format: Intl.DateTimeFormat, at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : format.format(time);
}

export const SpeechContext = createContext<Speech>(speechOf("en", []));

export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
