/**
 * Lines over time, drawn by uPlot; dragging across them chooses a time.
 *
 * A picture for the eye: the table beneath says the same, and the fields "from" and "to" do what
 * dragging does.
 *
 * @module
 */
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Timeline } from "../contract.ts";
import type { Line } from "../series.ts";

interface PlotProps {
  readonly timeline: Timeline;
  readonly lines: readonly Line[];
  readonly locale: string;
  readonly label: string;
  readonly timeLabel: string;
  readonly countLabel: string;
  readonly onZoom: (from: string, to: string) => void;
}

/** Told apart without colour too. */
const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [12, 3, 2, 3],
  [5, 5],
  [14, 6],
  [1, 5],
];
const HEIGHT = 320;
/** Narrower than this is a slip of the hand. */
const LEAST_DRAG = 8;

export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const root = place.current;
    if (root === null) {
      return;
    }
    let plot = draw(root, props);
    const redraw = () => {
      plot.destroy();
      plot = draw(root, props);
    };
    const size = new ResizeObserver(() =>
      plot.setSize({ width: root.clientWidth, height: HEIGHT }),
    );
    size.observe(root);
    const schemes = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) =>
      matchMedia(query),
    );
    for (const scheme of schemes) {
      scheme.addEventListener("change", redraw);
    }
    return () => {
      size.disconnect();
      for (const scheme of schemes) {
        scheme.removeEventListener("change", redraw);
      }
      plot.destroy();
    };
  }, [props.timeline, props.locale]);
  return <div class="plot" role="img" aria-label={props.label} ref={place} />;
}

function draw(root: HTMLElement, props: PlotProps): uPlot {
  const { timeline, lines, onZoom } = props;
  const colour = (name: string) => getComputedStyle(root).getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--quiet"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { stroke: colour("--line"), width: 1 },
    font: fontOf(root),
    labelFont: fontOf(root),
    labelSize: 28,
  };
  const number = new Intl.NumberFormat(props.locale);
  const plot = new uPlot(
    {
      width: root.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { show: false } },
      scales: { x: { time: true }, y: { range: (_plot, _low, high) => [0, Math.max(1, high)] } },
      axes: [
        { ...axis, label: props.timeLabel, values: (_plot, ticks) => dates(props.locale, ticks) },
        {
          ...axis,
          label: props.countLabel,
          size: 64,
          values: (_plot, ticks) =>
            ticks.map((tick) => (Number.isInteger(tick) ? number.format(tick) : "")),
        },
      ],
      series: [
        {},
        ...lines.map((_, at) => ({
          stroke: colour(`--series-${at}`),
          width: 2,
          dash: [...(DASHES[at] ?? [])],
          points: { show: timeline.times.length < 2 },
        })),
      ],
      hooks: {
        setSelect: [
          (drawn) => {
            const { left, width } = drawn.select;
            if (width >= LEAST_DRAG) {
              onZoom(timeAt(drawn, left), timeAt(drawn, left + width));
            }
          },
        ],
      },
    },
    [
      timeline.times.map((time) => Date.parse(time) / 1000),
      ...lines.map(({ counts }) => [...counts]),
    ],
    root,
  );
  return plot;
}

function timeAt(plot: uPlot, pixel: number): string {
  return new Date(Math.round(plot.posToVal(pixel, "x")) * 1000).toISOString();
}

/** Times of day while the ticks are hours apart, with the day where it begins; else days. */
function dates(locale: string, ticks: readonly number[]): string[] {
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  return ticks.map((tick, at) => {
    const time = new Date(tick * 1000);
    const isNewDay = at === 0 || day.format(time) !== day.format(new Date((tick - step) * 1000));
    return step >= 86_400 || isNewDay ? day.format(time) : hour.format(time);
  });
}

function fontOf(root: HTMLElement): string {
  return `14px ${getComputedStyle(root).fontFamily}`;
}
