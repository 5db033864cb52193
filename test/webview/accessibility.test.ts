/**
 * axe-core's rules (WCAG 2.2 A and AA, contrast among them) on every state of the overview page, in every theme.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import type { AxeResults } from 'axe-core';
import { buildOverviewModel, buildRunningOverviewModel } from '../../src/core/overviewModel.ts';
import type { HostMessage } from '../../src/protocol/webviewMessages.ts';
import { launchBrowser, openOverviewPage } from './overviewPage.ts';
import { samplePythonProfile, sampleProfile } from './sampleProfile.ts';
import type { ThemeName } from './themes.ts';

const version = 1;
const profile = sampleProfile();
const python = samplePythonProfile();
const failedExit = { code: 1, signal: null, stopped: false, error: 'Error: no such record' };

const states: Readonly<Record<string, HostMessage>> = {
  'no profile': { type: 'showEmpty', version },
  'a run that goes on': {
    type: 'showOverview',
    version,
    model: buildRunningOverviewModel({ file: profile.program.file, elapsedMs: 900, timeline: profile.timeline, profile }),
  },
  'a run of Python by the fallback': {
    type: 'showOverview',
    version,
    model: buildOverviewModel({ ...python, engine: { ...python.engine, name: 'memory-lens-python-fallback' } }),
  },
  'a run that failed': { type: 'showOverview', version, model: buildOverviewModel({ ...profile, exit: failedExit }) },
};

describe('The overview page breaks no rule of accessibility', () => {
  const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  for (const theme of ['light', 'dark', 'highContrast'] satisfies ThemeName[]) {
    for (const [state, message] of Object.entries(states)) {
      it(`with ${state} in ${theme}`, async () => {
        const { page, post } = await openOverviewPage(browser, { theme });
        await post(message);
        for (const summary of await page.locator('summary').all()) await summary.click();
        await page.evaluate(axeSource);
        const results = await page.evaluate(() =>
          (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
          }),
        );
        const broken = results.violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
        );
        assert.deepEqual(broken, []);
        assert.ok(results.passes.length > 5);
        await page.close();
      });
    }
  }
});
