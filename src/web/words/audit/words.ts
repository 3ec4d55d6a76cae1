/**
 * Everything the auditor's page says, in one type: a catalogue that lacks an entry, or has one
 * too many, does not compile. English is the measure.
 *
 * @module
 */
import type { Language } from "../languages.ts";
import * as daActions from "./da/actions.ts";
import * as daEntry from "./da/entry.ts";
import * as daFrame from "./da/frame.ts";
import * as daList from "./da/list.ts";
import * as deActions from "./de/actions.ts";
import * as deEntry from "./de/entry.ts";
import * as deFrame from "./de/frame.ts";
import * as deList from "./de/list.ts";
import * as enActions from "./en/actions.ts";
import * as enEntry from "./en/entry.ts";
import * as enFrame from "./en/frame.ts";
import * as enList from "./en/list.ts";
import * as esActions from "./es/actions.ts";
import * as esEntry from "./es/entry.ts";
import * as esFrame from "./es/frame.ts";
import * as esList from "./es/list.ts";
import * as itActions from "./it/actions.ts";
import * as itEntry from "./it/entry.ts";
import * as itFrame from "./it/frame.ts";
import * as itList from "./it/list.ts";
import * as plActions from "./pl/actions.ts";
import * as plEntry from "./pl/entry.ts";
import * as plFrame from "./pl/frame.ts";
import * as plList from "./pl/list.ts";

/** One language's catalogue. */
export type Words = typeof enFrame & typeof enList & typeof enEntry & typeof enActions;

/** All catalogues. */
export const WORDS: Readonly<Record<Language, Words>> = {
  da: { ...daFrame, ...daList, ...daEntry, ...daActions },
  de: { ...deFrame, ...deList, ...deEntry, ...deActions },
  en: { ...enFrame, ...enList, ...enEntry, ...enActions },
  es: { ...esFrame, ...esList, ...esEntry, ...esActions },
  it: { ...itFrame, ...itList, ...itEntry, ...itActions },
  pl: { ...plFrame, ...plList, ...plEntry, ...plActions },
};
