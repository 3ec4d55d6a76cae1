/**
 * The desk: what was checked, the views, a list, and beside it the entry that is open.
 *
 * @module
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Language } from "../../words/languages.ts";
import type { Auditing, VisitState } from "../auditing.ts";
import type { LogItem } from "../contract.ts";
import type { Place } from "../place.ts";
import { Bar } from "./bar.tsx";
import { BrokenHead } from "./broken-head.tsx";
import { type Desk, DeskContext } from "./desk-context.ts";
import { EntryList } from "./entry-list.tsx";
import { EntryPanel } from "./entry-panel.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { IdleNotice } from "./idle-notice.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { LinkList } from "./link-list.tsx";
import { useSpeech } from "./speech.ts";
import { TimelineView } from "./timeline-view.tsx";
import { useKeys } from "./use-keys.ts";
import { usePlace } from "./use-place.ts";

/** Shows the desk to who is signed in. */
export function DeskPage(props: {
  readonly auditing: Auditing;
  readonly visit: VisitState;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}) {
  const { auditing, visit } = props;
  const { words } = useSpeech();
  const [place, go] = usePlace();
  const [isHelping, setHelping] = useState(false);
  const listed = useRef<ReadonlyMap<number, LogItem>>(new Map());
  const desk = useMemo<Desk>(() => ({ auditing, visit, place, go }), [auditing, visit, place]);
  const close = useCallback(() => {
    setHelping(false);
    closeEntry(place, go);
  }, [place]);
  const help = useCallback(() => setHelping((is) => !is), []);
  useKeys({ onClose: close, onHelp: help });
  useReturn(place.entry);
  return (
    <DeskContext.Provider value={desk}>
      <div class={`desk ${place.entry === null ? "" : "has-entry"}`}>
        <Bar language={props.language} onLanguage={props.onLanguage} onHelp={help} />
        <main class="desk-main">
          <div class="desk-list">
            <h2 class="hidden">{words.views[place.view]}</h2>
            <BrokenHead />
            {isHelping && <KeysHelp onClose={() => setHelping(false)} />}
            {place.view !== "links" && <FilterBar />}
            <View
              place={place}
              onListed={(items) => {
                listed.current = items;
              }}
            />
          </div>
          {place.entry !== null && (
            <EntryPanel
              key={place.entry}
              index={place.entry}
              listed={listed.current.get(place.entry)?.entry ?? null}
              onClose={close}
            />
          )}
        </main>
        <IdleNotice onIdle={() => auditing.signOut(true)} />
      </div>
    </DeskContext.Provider>
  );
}

function View(props: {
  readonly place: Place;
  readonly onListed: (items: ReadonlyMap<number, LogItem>) => void;
}) {
  switch (props.place.view) {
    case "all":
    case "refusals":
      return <EntryList onListed={props.onListed} />;
    case "links":
      return <LinkList />;
    case "timeline":
      return <TimelineView />;
  }
}

function closeEntry(place: Place, go: (place: Place) => void): void {
  if (place.entry !== null) {
    go({ ...place, entry: null });
  }
}

/** After an entry is closed the focus goes back to its row. */
function useReturn(entry: number | null): void {
  const last = useRef(entry);
  useEffect(() => {
    if (entry === null && last.current !== null) {
      document.getElementById(`row-${last.current}`)?.focus();
    }
    last.current = entry;
  }, [entry]);
}
