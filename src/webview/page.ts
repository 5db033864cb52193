/**
 * The page from top to bottom: how the run stands, its summary, its timeline, its hottest lines.
 * Templates only: each is a function of what it shows; lit-html changes what differs from the last drawing and nothing else.
 */

import { html, nothing, type TemplateResult } from 'lit-html';
import { formatDuration } from '../core/formatFigures.ts';
import type { OverviewExit, OverviewModel } from '../protocol/webviewMessages.ts';
import { hotLinesTemplate } from './hotLines.ts';
import type { PageActions } from './pageActions.ts';
import type { PageState } from './pageState.ts';
import { headlineTemplate, notesTemplate, summaryTemplate } from './summary.ts';
import type { TimelineChart } from './timelineChart.ts';
import { timelineTemplate } from './timelineSection.ts';

/** Nothing was profiled yet; `reason` says why nothing can be now. */
export function emptyTemplate(reason: string | undefined, actions: PageActions): TemplateResult {
  return html`
    <section class="empty" aria-label="No profile yet">
      <p>
        Run the active Python, JavaScript or TypeScript file and see beside each line what it allocated, what it gave back and what is still
        alive. Nothing to install, no code to change.
      </p>
      ${
        reason === undefined
          ? html`<button type="button" class="primary wide" @click=${actions.profile}>Profile Memory</button>`
          : html`<p class="reason">${reason}</p>`
      }
    </section>
  `;
}

/** A run that goes on or has ended. */
export function overviewTemplate(model: OverviewModel, state: PageState, chart: TimelineChart, actions: PageActions): TemplateResult {
  return html`
    ${statusTemplate(model, actions)} ${model.isFallback === true ? fallbackTemplate() : nothing} ${headlineTemplate(model)}
    ${timelineTemplate(model, state, chart, actions)} ${hotLinesTemplate(model, state.hotMetric, actions)}
    ${summaryTemplate(model, state, actions)} ${notesTemplate(model, state, actions)}
  `;
}

/** Said before any figure. */
function fallbackTemplate(): TemplateResult {
  return html`<p class="reason fallback">
    Measured by the fallback recorder in pure Python, which is slower and knows less; the notes at the end say why.
  </p>`;
}

function statusTemplate(model: OverviewModel, actions: PageActions): TemplateResult {
  const { exit } = model;
  const outcome = exit === undefined ? { tone: 'running', text: 'Running' } : describeExit(exit);
  // The live region says only that a run began and how it ended; the seconds that pass stand outside, or a reader would never be silent.
  return html`
    <header class="status ${outcome.tone}">
      <div class="run">
        <button type="button" class="link file" title="Open ${model.filePath}" @click=${() => actions.openLine(model.filePath, 1)}>
          ${model.fileName}
        </button>
        <p class="outcome">
          <span class="dot" aria-hidden="true"></span><span role="status">${outcome.text}</span> ${exit === undefined ? 'for' : 'after'}
          <span class="duration">${formatDuration(model.durationMs)}</span>
        </p>
      </div>
      <div class="buttons">
        ${
          exit === undefined
            ? html`<button type="button" class="secondary" @click=${actions.stop}>Stop</button>`
            : html`<button type="button" class="primary" @click=${actions.profile}>Profile Again</button>`
        }
      </div>
      ${exit?.error === undefined ? nothing : html`<p class="error">${exit.error}</p>`}
    </header>
  `;
}

function describeExit(exit: OverviewExit): { readonly tone: 'finished' | 'stopped' | 'failed'; readonly text: string } {
  if (exit.stopped) return { tone: 'stopped', text: 'Stopped' };
  if (exit.signal !== null) return { tone: 'failed', text: `Ended by ${exit.signal}` };
  if (exit.code !== null && exit.code !== 0) return { tone: 'failed', text: `Failed with exit code ${exit.code}` };
  if (exit.code === null) return { tone: 'failed', text: 'Ended in an unknown way' };
  return { tone: 'finished', text: 'Finished' };
}
