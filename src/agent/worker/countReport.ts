/** Turns the shared tables into a message: what ran, how often, and what it took. */

import { siteFigures } from '../../protocol/agentMessages.ts';
import type { CountsMessage } from '../../protocol/agentMessages.ts';
import { clockField, controlField, figureIndex, lookFieldCount } from '../sharedState.ts';
import type { SharedState } from '../sharedState.ts';

export interface CountReport {
  /** Everything so far. Has to be called at least every two seconds, so that no count wraps around unseen. */
  build(atMs: number): CountsMessage;
}

const executionCount = figureIndex('executionCount');

export function createCountReport(state: SharedState): CountReport {
  const sites = createWideCounts(state.sites);
  const counters = createWideCounts(state.counters);
  return {
    build(atMs) {
      const siteFigureList: number[] = [];
      const siteCount = state.control[controlField.siteCount] as number;
      for (let site = 0; site < siteCount; site += 1) {
        const count = sites.read(site);
        const row = site * siteFigures.length;
        if (count === 0) continue;
        siteFigureList.push(site);
        for (let figure = 0; figure < siteFigures.length; figure += 1) {
          siteFigureList.push(figure === executionCount ? count : (state.figures[row + figure] as number));
        }
      }
      const counterList: number[] = [];
      const counterCount = state.control[controlField.counterCount] as number;
      for (let counter = 0; counter < counterCount; counter += 1) {
        const count = counters.read(counter);
        if (count > 0) counterList.push(counter, count);
      }
      const { clock } = state;
      const lookedAtCount = state.control[controlField.lookedAtCount] as number;
      return {
        type: 'counts',
        atMs,
        sites: siteFigureList,
        counters: counterList,
        ...(lookedAtCount > 0 ? { argumentLooks: [...state.looks.subarray(0, lookedAtCount * lookFieldCount)] } : {}),
        allocatedHeapBytes: Math.max(0, clock[clockField.allocatedHeapBytes] as number),
        allocatedExternalBytes: Math.max(0, clock[clockField.allocatedExternalBytes] as number),
        ownHeapBytes: clock[clockField.ownHeapBytes] as number,
        ownCpuMs: clock[clockField.ownCpuMs] as number,
      };
    },
  };
}

/** The tables count modulo 2 to the 32nd; a count that fell has wrapped. */
function createWideCounts(table: Uint32Array): { read(index: number): number } {
  const seen: number[] = [];
  const wraps: number[] = [];
  return {
    read(index) {
      const low = table[index] as number;
      if (low < (seen[index] ?? 0)) wraps[index] = (wraps[index] ?? 0) + 1;
      seen[index] = low;
      return (wraps[index] ?? 0) * 4_294_967_296 + low;
    },
  };
}
