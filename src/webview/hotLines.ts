/**
 * The hottest lines, sorted by what the person chose; a click goes to the line.
 */

import { html, nothing, svg, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { formatBytes, formatRatio } from '../core/formatFigures.ts';
import { lineBytes, type Metric, totalBytes } from '../core/metrics.ts';
import type { OverviewFigures, OverviewLine, OverviewModel } from '../protocol/webviewMessages.ts';
import type { PageActions } from './pageActions.ts';

const shownLineCount = 10;
/** Lines below this share are left out, but for the first few: they are noise beside the others. */
const shownShareRatio = 0.001;
const alwaysShownLineCount = 3;

const metricNames: readonly { readonly metric: Metric; readonly label: string; readonly inSentence: string }[] = [
  { metric: 'allocated', label: 'Allocated', inSentence: 'allocated' },
  { metric: 'live', label: 'Live', inSentence: 'live' },
  { metric: 'peak', label: 'Peak', inSentence: 'at the peak' },
];

const emptyTexts: Readonly<Record<Metric, string>> = {
  allocated: 'nothing was allocated that could be measured.',
  live: 'nothing was left alive.',
  peak: 'nothing of theirs was alive at the peak.',
};

/** A list of buttons, the hottest line first; its keys are the lines, so that a line keeps its element (and focus) when it moves. */
export function hotLinesTemplate(model: OverviewModel, metric: Metric, actions: PageActions): TemplateResult | typeof nothing {
  const { figures } = model;
  if (figures === undefined) return nothing;
  const wholeBytes = totalBytes(figures, metric);
  const ranked = model.hotLines
    .map((line) => ({ line, bytes: lineBytes(line, metric) ?? 0 }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, shownLineCount)
    .filter(({ bytes }, rank) => rank < alwaysShownLineCount || bytes >= shownShareRatio * (wholeBytes ?? 0));
  return html`
    <section aria-labelledby="hot-lines-title">
      <h2 id="hot-lines-title">Hottest lines</h2>
      <div class="metrics" role="radiogroup" aria-label="Sort the lines by">
        ${metricNames.map(
          ({ metric: choice, label }) => html`
            <label class=${choice === metric ? 'chosen' : ''}>
              <input type="radio" name="metric" .checked=${choice === metric} @change=${() => actions.chooseHotMetric(choice)} />${label}
            </label>
          `,
        )}
      </div>
      ${
        ranked.length === 0
          ? html`<p class="quiet">None of your lines: ${emptyTexts[metric]}</p>`
          : html`<ol class="hot-lines">
              ${repeat(
                ranked,
                ({ line }) => `${line.path}:${line.line}`,
                ({ line, bytes }) => lineTemplate(line, bytes, wholeBytes, metric, actions),
              )}
            </ol>`
      }
      ${unattributedTemplate(figures, metric)}
    </section>
  `;
}

function lineTemplate(
  line: OverviewLine,
  bytes: number,
  wholeBytes: number | undefined,
  metric: Metric,
  actions: PageActions,
): TemplateResult {
  const shareRatio = wholeBytes === undefined || wholeBytes === 0 ? undefined : Math.min(1, bytes / wholeBytes);
  const functionName = line.functionName === '' ? undefined : line.functionName;
  const error = line.relativeErrorRatio === undefined ? '' : ` ± ${formatRatio(line.relativeErrorRatio)}`;
  const figure = metricNames.find((entry) => entry.metric === metric)?.inSentence ?? metric;
  const description =
    `${line.fileName} line ${line.line}${functionName === undefined ? '' : `, in ${functionName}`}: ` +
    `${formatBytes(bytes)}${error} ${figure}${shareRatio === undefined ? '' : `, ${formatRatio(shareRatio)} of all`}`;
  return html`
    <li>
      <button type="button" class="hot-line" title=${description} @click=${() => actions.openLine(line.path, line.line)}>
        <span class="place"><span class="name">${line.fileName}</span><span class="line">:${line.line}</span></span>
        <span class="amount">${formatBytes(bytes)}</span>
        <span class="function">${functionName ?? ''}</span>
        <span class="share">${shareRatio === undefined ? '' : formatRatio(shareRatio)}</span>
        <svg class="bar" aria-hidden="true">${svg`<rect width="${(100 * (shareRatio ?? 0)).toFixed(1)}%" height="100%"></rect>`}</svg>
      </button>
    </li>
  `;
}

/** What no line accounts for is part of the picture: a list that leaves it out would look complete. */
function unattributedTemplate(figures: OverviewFigures, metric: Metric): TemplateResult | typeof nothing {
  const bytes = {
    allocated: figures.unattributedAllocatedBytes,
    live: figures.unattributedLiveBytes,
    peak: figures.unattributedPeakBytes,
  }[metric];
  if (bytes === undefined) return nothing;
  return html`<p class="unattributed" title="Memory that no line of yours accounts for">
    <span>Unattributed</span><span class="amount">${formatBytes(bytes)}</span>
  </p>`;
}
