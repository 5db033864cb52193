/**
 * The sample profile as the extension sends it: while the program runs and when it has ended.
 */

import { buildOverviewModel, buildRunningOverviewModel } from '../../src/core/overviewModel.ts';
import { type HostMessage, type OverviewModel, webviewMessageVersion as version } from '../../src/protocol/webviewMessages.ts';
import { sampleProfile } from './sampleProfile.ts';

export const finished: HostMessage = { type: 'showOverview', version, model: buildOverviewModel(sampleProfile()) };

/** As the extension sends it after so many milliseconds of the sample's run. */
export function running(elapsedMs: number, change: Partial<OverviewModel> = {}): HostMessage & { type: 'showOverview' } {
  const profile = sampleProfile();
  const count = profile.timeline.atMs.filter((at) => at <= elapsedMs).length;
  const timeline = {
    atMs: profile.timeline.atMs.slice(0, count),
    heapUsedBytes: profile.timeline.heapUsedBytes.slice(0, count),
    externalBytes: profile.timeline.externalBytes.slice(0, count),
    rssBytes: profile.timeline.rssBytes.slice(0, count),
  };
  const model = buildRunningOverviewModel({ file: profile.program.file, elapsedMs, timeline, profile });
  return { type: 'showOverview', version, model: { ...model, ...change } };
}
