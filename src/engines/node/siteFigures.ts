/**
 * From what the agent measured of each site to what the site allocated: measured executions as they were, the others by the mean.
 */

import { siteFigures } from '../../protocol/agentMessages.ts';
import type { SiteFigure } from '../../protocol/agentMessages.ts';

export interface SiteAllocation {
  readonly executionCount: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** Of heapBytes, what was not measured but reckoned. */
  readonly estimatedBytes: number;
  /** One standard error of heapBytes. */
  readonly errorBytes: number;
}

const rowLength = siteFigures.length;

/** @param row groups of a CountsMessage: site id, then the figures. */
export function estimateSites(row: readonly number[]): Map<number, SiteAllocation> {
  const estimates = new Map<number, SiteAllocation>();
  for (let at = 0; at + rowLength < row.length; at += rowLength + 1) {
    const figure = (name: SiteFigure): number => row[at + 1 + siteFigures.indexOf(name)] as number;
    estimates.set(row[at] as number, estimateSite(figure));
  }
  return estimates;
}

function estimateSite(figure: (name: SiteFigure) => number): SiteAllocation {
  const executionCount = figure('executionCount');
  const randomCount = figure('randomCount');
  const exactCount = figure('exactCount');
  const restCount = Math.max(0, executionCount - exactCount - figure('growthCount'));
  // Growth steps are foreseen and measured; where many were missed, the randomly measured ones say more.
  const weighted = figure('growthWeightedBytes');
  const weightedError = Math.sqrt(figure('growthWeightedSquares'));
  const growthIsWeighted = weighted - 2 * weightedError > figure('growthBytes');
  const growthBytes = growthIsWeighted ? weighted : figure('growthBytes');

  const count = randomCount > 0 ? randomCount : exactCount;
  const meanHeap = count === 0 ? 0 : (randomCount > 0 ? figure('randomHeapBytes') : figure('exactHeapBytes')) / count;
  const meanExternal = count === 0 ? 0 : (randomCount > 0 ? figure('randomExternalBytes') : figure('exactExternalBytes')) / count;
  const estimatedBytes = meanHeap * restCount;
  const variance = randomCount > 1 ? Math.max(0, figure('randomHeapSquares') / randomCount - meanHeap * meanHeap) : 0;
  const measuredCount = randomCount > 0 ? randomCount ** 2 / figure('randomCountSquares') : 0;
  const restError = measuredCount > 1 ? restCount * Math.sqrt(variance / measuredCount) : 0;
  return {
    executionCount,
    heapBytes: figure('exactHeapBytes') + estimatedBytes + growthBytes,
    externalBytes: figure('exactExternalBytes') + meanExternal * restCount + figure('arrivedExternalBytes'),
    estimatedBytes: estimatedBytes + (growthIsWeighted ? weighted : 0),
    errorBytes: Math.hypot(restError, growthIsWeighted ? weightedError : 0),
  };
}
