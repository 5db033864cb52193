/**
 * How the overview page looks, at every width and in every theme; the pictures are left in .screenshots/webview to be looked at.
 */

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { buildOverviewModel } from '../../src/core/overviewModel.ts';
import { webviewMessageVersion as version } from '../../src/protocol/webviewMessages.ts';
import { drawn, launchBrowser, type OverviewPageUnderTest, type PageOptions, withOverviewPage } from './overviewPage.ts';
import { finished, running } from './sampleMessages.ts';
import { samplePythonProfile, sampleProfile } from './sampleProfile.ts';
import type { ThemeName } from './themes.ts';

describe('The overview page, looked at', () => {
  const folder = fileURLToPath(new URL('../../.screenshots/webview/', import.meta.url));
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  const withPage = (steps: (opened: OverviewPageUnderTest) => Promise<void>, options?: PageOptions): Promise<void> =>
    withOverviewPage(browser, steps, options);

  it('hides a curve and brings it back', () =>
    withPage(async ({ page, post, storedState }) => {
      await post(finished);
      const rss = page.getByRole('button', { name: /RSS/ });
      assert.ok((await countPixels(page, '#89d185')) > 50);
      await rss.click();
      await drawn(page);
      assert.equal(await rss.getAttribute('aria-pressed'), 'false');
      assert.equal(await countPixels(page, '#89d185'), 0);
      assert.deepEqual(((await storedState()) as { hiddenSeries: string[] }).hiddenSeries, ['rssBytes']);
      await rss.click();
      await drawn(page);
      assert.ok((await countPixels(page, '#89d185')) > 50);
    }));

  it('shows a run that was measured once as points with its peak', () =>
    withPage(async ({ page, post }) => {
      const profile = sampleProfile();
      const timeline = { atMs: [12], heapUsedBytes: [40 * 1024 * 1024], externalBytes: [1024 * 1024], rssBytes: [60 * 1024 * 1024] };
      const totals = { ...profile.totals, peakAtMs: 12 };
      const model = buildOverviewModel({ ...profile, durationMs: 14, totals, timeline, collections: [] });
      await post({ type: 'showOverview', version, model });
      await drawn(page);
      const pixels = { blue: await countPixels(page, '#3794ff'), red: await countPixels(page, '#f14c4c') };
      assert.ok(pixels.blue > 20 && pixels.red > 20, JSON.stringify(pixels));
      await page.screenshot({ path: `${folder}short-dark-300.png` });
    }));

  it('draws with the colours of the theme, also when it changes', () =>
    withPage(async ({ page, post }) => {
      await post(finished);
      await drawn(page);
      const pixels = {
        blue: await countPixels(page, '#3794ff'),
        purple: await countPixels(page, '#b180d7'),
        red: await countPixels(page, '#f14c4c'),
      };
      assert.ok(pixels.blue > 200 && pixels.purple > 50 && pixels.red > 20, JSON.stringify(pixels));
      await page.evaluate(() => {
        document.documentElement.style.setProperty('--vscode-charts-blue', '#010203');
        document.body.className = 'vscode-light';
      });
      await drawn(page);
      assert.equal(await countPixels(page, '#3794ff'), 0);
      assert.ok((await countPixels(page, '#010203')) > 200);
    }));

  before(() => mkdirSync(folder, { recursive: true }));

  for (const theme of ['light', 'dark', 'highContrast'] satisfies ThemeName[]) {
    for (const widthPx of [200, 300, 500]) {
      it(`at ${widthPx} pixels in ${theme}: nothing sticks out, nothing is cut off`, () =>
        withPage(
          async ({ page, post }) => {
            await post({ type: 'showEmpty', version });
            await page.screenshot({ path: `${folder}empty-${theme}-${widthPx}.png` });
            await post(running(900));
            await drawn(page);
            await page.screenshot({ path: `${folder}running-${theme}-${widthPx}.png`, fullPage: true });
            await post(finished);
            await drawn(page);
            await page.screenshot({ path: `${folder}finished-${theme}-${widthPx}.png`, fullPage: true });
            await post({ type: 'showOverview', version, model: buildOverviewModel(samplePythonProfile()) });
            await drawn(page);
            await page.screenshot({ path: `${folder}python-${theme}-${widthPx}.png`, fullPage: true });
            const sticksOut = await page.evaluate(() =>
              [...document.querySelectorAll('main *')]
                .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
                .map((element) => `${element.tagName}.${element.getAttribute('class')}`),
            );
            assert.deepEqual(sticksOut, []);
            const cut = await page.evaluate(() =>
              [...document.querySelectorAll<HTMLElement>('dd, .amount, .moment, .outcome')]
                .filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
                .map((element) => element.innerText),
            );
            assert.deepEqual(cut, []);
          },
          { theme, widthPx },
        ));
    }
  }
});

/** How many pixels of the chart have exactly this colour (#rrggbb). */
function countPixels(page: Page, color: string): Promise<number> {
  return page.evaluate((hex) => {
    const canvas = document.querySelector('canvas');
    // A copy made for reading: Chromium warns about reading the one that is drawn on.
    const copy = new OffscreenCanvas(canvas?.width ?? 1, canvas?.height ?? 1).getContext('2d', { willReadFrequently: true });
    if (canvas !== null) copy?.drawImage(canvas, 0, 0);
    const data = copy?.getImageData(0, 0, copy.canvas.width, copy.canvas.height).data ?? [];
    const [red, green, blue] = [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) count++;
    }
    return count;
  }, color);
}
