/**
 * The timeline's frame: the chart, its legend, which is also the readout of the moment pointed at, and the same figures as a table.
 */

import { html, nothing, type TemplateResult } from 'lit-html';
import { collectionReach, formatCollectionKind } from '../core/collectionKinds.ts';
import { formatBytes, formatCounted, formatDuration } from '../core/formatFigures.ts';
import type { OverviewModel, OverviewTimeline } from '../protocol/webviewMessages.ts';
import type { PageActions } from './pageActions.ts';
import type { PageState, SeriesKey } from './pageState.ts';
import type { TimelineChart } from './timelineChart.ts';

const tableRowCount = 20;

const legend: readonly { readonly key: SeriesKey; readonly label: string; readonly meaning: string }[] = [
  { key: 'heapUsedBytes', label: 'Heap', meaning: 'The program’s objects in memory' },
  { key: 'externalBytes', label: 'External', meaning: 'Memory of buffers, arrays and native code, outside the runtime’s own heap' },
  { key: 'rssBytes', label: 'RSS', meaning: 'Resident set: all memory of the process' },
];

export function timelineTemplate(model: OverviewModel, state: PageState, chart: TimelineChart, actions: PageActions): TemplateResult {
  const { timeline } = model;
  const pointCount = timeline.atMs.length;
  if (pointCount === 0) {
    return html`<section aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      <p class="quiet">
        ${model.exit === undefined ? 'Waiting for the first measurement…' : 'The run was too short to be measured over time.'}
      </p>
    </section>`;
  }
  const pointed = chart.pointedIndex;
  const shown = Math.min(pointed ?? pointCount - 1, pointCount - 1);
  const atText = formatDuration(timeline.atMs[shown] ?? 0);
  const moment = pointed !== undefined ? `At ${atText}` : model.exit === undefined ? 'Now' : `At the end`;
  return html`
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      <div
        class="chart"
        tabindex="0"
        role="slider"
        aria-label=${describeTimeline(model)}
        aria-valuemin="0"
        aria-valuemax=${pointCount - 1}
        aria-valuenow=${shown}
        aria-valuetext=${`${moment}: ${legend.map(({ key, label }) => `${label} ${formatBytes(timeline[key][shown] ?? 0)}`).join(', ')}`}
        @keydown=${(event: KeyboardEvent) => {
          if (chart.pointByKey(event.key)) event.preventDefault();
        }}
        @blur=${() => chart.pointAt(undefined)}
      >
        ${chart.element}
      </div>
      <div class="readout">
        <span class="moment">${moment}</span>
        ${legend.map(
          ({ key, label, meaning }) => html`
            <button
              type="button"
              class="series ${key}"
              title="${meaning}. Click to show or hide."
              aria-pressed=${state.hiddenSeries.includes(key) ? 'false' : 'true'}
              @click=${() => actions.toggleSeries(key)}
            >
              <span class="swatch" aria-hidden="true"></span><span class="label">${label}</span>
              <span class="amount">${formatBytes(timeline[key][shown] ?? 0)}</span>
            </button>
          `,
        )}
        ${model.collectionMarks.length === 0 ? nothing : html`<span class="marks">${chart.pointedCollection ?? markLegend(model)}</span>`}
      </div>
      ${tableTemplate(timeline, state, actions)}
    </section>
  `;
}

function markLegend({ collections }: OverviewModel): TemplateResult {
  const kinds = collections.map(({ kind }) => kind);
  const entry = (form: string, text: string): TemplateResult =>
    html`<span class="kind"><span class="mark ${form}" aria-hidden="true"></span>${text}</span> `;
  const entries = (['full', 'middle', 'young'] as const).map((reach) => {
    const alike = kinds.filter((kind) => collectionReach(kind) === reach).sort();
    return alike.length === 0 ? nothing : entry(reach, formatKinds(alike));
  });
  return html`${entries} collections`;
}

/** `incremental, weak`, `gen 1`. */
function formatKinds(kinds: readonly string[]): string {
  return kinds.map((kind) => formatCollectionKind(kind).replace('generation', 'gen')).join(', ');
}

/** What a person sees at one glance, in a sentence. */
function describeTimeline({ timeline, figures, collections }: OverviewModel): string {
  const highest = (key: SeriesKey): string => formatBytes(timeline[key].reduce((most, bytes) => Math.max(most, bytes), 0));
  const count = collections.reduce((sum, summary) => sum + summary.count, 0);
  const peak = figures === undefined ? '' : ` Peak ${formatBytes(figures.peakBytes)} after ${formatDuration(figures.peakAtMs)}.`;
  return (
    `Memory over ${formatDuration(timeline.atMs[timeline.atMs.length - 1] ?? 0)}: heap up to ${highest('heapUsedBytes')}, ` +
    `external up to ${highest('externalBytes')}, resident set up to ${highest('rssBytes')}, ${formatCounted(count, 'collection')}.${peak}`
  );
}

/** The chart's text alternative; its rows are made only while it is open, for they change with every update. */
function tableTemplate(timeline: OverviewTimeline, state: PageState, actions: PageActions): TemplateResult {
  const open = state.openDisclosures.includes('timelineTable');
  return html`
    <details .open=${open} @toggle=${(event: Event) => actions.setOpen('timelineTable', (event.currentTarget as HTMLDetailsElement).open)}>
      <summary>Timeline as a table</summary>
      ${
        !open
          ? nothing
          : html`
              <div class="scroll" tabindex="0" role="region" aria-label="Timeline as a table">
                <table>
                  <thead>
                    <tr>
                      <th scope="col" class="number">After</th>
                      ${legend.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
                    </tr>
                  </thead>
                  <tbody>
                    ${rowIndices(timeline).map(
                      (index) => html`
                        <tr>
                          <th scope="row" class="number">${formatDuration(timeline.atMs[index] ?? 0)}</th>
                          ${legend.map(({ key }) => html`<td class="number">${formatBytes(timeline[key][index] ?? 0)}</td>`)}
                        </tr>
                      `,
                    )}
                  </tbody>
                </table>
              </div>
            `
      }
    </details>
  `;
}

/** Evenly spread over the points, with the first, the last and the highest heap among them. */
function rowIndices({ atMs, heapUsedBytes }: OverviewTimeline): readonly number[] {
  const last = atMs.length - 1;
  const indices = new Set<number>([heapUsedBytes.reduce((best, bytes, index) => (bytes > (heapUsedBytes[best] ?? 0) ? index : best), 0)]);
  for (let row = 0; row < tableRowCount; row++) indices.add(Math.round((row * last) / (tableRowCount - 1)));
  return [...indices].sort((a, b) => a - b);
}
