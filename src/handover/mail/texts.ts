/**
 * What a mail or a letter about a link says, entry by entry; a catalogue per language has all of
 * them.
 *
 * Names in braces are filled in. For people the word is *collect*.
 *
 * @module
 */

/** Numbers of meters, by the plural rules of the language (Unicode CLDR). */
export type MeterCounts = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & {
  readonly other: string;
};

export interface MailTexts {
  /** Locale for dates. */
  readonly locale: string;
  readonly meters: MeterCounts;
  readonly greeting: string;
  readonly regards: string;
  readonly until: string;
  readonly mail: {
    readonly subject: string;
    readonly offer: string;
    readonly purpose: string;
    readonly link: string;
    /** In the place of a link that nobody knows any more. */
    readonly linkMissing: string;
    readonly pin: string;
    readonly stepsTitle: string;
    readonly steps: readonly [string, string, string, string];
    readonly fallback: string;
    readonly fallbackMissing: string;
    readonly warning: string;
  };
  readonly letter: {
    readonly subject: string;
    readonly offer: string;
    readonly pinMissing: string;
    readonly pinHint: string;
    readonly fingerprint: string;
    readonly fallback: string;
    readonly warning: string;
  };
  readonly sms: string;
}
