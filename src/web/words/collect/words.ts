/**
 * Everything the collecting page says, in one type: a catalogue that lacks an entry, or has one
 * too many, does not compile. English is the measure.
 *
 * @module
 */

import type { Language } from "../languages.ts";
import * as daEnd from "./da/end.ts";
import * as daFiles from "./da/files.ts";
import * as daKeys from "./da/keys.ts";
import * as daStart from "./da/start.ts";
import * as deEnd from "./de/end.ts";
import * as deFiles from "./de/files.ts";
import * as deKeys from "./de/keys.ts";
import * as deStart from "./de/start.ts";
import * as enEnd from "./en/end.ts";
import * as enFiles from "./en/files.ts";
import * as enKeys from "./en/keys.ts";
import * as enStart from "./en/start.ts";
import * as esEnd from "./es/end.ts";
import * as esFiles from "./es/files.ts";
import * as esKeys from "./es/keys.ts";
import * as esStart from "./es/start.ts";
import * as itEnd from "./it/end.ts";
import * as itFiles from "./it/files.ts";
import * as itKeys from "./it/keys.ts";
import * as itStart from "./it/start.ts";
import * as plEnd from "./pl/end.ts";
import * as plFiles from "./pl/files.ts";
import * as plKeys from "./pl/keys.ts";
import * as plStart from "./pl/start.ts";

/** One language's catalogue. */
export type Words = typeof enStart & typeof enKeys & typeof enFiles & typeof enEnd;

/** All catalogues. */
export const WORDS: Readonly<Record<Language, Words>> = {
  da: { ...daStart, ...daKeys, ...daFiles, ...daEnd },
  de: { ...deStart, ...deKeys, ...deFiles, ...deEnd },
  en: { ...enStart, ...enKeys, ...enFiles, ...enEnd },
  es: { ...esStart, ...esKeys, ...esFiles, ...esEnd },
  it: { ...itStart, ...itKeys, ...itFiles, ...itEnd },
  pl: { ...plStart, ...plKeys, ...plFiles, ...plEnd },
};
