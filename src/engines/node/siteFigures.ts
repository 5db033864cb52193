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
  /** Of heapBytes, what was measured across collections, whose own figures are not exact. */
  readonly disturbedBytes: number;
  /** That is a good part of it. */
  readonly isDisturbed: boolean;
  /** One standard error of heapBytes. */
  readonly errorBytes: number;
}

/** An AllocationMemento: garbage at once, and nothing that the program asked for. */
const mementoBytes = 16;
/** So much less is believed to be what the literal takes without one only when it was measured so often. */
const minLessRatio = 0.1;
const minAgreedRatio = 0.6;
const reliableCount = 8;
const disturbedRatio = 0.2;
const rowLength = siteFigures.length;

/**
 * @param row groups of a CountsMessage: site id, then the figures.
 * @param allocatedHeapBytes the program's exact total: the sites together did not allocate more.
 * @param isLiteral whether the site runs no code of anybody.
 */
export function estimateSites(
  row: readonly number[],
  allocatedHeapBytes: number,
  isLiteral: (site: number) => boolean,
): Map<number, SiteAllocation> {
  const estimates = new Map<number, SiteAllocation>();
  for (let at = 0; at + rowLength < row.length; at += rowLength + 1) {
    const figure = (name: SiteFigure): number => row[at + 1 + siteFigures.indexOf(name)] as number;
    estimates.set(row[at] as number, estimateSite(figure));
  }
  // Literals take the same each time, so what is too much is not with them.
  return fitToTotal(estimates, allocatedHeapBytes, (site) => !isLiteral(site));
}

type BytesOf = (site: number, figures: SiteAllocation) => number;

/** What is too much is first with what collections disturbed, then with what was reckoned. */
function fitToTotal(
  estimates: Map<number, SiteAllocation>,
  allocatedHeapBytes: number,
  isFitted: (site: number) => boolean,
): Map<number, SiteAllocation> {
  const excessOf = (sites: Map<number, SiteAllocation>): number => sumOf(sites, (_, { heapBytes }) => heapBytes) - allocatedHeapBytes;
  const settled = cut(estimates, excessOf(estimates), (_, { disturbedBytes }) => disturbedBytes);
  const excessBytes = excessOf(settled);
  const reckonedBytes: BytesOf = (id, { estimatedBytes }) => (isFitted(id) ? estimatedBytes : 0);
  const fittedBytes: BytesOf = (id, { heapBytes }) => (isFitted(id) ? heapBytes : 0);
  // More than was reckoned: then it is not with that, nor with any one of them.
  return cut(settled, excessBytes, sumOf(settled, reckonedBytes) >= excessBytes ? reckonedBytes : fittedBytes);
}

/** Takes so much away, from each site in proportion to what is uncertain of it. */
function cut(sites: Map<number, SiteAllocation>, excessBytes: number, uncertainBytes: BytesOf): Map<number, SiteAllocation> {
  const uncertain = sumOf(sites, uncertainBytes);
  if (excessBytes <= 0 || uncertain === 0) return sites;
  const ratio = Math.min(1, excessBytes / uncertain);
  return new Map(
    [...sites].map(([id, site]) => {
      const cutBytes = ratio * uncertainBytes(id, site);
      const left = { heapBytes: site.heapBytes - cutBytes, estimatedBytes: Math.max(0, site.estimatedBytes - cutBytes) };
      return [id, { ...site, ...left }] as const;
    }),
  );
}

function sumOf(sites: Map<number, SiteAllocation>, bytesOf: BytesOf): number {
  let sum = 0;
  for (const [id, site] of sites) sum += bytesOf(id, site);
  return sum;
}

/** What each execution took, where that is always the same; undefined where too few agree. */
function usualBytes(figure: (name: SiteFigure) => number): number | undefined {
  const less = figure('mementoLessWeight');
  const agreed = figure('usualWeight') + figure('mementoMoreWeight') + less;
  if (agreed === 0 || agreed < minAgreedRatio * (figure('exactCount') + figure('randomCount'))) return undefined;
  return figure('usualBytes') - (less >= minLessRatio * agreed ? mementoBytes : 0);
}

/**
 * By those that were chosen at random. A few of them that took less than all of the first ones rather were measured wrongly: so they count
 * for no more than they are.
 * @param measuredCount how many were chosen at random, about
 */
function meanHeapBytes(figure: (name: SiteFigure) => number, measuredCount: number): number {
  const exactCount = figure('exactCount');
  const exactMean = exactCount > 0 ? figure('exactHeapBytes') / exactCount : 0;
  if (measuredCount === 0) return exactMean;
  const randomMean = figure('randomHeapBytes') / figure('randomCount');
  if (measuredCount >= reliableCount || randomMean >= exactMean) return randomMean;
  return (exactMean * exactCount + randomMean * measuredCount) / (exactCount + measuredCount);
}

function estimateSite(figure: (name: SiteFigure) => number): SiteAllocation {
  const executionCount = figure('executionCount');
  const usual = usualBytes(figure);
  const randomCount = figure('randomCount');
  const exactCount = figure('exactCount');
  const restCount = Math.max(0, executionCount - exactCount - figure('rareCount'));
  // A collection's growth is foreseen and measured. Where much was missed, or what is rare comes by itself, the randomly chosen ones say more.
  const weighted = figure('rareWeightedBytes');
  const weightedError = Math.sqrt(figure('rareWeightedSquares'));
  const rareIsWeighted = weighted - 3 * weightedError > figure('rareBytes');
  const rareBytes = rareIsWeighted ? weighted : figure('rareBytes');

  const measuredCount = randomCount > 0 ? randomCount ** 2 / figure('randomCountSquares') : 0;
  const meanHeap = usual ?? meanHeapBytes(figure, measuredCount);
  const count = randomCount > 0 ? randomCount : exactCount;
  const meanExternal = count === 0 ? 0 : (randomCount > 0 ? figure('randomExternalBytes') : figure('exactExternalBytes')) / count;
  const estimatedBytes = meanHeap * restCount;
  const variance =
    usual === undefined && randomCount > 1 ? Math.max(0, figure('randomHeapSquares') / randomCount - meanHeap * meanHeap) : 0;
  const restError = measuredCount > 1 ? restCount * Math.sqrt(variance / measuredCount) : 0;
  const measuredBytes = usual === undefined ? figure('exactHeapBytes') : usual * figure('exactCount');
  const heapBytes = measuredBytes + estimatedBytes + rareBytes;
  const disturbedBytes = Math.min(heapBytes, figure('collectedBytes'));
  return {
    executionCount,
    disturbedBytes,
    isDisturbed: disturbedBytes > disturbedRatio * heapBytes,
    heapBytes,
    externalBytes: figure('exactExternalBytes') + meanExternal * restCount + figure('arrivedExternalBytes'),
    estimatedBytes: estimatedBytes + (rareIsWeighted ? weighted : 0),
    errorBytes: Math.hypot(restError, rareIsWeighted ? weightedError : 0),
  };
}
