/**
 * What the extension and the overview page accept from each other.
 */

import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { buildOverviewModel } from '../../../src/core/overviewModel.ts';
import { decodeHostMessage, decodePageMessage, webviewMessageVersion as version } from '../../../src/protocol/webviewMessages.ts';
import { sampleProfile } from '../../webview/sampleProfile.ts';

describe('decodePageMessage', () => {
  it('accepts what the page may ask for', () => {
    for (const type of ['ready', 'profile', 'stop', 'showSummary'] as const) {
      assert.deepEqual(decodePageMessage({ type, version }), { type, version });
    }
    const openLine = { type: 'openLine', version, path: '/p/a.js', line: 12 };
    assert.deepEqual(decodePageMessage(openLine), openLine);
  });

  it('refuses a line that is none, naming the field', () => {
    for (const line of [0, -1, 1.5, '12', NaN, Infinity, undefined]) {
      assert.throws(() => decodePageMessage({ type: 'openLine', version, path: '/p/a.js', line }), /line/);
    }
  });

  it('refuses an unknown type, another version, and what is no message at all', () => {
    for (const message of [
      { type: 'runCommand', version },
      { type: 'ready', version: 2 },
      { type: 'ready' },
      null,
      undefined,
      'ready',
      [],
    ]) {
      assert.throws(() => decodePageMessage(message), /Not a message of the overview page/);
    }
  });
});

describe('decodeHostMessage', () => {
  const model = buildOverviewModel(sampleProfile());

  it('accepts the empty state with and without a reason', () => {
    assert.deepEqual(decodeHostMessage({ type: 'showEmpty', version }), { type: 'showEmpty', version });
    assert.deepEqual(decodeHostMessage({ type: 'showEmpty', version, reason: 'Trust first.' }).type, 'showEmpty');
  });

  it('refuses a timeline whose arrays differ in length', () => {
    const timeline = { ...model.timeline, rssBytes: model.timeline.rssBytes.slice(1) };
    assert.throws(() => decodeHostMessage({ type: 'showOverview', version, model: { ...model, timeline } }), /one length/);
  });

  it('refuses a figure that is negative, endless or not a number, naming its place', () => {
    for (const peakBytes of [-1, Infinity, NaN, '48']) {
      const figures = { ...model.figures, peakBytes };
      assert.throws(() => decodeHostMessage({ type: 'showOverview', version, model: { ...model, figures } }), /model\.figures\.peakBytes/);
    }
  });

  it('accepts unattributed bytes below zero: they are a difference of measured figures', () => {
    const figures = { ...model.figures, unattributedLiveBytes: -5 };
    assert.equal(decodeHostMessage({ type: 'showOverview', version, model: { ...model, figures } }).type, 'showOverview');
  });
});
