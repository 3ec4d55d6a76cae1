/**
 * The plot in figures: each line with its sum and its peak; every period for who wants it.
 *
 * @module
 */
import { Scroll } from "../../look/scroll.tsx";
import type { Timeline } from "../contract.ts";
import { type Line, peakOf } from "../series.ts";
import { useSpeech } from "./speech.ts";

interface TableProps {
  readonly timeline: Timeline;
  readonly lines: readonly Line[];
  readonly nameOf: (line: Line) => string;
}

export function TimelineTable(props: TableProps) {
  const { timeline, lines, nameOf } = props;
  const { words, number, stamp, say } = useSpeech();
  const { timeline: text } = words;
  const sum = lines.reduce((all, { total }) => all + total, 0);
  return (
    <>
      <table class="dense figures">
        <caption class="hidden">{text.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.name}</th>
            <th scope="col" class="amount">
              {text.total}
            </th>
            <th scope="col">{text.peak}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, at) => {
            const peak = peakOf(line);
            return (
              <tr key={line.name}>
                <th scope="row">
                  <Swatch at={at} /> {nameOf(line)}
                </th>
                <td class="amount">{number(line.total)}</td>
                <td>
                  {say(text.peakAt, {
                    count: number(peak.count),
                    time: stamp(timeline.times[peak.at] ?? ""),
                  })}
                </td>
              </tr>
            );
          })}
          <tr>
            <th scope="row">{text.sum}</th>
            <td class="amount">{number(sum)}</td>
            <td />
          </tr>
        </tbody>
      </table>
      <Periods {...props} />
    </>
  );
}

/** Periods without an entry are left out. */
function Periods({ timeline, lines, nameOf }: TableProps) {
  const { words, number, stamp } = useSpeech();
  const { timeline: text, table } = words;
  const periods = timeline.times
    .map((time, at) => ({ time, counts: lines.map(({ counts }) => counts[at] ?? 0) }))
    .filter(({ counts }) => counts.some((n) => n > 0));
  return (
    <details>
      <summary>{text.counts}</summary>
      <Scroll label={text.counts}>
        <table class="dense periods">
          <thead>
            <tr>
              <th scope="col">{table.time}</th>
              {lines.map((line) => (
                <th key={line.name} scope="col" class="amount">
                  {nameOf(line)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {periods.map(({ time, counts }) => (
              <tr key={time}>
                <th scope="row">{stamp(time)}</th>
                {counts.map((n, at) => (
                  <td key={lines[at]?.name ?? ""} class="amount">
                    {number(n)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

/** The line as it is drawn: its colour and its dashes. */
function Swatch({ at }: { readonly at: number }) {
  return (
    <svg class={`swatch series-${at}`} viewBox="0 0 32 8" aria-hidden="true" focusable="false">
      <path d="M0 4H32" />
    </svg>
  );
}
