/**
 * What a person can do on the page; main.ts says what comes of it.
 */

import type { Metric } from '../core/metrics.ts';
import type { Disclosure, SeriesKey } from './pageState.ts';

export interface PageActions {
  readonly profile: () => void;
  readonly stop: () => void;
  readonly showSummary: () => void;
  /** `line` counts from 1. */
  readonly openLine: (path: string, line: number) => void;
  readonly chooseHotMetric: (metric: Metric) => void;
  readonly toggleSeries: (series: SeriesKey) => void;
  readonly setOpen: (disclosure: Disclosure, open: boolean) => void;
}
