/**
 * What a person can do on the page; main.ts says what comes of it.
 */

import type { Metric } from '../core/metrics.ts';
import type { Disclosure, SeriesKey } from './pageState.ts';

export interface PageActions {
  profile(): void;
  stop(): void;
  showSummary(): void;
  /** `line` counts from 1. */
  openLine(path: string, line: number): void;
  chooseHotMetric(metric: Metric): void;
  toggleSeries(series: SeriesKey): void;
  setOpen(disclosure: Disclosure, open: boolean): void;
}
