/**
 * The timeline drawn by uPlot: three curves told apart by dash as well as colour, collections, the peak, and a cursor that the mouse or
 * the keyboard moves. It follows the width of its element and the editor's theme. It lives as long as the page.
 */

import uPlot from 'uplot';
import { formatCollectionKind } from '../core/collectionKinds.ts';
import { formatBytes, formatDuration } from '../core/formatFigures.ts';
import type { OverviewModel } from '../protocol/webviewMessages.ts';
import { type ChartTheme, readChartTheme, watchTheme } from './chartTheme.ts';
import type { SeriesKey } from './pageState.ts';
import { drawCollectionMarks, drawPeak, markStripHeight } from './timelineMarks.ts';

const heightPx = 150;
/** How near to a collection's mark, in CSS pixels, counts as pointing at it. */
const markReachPx = 4;
/** Bytes between two lines of the grid: powers of two, so that the labels are whole. */
const gridStepsBytes = Array.from({ length: 40 }, (_, exponent) => 2 ** exponent);
/** Milliseconds between two labels. */
const gridStepsMs = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].flatMap((power) => [power, 2 * power, 5 * power]);

const seriesOrder: readonly SeriesKey[] = ['heapUsedBytes', 'externalBytes', 'rssBytes'];

export interface TimelineChartEvents {
  /** The readout has to be written anew. */
  onCursorMove(): void;
}

export class TimelineChart {
  /** To be placed in the page; the chart fills its width. */
  readonly element: HTMLElement;
  readonly #plot: uPlot;
  #theme: ChartTheme;
  #model: OverviewModel | undefined;
  #pointedIndex: number | undefined;

  constructor(events: TimelineChartEvents) {
    this.element = document.createElement('div');
    this.element.className = 'plot';
    this.#theme = readChartTheme(document.body);
    this.#plot = new uPlot(this.#options(events), [[], [], [], []], this.element);
    new ResizeObserver(() => {
      const width = this.element.clientWidth;
      if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: heightPx });
    }).observe(this.element);
    watchTheme(() => {
      this.#theme = readChartTheme(document.body);
      this.#plot.redraw(false);
    });
  }

  /** The point under the cursor, as an index into the timeline shown; undefined while nobody points. */
  get pointedIndex(): number | undefined {
    return this.#pointedIndex;
  }

  /** The collection under the cursor in words: 'major collection, 3.2 ms'. */
  get pointedCollection(): string | undefined {
    const left = this.#plot.cursor.left ?? -1;
    if (this.#pointedIndex === undefined || left < 0) return undefined;
    const near = (this.#model?.collectionMarks ?? [])
      .map((mark) => ({ mark, distancePx: Math.abs(this.#plot.valToPos(mark.atMs, 'x') - left) }))
      .filter(({ distancePx }) => distancePx <= markReachPx)
      .sort((a, b) => a.distancePx - b.distancePx || b.mark.durationMs - a.mark.durationMs)[0];
    return near && `${formatCollectionKind(near.mark.kind)} collection, ${formatDuration(near.mark.durationMs)}`;
  }

  /** Draws the model's timeline; what is drawn already (a model that only lost its focus) is left as it is. */
  show(model: OverviewModel, hiddenSeries: readonly SeriesKey[]): void {
    const isNew = model !== this.#model;
    this.#model = model;
    this.#plot.batch(() => {
      if (isNew) {
        const { atMs, heapUsedBytes, externalBytes, rssBytes } = model.timeline;
        this.#plot.setData([[...atMs], [...heapUsedBytes], [...externalBytes], [...rssBytes]]);
      }
      seriesOrder.forEach((key, index) => {
        const show = !hiddenSeries.includes(key);
        if (this.#plot.series[index + 1]?.show !== show) this.#plot.setSeries(index + 1, { show });
      });
    });
  }

  /** Moves the cursor by an arrow key, Home, End or Escape; false when the key means nothing here. */
  pointByKey(key: string): boolean {
    const last = (this.#model?.timeline.atMs.length ?? 0) - 1;
    const from = this.#pointedIndex ?? last;
    const step = Math.max(1, Math.round(last / 50));
    const target = { ArrowLeft: from - step, ArrowDown: from - step, ArrowRight: from + step, ArrowUp: from + step, Home: 0, End: last }[
      key
    ];
    if (target !== undefined) this.pointAt(Math.min(last, Math.max(0, target)));
    else if (key === 'Escape' && this.#pointedIndex !== undefined) this.pointAt(undefined);
    else return false;
    return true;
  }

  /** Moves the cursor to a point of the timeline shown, or away. */
  pointAt(index: number | undefined): void {
    const atMs = index === undefined ? undefined : this.#model?.timeline.atMs[index];
    const bytes = index === undefined ? undefined : this.#model?.timeline.heapUsedBytes[index];
    if (atMs === undefined || bytes === undefined) this.#plot.setCursor({ left: -10, top: -10 });
    else this.#plot.setCursor({ left: this.#plot.valToPos(atMs, 'x'), top: Math.max(0, this.#plot.valToPos(bytes, 'y')) });
  }

  #options(events: TimelineChartEvents): uPlot.Options {
    // A program that ends at once leaves one or two measurements, which make no line that could be seen.
    const points = { show: (plot: uPlot) => plot.data[0].length <= 2, size: 6 };
    const axis = { stroke: () => this.#theme.muted, ticks: { show: false } };
    const grid = { stroke: () => this.#theme.grid, width: 0.5 };
    return {
      width: 200,
      height: heightPx,
      padding: [markStripHeight, 18, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: {
        x: { time: false, range: (_, min, max) => [0, Math.max(max, min + 1)] },
        y: { range: (plot) => [0, this.#topBytes(plot)] },
      },
      series: [
        {},
        { stroke: () => this.#theme.heap, width: 2, points },
        { stroke: () => this.#theme.external, width: 1.5, dash: [6, 3], points },
        { stroke: () => this.#theme.rss, width: 1.5, dash: [2, 3], points },
      ],
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 22,
          space: 70,
          incrs: gridStepsMs,
          font: this.#theme.font,
          values: (_, splits) => splits.map(labelMs),
        },
        {
          ...axis,
          grid,
          size: 52,
          gap: 3,
          space: 32,
          incrs: gridStepsBytes,
          font: this.#theme.font,
          values: (_, splits) => splits.map(labelBytes),
        },
      ],
      hooks: {
        draw: [
          (plot) => {
            if (this.#model === undefined || this.#model.timeline.atMs.length === 0) return;
            drawCollectionMarks(plot, this.#model.collectionMarks, this.#theme);
            if (this.#model.figures !== undefined) drawPeak(plot, this.#model.figures, this.#theme);
          },
        ],
        setCursor: [
          (plot) => {
            const index = (plot.cursor.left ?? -1) < 0 ? undefined : (plot.cursor.idx ?? undefined);
            if (index === undefined && this.#pointedIndex === undefined) return;
            this.#pointedIndex = index;
            events.onCursorMove();
          },
        ],
      },
    };
  }

  /** The highest that is shown, and a little air. Nothing shown: 1, for a scale needs a height. */
  #topBytes(plot: uPlot): number {
    let topBytes = this.#model?.figures?.peakBytes ?? 0;
    seriesOrder.forEach((key, index) => {
      if (plot.series[index + 1]?.show === false) return;
      for (const bytes of this.#model?.timeline[key] ?? []) topBytes = Math.max(topBytes, bytes);
    });
    return Math.max(1, topBytes * 1.05);
  }
}

function labelMs(atMs: number): string {
  return atMs === 0 ? '0' : formatDuration(atMs).replace(/\.0+ s$|(\.\d*[1-9])0+ s$/, '$1 s');
}

/** Whole units: the grid stands at powers of two. */
function labelBytes(bytes: number): string {
  return bytes === 0 ? '0' : formatBytes(bytes).replace('.0 ', ' ');
}
