/**
 * The overview page as a person meets it: what it says, what a click asks for, what stays put while a program runs.
 */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { buildOverviewModel } from '../../src/core/overviewModel.ts';
import { type OverviewModel, webviewMessageVersion as version } from '../../src/protocol/webviewMessages.ts';
import { drawn, launchBrowser, openOverviewPage, type OverviewPageUnderTest, type PageOptions, withOverviewPage } from './overviewPage.ts';
import { finished, running } from './sampleMessages.ts';
import { samplePythonProfile, sampleProfile } from './sampleProfile.ts';

/** The text beside a name in one of the page's lists of figures. */
function figure(page: Page, name: string): Promise<string> {
  return page.locator(`dl > div:has(> dt:text-is("${name}")) > dd`).innerText();
}

function hotLineTexts(page: Page): Promise<string[]> {
  return page
    .locator('.hot-line')
    .evaluateAll((lines) =>
      lines.map((line) => ['.place', '.amount'].map((part) => line.querySelector(part)?.textContent.trim()).join(' ')),
    );
}

describe('The overview page', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  const withPage = (steps: (opened: OverviewPageUnderTest) => Promise<void>, options?: PageOptions): Promise<void> =>
    withOverviewPage(browser, steps, options);

  it('says that it is ready, and shows nothing it does not know', () =>
    withPage(async ({ page, posted }) => {
      assert.deepEqual(await posted(), [{ type: 'ready', version }]);
      assert.equal(await page.locator('#overview').innerText(), '');
    }));

  it('offers to profile when there is no profile yet', () =>
    withPage(async ({ page, post, posted }) => {
      await post({ type: 'showEmpty', version });
      await page.getByRole('button', { name: 'Profile Memory' }).click();
      assert.deepEqual((await posted()).at(-1), { type: 'profile', version });
    }));

  it('says why nothing can be profiled, in place of the button', () =>
    withPage(async ({ page, post }) => {
      await post({ type: 'showEmpty', version, reason: 'The workspace has to be trusted first.' });
      await page.getByText('The workspace has to be trusted first.').waitFor();
      assert.equal(await page.getByRole('button').count(), 0);
    }));

  it('shows the figures of a run', () =>
    withPage(async ({ page, post }) => {
      await post(finished);
      assert.equal(await figure(page, 'Peak'), '48.0 MiB');
      assert.equal(await figure(page, 'Allocated'), '≈320.0 MiB');
      assert.equal(await figure(page, 'Live at end'), '36.0 MiB');
      assert.equal(await figure(page, 'Runtime'), 'Node.js 24.1.0\n/usr/bin/node');
      assert.equal(await figure(page, 'Precision'), 'sampled, every 32 KiB');
      assert.equal(await figure(page, 'Peak reached'), 'after 1.50 s');
      assert.equal(await figure(page, 'Highest RSS'), '94.0 MiB');
      assert.equal(await figure(page, 'Highest external'), '9.0 MiB');
      assert.equal(await figure(page, 'Unattributed'), '12.0 MiB allocated\n2.0 MiB live\n3.0 MiB at peak');
      assert.equal(await figure(page, 'Profiler’s own cost'), '120 ms CPU (6%)');
      assert.equal(await figure(page, 'Collections'), '14, paused 40 ms, 2% of the run');
      assert.equal(await page.getByRole('status').innerText(), 'Finished');
    }));

  it('shows a run of Python: its interpreter, generations of collections, resident memory that nothing explains', () =>
    withPage(async ({ page, post }) => {
      const profile = samplePythonProfile();
      await post({ type: 'showOverview', version, model: buildOverviewModel(profile) });
      assert.equal(await figure(page, 'Runtime'), 'Python 3.12.1\n/home/me/project/.venv/bin/python');
      assert.equal(await figure(page, 'Precision'), 'exact');
      assert.equal(await figure(page, 'RSS not explained'), '21.0 MiB');
      const legend = (await page.locator('.marks').innerText()).replace(/\s+/g, ' ').trim();
      assert.equal(legend, 'gen 2 (full) gen 1 gen 0 collections');
      await page.getByText('Collections by kind').click();
      assert.equal(await page.getByRole('row', { name: 'gen 2 (full) 1 13 ms 13 ms' }).isVisible(), true);
      assert.equal(await page.getByText('1,200 objects of cycles freed, 2 objects could not be freed').isVisible(), true);
      assert.equal(await figure(page, 'Freed by collector'), '14.0 MiB');
      assert.equal(
        await figure(page, 'Collector'),
        'Collection thresholds set to 50,000, 20, 20 at load.py:4\nCollection asked for by the program, 3 times at load.py:61',
      );
      assert.equal(await page.getByText('fallback').count(), 0);
    }));

  it('says before any figure that the fallback gave them', () =>
    withPage(async ({ page, post }) => {
      const profile = samplePythonProfile();
      const engine = { ...profile.engine, name: 'memory-lens-python-fallback' };
      await post({ type: 'showOverview', version, model: buildOverviewModel({ ...profile, engine }) });
      assert.match(await page.locator('.fallback').innerText(), /Measured by the fallback recorder in pure Python/);
    }));

  it('leaves out a figure that is not known, and says so where its place is fixed', () =>
    withPage(async ({ page, post }) => {
      const profile = sampleProfile();
      const { allocatedBytes: _, peakExternalBytes: __, ...totals } = profile.totals;
      await post({
        type: 'showOverview',
        version,
        model: buildOverviewModel({ ...profile, totals, engine: { ...profile.engine, precision: 'exact' } }),
      });
      assert.equal(await figure(page, 'Allocated'), 'unknown');
      assert.equal(await page.getByText('Highest external').count(), 0);
      assert.equal(await figure(page, 'Precision'), 'exact');
    }));

  it('says how a run ended that did not end well', () =>
    withPage(async ({ page, post }) => {
      const ends = [
        { exit: { code: 1, signal: null, stopped: false, error: 'Error: no such record' }, says: 'Failed with exit code 1' },
        { exit: { code: null, signal: 'SIGKILL', stopped: false }, says: 'Ended by SIGKILL' },
        { exit: { code: null, signal: 'SIGTERM', stopped: true }, says: 'Stopped' },
      ];
      for (const { exit, says } of ends) {
        await post({ type: 'showOverview', version, model: buildOverviewModel({ ...sampleProfile(), exit }) });
        assert.equal(await page.getByRole('status').innerText(), says);
        assert.equal(await page.getByText('Error: no such record').count(), exit.code === 1 ? 1 : 0);
      }
    }));

  it('opens notes and collections by kind on demand, and keeps them open when the program goes on', () =>
    withPage(async ({ page, post }) => {
      await post(running(800));
      assert.equal(await page.getByText('Worker threads are not profiled').isVisible(), false);
      await page.getByText('2 notes on this profile').click();
      await page.getByText('Collections by kind').click();
      await post(running(1000));
      assert.equal(await page.getByText('Worker threads are not profiled').isVisible(), true);
      assert.equal(await page.getByRole('row', { name: 'minor 12 18 ms 1.5 ms' }).isVisible(), true);
    }));

  it('goes to the line that is clicked', () =>
    withPage(async ({ page, post, posted }) => {
      await post(finished);
      await page.locator('.hot-line', { hasText: ':7' }).click();
      assert.deepEqual((await posted()).at(-1), {
        type: 'openLine',
        version,
        path: '/home/me/project/lib/a module with a rather long name.mjs',
        line: 7,
      });
      await page.getByRole('button', { name: 'records.js', exact: true }).click();
      assert.deepEqual((await posted()).at(-1), { type: 'openLine', version, path: '/home/me/project/records.js', line: 1 });
    }));

  it('ranks the lines by the metric that is chosen, with what no line accounts for', () =>
    withPage(
      async ({ page, post }) => {
        await post(finished);
        const longName = 'a module with a rather long name.mjs:7';
        assert.deepEqual(await hotLineTexts(page), [
          'records.js:12 160.0 MiB',
          'records.js:14 96.0 MiB',
          `${longName} 42.0 MiB`,
          'records.js:33 8.0 MiB',
          'records.js:3 2.0 MiB',
        ]);
        assert.equal(await page.locator('.unattributed .amount').innerText(), '12.0 MiB');
        await page.getByText('Live', { exact: true }).click();
        await drawn(page);
        assert.deepEqual(await hotLineTexts(page), [
          'records.js:12 20.0 MiB',
          'records.js:33 8.0 MiB',
          `${longName} 4.0 MiB`,
          'records.js:3 2.0 MiB',
        ]);
        assert.equal(await page.locator('.unattributed .amount').innerText(), '2.0 MiB');
      },
      { widthPx: 500 },
    ));

  it('leaves out lines below a thousandth of all, but never the first three', () =>
    withPage(async ({ page, post }) => {
      const { model } = running(500);
      const share = (line: number, ratio: number): OverviewModel['hotLines'][number] => ({
        path: '/p/a.js',
        fileName: 'a.js',
        line,
        allocatedBytes: ratio * 320 * 1024 * 1024,
      });
      await post(running(500, { hotLines: [share(1, 0.5), share(2, 0.4), share(3, 0.0011), share(4, 0.0011), share(5, 0.0009)] }));
      assert.equal((await hotLineTexts(page)).length, 4);
      await post(running(500, { hotLines: model.hotLines.slice(0, 1).concat(share(2, 0.0001), share(3, 0.0002), share(4, 0.00001)) }));
      assert.deepEqual((await hotLineTexts(page)).slice(1), ['a.js:3 65.5 KiB', 'a.js:2 32.8 KiB']);
    }));

  it('asks to stop a run, to run again, and for the profile as text', () =>
    withPage(async ({ page, post, posted }) => {
      await post(running(500));
      assert.equal(await page.getByRole('status').innerText(), 'Running');
      await page.getByRole('button', { name: 'Stop' }).click();
      await post(finished);
      await page.getByRole('button', { name: 'Profile Again' }).click();
      await page.getByRole('button', { name: 'Show the profile as text' }).click();
      assert.deepEqual(
        (await posted()).map(({ type }) => type),
        ['ready', 'stop', 'profile', 'showSummary'],
      );
    }));

  it('is used with the keyboard alone', () =>
    withPage(async ({ page, post, posted }) => {
      await post(finished);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      const chart = page.getByRole('slider');
      assert.equal(await chart.evaluate((element) => element === document.activeElement), true);
      assert.match((await chart.getAttribute('aria-label')) ?? '', /heap up to 39\.8 MiB.*14 collections\. Peak 48\.0 MiB after 1\.50 s/);
      assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^At the end: Heap 36\.0 MiB/);
      await page.keyboard.press('Home');
      await page.waitForFunction(() => document.querySelector('.moment')?.textContent.startsWith('At 0 ms'));
      assert.equal(await chart.getAttribute('aria-valuetext'), 'At 0 ms: Heap 4.0 MiB, External 1.0 MiB, RSS 46.0 MiB');
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => document.querySelector('.moment')?.textContent.startsWith('At 40 ms'));
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.querySelector('.moment')?.textContent === 'At the end');
      await page.locator('.hot-line').first().focus();
      await page.keyboard.press('Enter');
      assert.deepEqual((await posted()).at(-1), { type: 'openLine', version, path: '/home/me/project/records.js', line: 12 });
    }));

  it('reads out the moment under the mouse, and the collection there', () =>
    withPage(async ({ page, post }) => {
      await post(finished);
      const plot = page.locator('.u-over');
      const width = (await plot.boundingBox())?.width ?? 0;
      await plot.hover({ position: { x: Math.round((width * 700) / 2000), y: 40 } });
      await page.waitForFunction(() => document.querySelector('.marks')?.textContent === 'major collection, 9 ms');
      const atMs = Number(/At (\d+) ms/.exec(await page.locator('.moment').innerText())?.[1]);
      assert.ok(Math.abs(atMs - 700) <= 10, `${atMs} ms`);
      assert.equal(await page.locator('.series.externalBytes .amount').innerText(), '9.0 MiB');
    }));

  it('gives the timeline as a table too', () =>
    withPage(async ({ page, post }) => {
      await post(finished);
      await page.getByText('Timeline as a table').click();
      const rows = page.locator('.scroll tbody tr');
      assert.equal(await rows.first().innerText(), '0 ms\t4.0 MiB\t1.0 MiB\t46.0 MiB');
      assert.equal(await rows.last().innerText(), '2.00 s\t36.0 MiB\t9.0 MiB\t94.0 MiB');
      assert.ok((await rows.count()) >= 20);
    }));

  it('updates in place while a program runs: the same elements, the focus on its line though the line moves', () =>
    withPage(async ({ page, post }) => {
      await post(running(500));
      const line14 = page.locator('.hot-line', { hasText: ':14' });
      await line14.focus();
      await page.evaluate(() => {
        const kept = globalThis as unknown as { kept: Element[] };
        kept.kept = [...document.querySelectorAll('canvas, .hot-line, .headline dd, .series')];
      });
      const { model } = running(500);
      for (let update = 1; update <= 20; update++) {
        // Line 14 overtakes line 12 at the third update.
        const hotLines = model.hotLines.map((line) => (line.line === 14 ? { ...line, allocatedBytes: update * 60 * 1024 * 1024 } : line));
        await post(running(500 + update * 50, { hotLines }));
      }
      assert.equal((await hotLineTexts(page))[0], 'records.js:14 1.2 GiB');
      assert.equal(await line14.evaluate((element) => element === document.activeElement), true);
      assert.equal(
        await page.evaluate(() => (globalThis as unknown as { kept: Element[] }).kept.every((element) => element.isConnected)),
        true,
      );
      assert.equal(await page.locator('.duration').innerText(), '1.50 s');
    }));

  it('comes back after it was hidden as it was left', () =>
    withPage(async ({ page, post, storedState }) => {
      await post(finished);
      await page.getByText('Peak', { exact: true }).last().click();
      await page.getByText('2 notes on this profile').click();
      await drawn(page);
      const stored = await storedState();
      await withPage(
        async (second) => {
          await drawn(second.page);
          assert.equal(await second.page.getByRole('radio', { name: 'Peak' }).isChecked(), true);
          assert.equal(await second.page.getByText('Worker threads are not profiled').isVisible(), true);
          assert.equal(await figure(second.page, 'Peak'), '48.0 MiB');
        },
        { storedState: stored },
      );
    }));

  it('does not come back with a run that went on meanwhile, nor with what it does not understand', () =>
    withPage(async ({ post, storedState }) => {
      await post(running(500));
      assert.equal(((await storedState()) as { message?: unknown }).message, undefined);
      for (const stored of [
        { message: { type: 'showOverview', version: 0 }, hotMetric: 'live', hiddenSeries: [], openDisclosures: [] },
        'nonsense',
        7,
      ]) {
        await withPage(async (second) => assert.equal(await second.page.locator('#overview').innerText(), ''), { storedState: stored });
      }
    }));

  it('refuses a message it does not know and goes on showing what it had', async () => {
    const opened = await openOverviewPage(browser);
    await opened.post(finished);
    await opened.post({ type: 'showEverything', version });
    await opened.post({ type: 'showEmpty', version: 99 });
    assert.equal(opened.problems.length, 2);
    assert.match(opened.problems.join('\n'), /Not a message of the overview page/);
    assert.equal(await figure(opened.page, 'Peak'), '48.0 MiB');
    await opened.page.close();
  });

  it('shows names and notes as text, whatever they look like, and runs nothing of them', async () => {
    const opened = await openOverviewPage(browser);
    const nasty = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const profile = sampleProfile();
    const model = buildOverviewModel({
      ...profile,
      engine: { ...profile.engine, notes: [nasty] },
      exit: { code: 1, signal: null, stopped: false, error: nasty },
    });
    await opened.post({ type: 'showOverview', version, model: { ...model, fileName: nasty } });
    assert.equal(await opened.page.locator('main img, main script').count(), 0);
    assert.equal(await opened.page.locator('.error').innerText(), nasty);
    assert.equal(await opened.page.title(), 'Memory Lens: Overview');
    await opened.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "ran"';
      document.body.append(script);
    });
    assert.equal(await opened.page.title(), 'Memory Lens: Overview');
    assert.match(opened.problems.join('\n'), /Content Security Policy/);
    await opened.page.close();
  });
});
