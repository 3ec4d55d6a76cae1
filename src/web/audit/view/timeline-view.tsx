/**
 * The timeline: how much was done over time, by action or by actor, as lines and as figures.
 *
 * @module
 */
import type { Timeline } from "../contract.ts";
import { type Filters, queryOf } from "../place.ts";
import { type Line, linesOf } from "../series.ts";
import { useDesk } from "./desk-context.ts";
import { actionText, actorText } from "./naming.tsx";
import { Plot } from "./plot.tsx";
import { type Speech, useSpeech } from "./speech.ts";
import { TimelineTable } from "./timeline-table.tsx";
import { useAnswer } from "./use-answer.ts";
import { Fault, Waiting } from "./waiting.tsx";

const BUCKETS = 120;
const NARROW_BUCKETS = 48;
const NARROW = 600;

export function TimelineView() {
  const { auditing, visit, place, go } = useDesk();
  const speech = useSpeech();
  const { words } = speech;
  const { by } = place;
  const filters = queryOf(place);
  const buckets = innerWidth < NARROW ? NARROW_BUCKETS : BUCKETS;
  const answer = useAnswer(JSON.stringify([filters, by]), () =>
    auditing.ask.timeline(filters, by, buckets),
  );
  const nameOf = ({ name }: Line) => {
    if (name === null) {
      return words.timeline.rest;
    }
    return by === "action" ? actionText(speech, name) : actorText(visit.names, name);
  };
  const zoom = (from: string, to: string) =>
    go({ ...place, entry: null, filters: { ...place.filters, from, to } });
  return (
    <section aria-label={words.views.timeline} aria-busy={answer.isWaiting}>
      <div class="list-head">
        <ByChoice />
        <p class="quiet screen-only">{words.timeline.lead}</p>
        <WholeTime filters={place.filters} />
      </div>
      {answer.fault !== null && <Fault fault={answer.fault} onAgain={answer.again} />}
      {answer.value !== null && <Figures timeline={answer.value} nameOf={nameOf} onZoom={zoom} />}
      <Waiting isWaiting={answer.isWaiting} />
    </section>
  );
}

function ByChoice() {
  const { place, go } = useDesk();
  const { timeline } = useSpeech().words;
  return (
    <div class="field inline screen-only">
      <label for="by">{timeline.by}</label>
      <select
        id="by"
        value={place.by}
        onChange={(event) =>
          go({ ...place, by: event.currentTarget.value === "actor" ? "actor" : "action" })
        }
      >
        <option value="action">{timeline.action}</option>
        <option value="actor">{timeline.actor}</option>
      </select>
    </div>
  );
}

function WholeTime({ filters }: { readonly filters: Filters }) {
  const { place, go } = useDesk();
  const { timeline } = useSpeech().words;
  const { from, to, ...rest } = filters;
  return from === undefined && to === undefined ? null : (
    <button
      type="button"
      class="small screen-only"
      onClick={() => go({ ...place, entry: null, filters: rest })}
    >
      {timeline.whole}
    </button>
  );
}

function Figures(props: {
  readonly timeline: Timeline;
  readonly nameOf: (line: Line) => string;
  readonly onZoom: (from: string, to: string) => void;
}) {
  const speech = useSpeech();
  const { words, zone, say } = speech;
  const { timeline } = props;
  const lines = linesOf(timeline);
  if (lines.length === 0) {
    return (
      <div class="empty">
        <p>
          <strong>{words.timeline.none}</strong>
        </p>
      </div>
    );
  }
  return (
    <>
      <Plot
        timeline={timeline}
        lines={lines}
        locale={speech.locale}
        label={words.timeline.plot}
        timeLabel={say(words.timeline.times, { zone })}
        countLabel={perText(speech, timeline.bucketSeconds)}
        onZoom={props.onZoom}
      />
      <TimelineTable timeline={timeline} lines={lines} nameOf={props.nameOf} />
    </>
  );
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** "Entries per 6 hours": the unit that needs the least of figures, to a tenth. */
function perText({ words, plural }: Speech, seconds: number): string {
  const { per } = words.timeline;
  const [forms, unit] =
    seconds >= 2 * DAY || seconds === DAY
      ? [per.days, DAY]
      : seconds >= HOUR
        ? [per.hours, HOUR]
        : [per.minutes, 60];
  return plural(forms, Math.round((10 * seconds) / unit) / 10);
}
