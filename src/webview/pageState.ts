/**
 * What the page remembers: what the extension sent last, and what the person chose. VS Code throws the page away when its view is
 * hidden and gives the new page what the old one kept.
 */

import * as v from 'valibot';
import type { Metric } from '../core/metrics.ts';
import { decodeHostMessage, type HostMessage } from '../protocol/webviewMessages.ts';

export type SeriesKey = 'heapUsedBytes' | 'externalBytes' | 'rssBytes';
/** Parts of the page that open and close. */
export type Disclosure = 'collections' | 'notes' | 'timelineTable';

export interface PageState {
  /** Absent until the extension's first message. */
  readonly message?: HostMessage;
  /** What the list of lines is sorted by. */
  readonly hotMetric: Metric;
  readonly hiddenSeries: readonly SeriesKey[];
  readonly openDisclosures: readonly Disclosure[];
}

const storedSchema = v.object({
  message: v.optional(v.unknown()),
  hotMetric: v.picklist(['allocated', 'live', 'peak']),
  hiddenSeries: v.array(v.picklist(['heapUsedBytes', 'externalBytes', 'rssBytes'])),
  openDisclosures: v.array(v.picklist(['collections', 'notes', 'timelineTable'])),
});

const initialPageState: PageState = { hotMetric: 'allocated', hiddenSeries: [], openDisclosures: [] };

/** What to hand to `setState`. A run that goes on isn't kept: the extension sends how it stands as soon as the page is back. */
export function storedPageState(state: PageState): PageState {
  return state.message !== undefined && isRunning(state.message) ? { ...state, message: undefined } : state;
}

/** From what `getState` gave; whatever isn't understood (nothing stored, an older version's state) falls back to the initial state. */
export function restorePageState(stored: unknown): PageState {
  const result = v.safeParse(storedSchema, stored);
  if (!result.success) return initialPageState;
  return { ...result.output, message: restoreMessage(result.output.message) };
}

/** Whether the message shows a program that hasn't ended. */
function isRunning(message: HostMessage): boolean {
  return message.type === 'showOverview' && message.model.exit === undefined;
}

/** The list with the item taken out if it was there and put in if it wasn't. */
export function toggled<Item>(items: readonly Item[], item: Item): readonly Item[] {
  return items.includes(item) ? items.filter((other) => other !== item) : [...items, item];
}

function restoreMessage(message: unknown): HostMessage | undefined {
  if (message === undefined) return undefined;
  try {
    return decodeHostMessage(message);
  } catch {
    // Kept by another version of the extension; the answer to 'ready' replaces it.
    return undefined;
  }
}
