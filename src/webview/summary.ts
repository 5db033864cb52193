/**
 * The figures of the whole run: three large ones on top, the others in a list, each with its name.
 */

import { html, nothing, type TemplateResult } from 'lit-html';
import { formatCollectionKind } from '../core/collectionKinds.ts';
import { placeText } from '../core/filePaths.ts';
import { formatCollectorChange } from '../core/formatEvidence.ts';
import { formatBytes, formatCount, formatCounted, formatDuration, formatRatio } from '../core/formatFigures.ts';
import type { CollectionSummary, OverviewFigures, OverviewModel } from '../protocol/webviewMessages.ts';
import type { PageActions } from './pageActions.ts';
import type { PageState } from './pageState.ts';

/** Peak, allocated, live: what a person came for. */
export function headlineTemplate({ figures, exit }: OverviewModel): TemplateResult {
  const sign = figures?.precision === 'sampled' ? '≈' : '';
  const entries = [
    { name: 'Peak', bytes: figures?.peakBytes, meaning: 'The most memory in use at one moment', sign: '' },
    { name: 'Allocated', bytes: figures?.allocatedBytes, meaning: 'All memory taken over the run, freed or not', sign },
    {
      name: exit === undefined ? 'Live now' : 'Live at end',
      bytes: figures?.liveBytes,
      meaning: 'Memory still in use, after a full collection',
      sign: '',
    },
  ];
  return html`
    <dl class="headline">
      ${entries.map(
        ({ name, bytes, meaning, sign: prefix }) => html`
          <div title=${meaning}>
            <dt>${name}</dt>
            <dd>${bytes === undefined ? (figures === undefined ? '…' : 'unknown') : `${prefix}${formatBytes(bytes)}`}</dd>
          </div>
        `,
      )}
    </dl>
  `;
}

/** Everything else that is known of the run. */
export function summaryTemplate(model: OverviewModel, state: PageState, actions: PageActions): TemplateResult | typeof nothing {
  const { figures, runtime } = model;
  if (figures === undefined) return nothing;
  return html`
    <section aria-labelledby="summary-title">
      <h2 id="summary-title">Summary</h2>
      <dl class="figures">
        ${row(
          'Runtime',
          [runtime, model.runtimePath].filter((text) => text !== undefined),
          'What ran the program',
        )}
        ${row('Precision', precisionText(figures))} ${row('Peak reached', `after ${formatDuration(figures.peakAtMs)}`)}
        ${row('Highest RSS', formatBytes(figures.peakRssBytes), 'Resident set size: all memory that the process held, the runtime included')}
        ${row(
          'RSS not explained',
          figures.unattributedRssBytes === undefined ? undefined : formatBytes(figures.unattributedRssBytes),
          'Of the highest RSS, what neither lines nor the runtime explain: other libraries’ own memory, and what the system has not taken back',
        )}
        ${row(
          'Highest external',
          figures.peakExternalBytes === undefined ? undefined : formatBytes(figures.peakExternalBytes),
          'Memory outside the managed heap: buffers, array buffers, native',
        )}
        ${row('Unattributed', unattributedTexts(figures), 'Memory that no line of yours accounts for')}
        ${row(
          'Profiler’s own cost',
          figures.profilerCpuMs === undefined ? undefined : profilerCostText(figures.profilerCpuMs, model.durationMs),
          'CPU time that profiling took in the program’s process, and as a share of its time',
        )}
        ${row('Collections', collectionsText(model), 'Garbage collections and how long they paused the program')}
        ${row(
          'Freed by collector',
          figures.collectorFreedBytes === undefined ? undefined : formatBytes(figures.collectorFreedBytes),
          'What only the cycle collector could free: objects in reference cycles, or held by one',
        )}
        ${row('Collector', model.collectorChanges.map(collectorChangeText), 'Where the program changed how garbage is collected')}
      </dl>
      ${collectionsTable(model, state, actions)}
      ${
        model.exit === undefined
          ? nothing
          : html`<button type="button" class="link" @click=${actions.showSummary}>Show the profile as text</button>`
      }
    </section>
  `;
}

/** Why a figure is missing, what was degraded: closed at first, but counted in its heading. */
export function notesTemplate(model: OverviewModel, state: PageState, actions: PageActions): TemplateResult | typeof nothing {
  if (model.notes.length === 0) return nothing;
  return html`
    <details
      class="notes"
      .open=${state.openDisclosures.includes('notes')}
      @toggle=${(event: Event) => actions.setOpen('notes', (event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>${formatCounted(model.notes.length, 'note')} on this profile</summary>
      <ul>
        ${model.notes.map((note) => html`<li>${note}</li>`)}
      </ul>
    </details>
  `;
}

/** Several texts stand below one another. */
function row(name: string, text: string | readonly string[] | undefined, meaning = ''): TemplateResult | typeof nothing {
  if (text === undefined || text.length === 0) return nothing;
  return html`<div title=${meaning}>
    <dt>${name}</dt>
    <dd>${[text].flat().map((part) => html`<span>${part}</span>`)}</dd>
  </div>`;
}

function precisionText(figures: OverviewFigures): string {
  if (figures.precision === 'exact') return 'exact';
  return figures.samplingIntervalBytes === undefined
    ? 'sampled'
    : `sampled, every ${formatBytes(figures.samplingIntervalBytes).replace('.0 ', ' ')}`;
}

function unattributedTexts(figures: OverviewFigures): readonly string[] {
  const parts = [
    { name: 'allocated', bytes: figures.unattributedAllocatedBytes },
    { name: 'live', bytes: figures.unattributedLiveBytes },
    { name: 'at peak', bytes: figures.unattributedPeakBytes },
  ];
  return parts.flatMap(({ name, bytes }) => (bytes === undefined ? [] : [`${formatBytes(bytes)} ${name}`]));
}

function profilerCostText(profilerCpuMs: number, durationMs: number): string {
  const share = durationMs > 0 ? ` (${formatRatio(profilerCpuMs / durationMs)})` : '';
  return `${formatDuration(profilerCpuMs)} CPU${share}`;
}

function collectionsText({ collections, durationMs }: OverviewModel): string {
  const count = collections.reduce((sum, summary) => sum + summary.count, 0);
  if (count === 0) return 'none';
  const pausedMs = collections.reduce((sum, summary) => sum + summary.totalPauseMs, 0);
  const share = durationMs > 0 ? `, ${formatRatio(pausedMs / durationMs)} of the run` : '';
  return `${formatCount(count)}, paused ${formatDuration(pausedMs)}${share}`;
}

function collectorChangeText(change: OverviewModel['collectorChanges'][number]): string {
  const text = formatCollectorChange(change);
  return change.at === undefined ? text : `${text} at ${placeText(change.at)}`;
}

/** What collections of a kind came to, as far as the runtime tells. */
function collectionYield({ freedBytes, promotedBytes, collectedCount, uncollectableCount }: CollectionSummary): string {
  const parts: string[] = [];
  if (freedBytes !== undefined) parts.push(`${formatBytes(freedBytes)} freed`);
  if (promotedBytes !== undefined) parts.push(`${formatBytes(promotedBytes)} promoted`);
  if (collectedCount !== undefined) parts.push(`${formatCounted(collectedCount, 'object')} of cycles freed`);
  if (uncollectableCount) parts.push(`${formatCounted(uncollectableCount, 'object')} could not be freed`);
  return parts.join(', ');
}

function collectionsTable(model: OverviewModel, state: PageState, actions: PageActions): TemplateResult | typeof nothing {
  if (model.collections.length === 0) return nothing;
  return html`
    <details
      .open=${state.openDisclosures.includes('collections')}
      @toggle=${(event: Event) => actions.setOpen('collections', (event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>Collections by kind</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Kind</th>
            <th scope="col" class="number">Count</th>
            <th scope="col" class="number">Paused</th>
            <th scope="col" class="number">Longest</th>
          </tr>
        </thead>
        <tbody>
          ${model.collections.map(
            (summary) => html`
              <tr>
                <th scope="row">${formatCollectionKind(summary.kind).replace('generation', 'gen')}</th>
                <td class="number">${formatCount(summary.count)}</td>
                <td class="number">${formatDuration(summary.totalPauseMs)}</td>
                <td class="number">${formatDuration(summary.longestPauseMs)}</td>
              </tr>
              ${
                collectionYield(summary) === ''
                  ? nothing
                  : html`<tr>
                      <td class="yield" colspan="4">${collectionYield(summary)}</td>
                    </tr>`
              }
            `,
          )}
        </tbody>
      </table>
    </details>
  `;
}
