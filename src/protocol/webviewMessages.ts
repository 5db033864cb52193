/**
 * What passes between the extension and the side bar's page, with decoders for both directions.
 * The page gets figures, not texts: it writes them itself, by the functions of the core. Lines count from 1.
 *
 * The schemas are the one place that says what a message is; the types are read off them, so the two can't drift apart.
 */

import * as v from 'valibot';

/** Both ends carry it; a page that VS Code kept from an older version of the extension is refused, not misread. */
export const webviewMessageVersion = 1;

const bytes = v.pipe(v.number(), v.finite(), v.minValue(0));
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const line1 = v.pipe(v.number(), v.integer(), v.minValue(1));
/** Unattributed bytes are a difference of measured figures and may come out below 0. */
const byteDifference = v.pipe(v.number(), v.finite());

/** Readonly through and through: what crosses is never changed on either side. */
const listOf = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.readonly());

const timelineSchema = v.pipe(
  v.object({ atMs: listOf(milliseconds), heapUsedBytes: listOf(bytes), externalBytes: listOf(bytes), rssBytes: listOf(bytes) }),
  v.check(
    ({ atMs, heapUsedBytes, externalBytes, rssBytes }) =>
      heapUsedBytes.length === atMs.length && externalBytes.length === atMs.length && rssBytes.length === atMs.length,
    'The arrays of a timeline must have one length',
  ),
  v.readonly(),
);

const collectionSummarySchema = v.pipe(
  v.object({
    kind: v.string(),
    count,
    totalPauseMs: milliseconds,
    longestPauseMs: milliseconds,
    freedBytes: v.optional(byteDifference),
    promotedBytes: v.optional(byteDifference),
    collectedCount: v.optional(count),
    uncollectableCount: v.optional(count),
  }),
  v.readonly(),
);

const collectionMarkSchema = v.pipe(v.object({ atMs: milliseconds, durationMs: milliseconds, kind: v.string() }), v.readonly());

const collectorChangeSchema = v.pipe(
  v.object({
    change: v.picklist(['disabled', 'enabled', 'thresholds', 'frozen', 'unfrozen', 'collected']),
    at: v.optional(v.pipe(v.object({ path: v.string(), line: line1 }), v.readonly())),
    count,
    thresholds: v.optional(listOf(v.number())),
  }),
  v.readonly(),
);

const overviewLineSchema = v.pipe(
  v.object({
    path: v.string(),
    fileName: v.string(),
    line: line1,
    functionName: v.optional(v.string()),
    allocatedBytes: v.optional(bytes),
    liveBytes: v.optional(bytes),
    peakBytes: v.optional(bytes),
    /** One standard error of sampled figures, as a share of them. */
    relativeErrorRatio: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  }),
  v.readonly(),
);

const figuresSchema = v.pipe(
  v.object({
    precision: v.picklist(['exact', 'sampled']),
    samplingIntervalBytes: v.optional(bytes),
    profilerCpuMs: v.optional(milliseconds),
    allocatedBytes: v.optional(bytes),
    liveBytes: bytes,
    peakBytes: bytes,
    peakAtMs: milliseconds,
    peakRssBytes: bytes,
    peakExternalBytes: v.optional(bytes),
    unattributedRssBytes: v.optional(byteDifference),
    unattributedAllocatedBytes: v.optional(byteDifference),
    unattributedLiveBytes: v.optional(byteDifference),
    unattributedPeakBytes: v.optional(byteDifference),
    collectorFreedBytes: v.optional(bytes),
  }),
  v.readonly(),
);

const exitSchema = v.pipe(
  v.object({
    code: v.nullable(v.number()),
    signal: v.nullable(v.string()),
    stopped: v.boolean(),
    error: v.optional(v.string()),
  }),
  v.readonly(),
);

const overviewModelSchema = v.pipe(
  v.object({
    fileName: v.string(),
    filePath: v.string(),
    /** 'Node.js 24.1.0'; absent until the first profile so far. */
    runtime: v.optional(v.string()),
    /** Its executable. */
    runtimePath: v.optional(v.string()),
    /** The engine's second best recorder gave the figures; the notes say why. */
    isFallback: v.optional(v.boolean()),
    /** While the program runs: so far. */
    durationMs: milliseconds,
    /** Absent while only the timeline is known. */
    figures: v.optional(figuresSchema),
    /** Absent while the program runs. */
    exit: v.optional(exitSchema),
    /** At most `maxTimelinePoints` of the core's overviewModel.ts, extremes kept. */
    timeline: timelineSchema,
    /** All collections, by kind. */
    collections: listOf(collectionSummarySchema),
    /** The longest of them, in order of time, for the chart. */
    collectionMarks: listOf(collectionMarkSchema),
    /** Where the program changed how garbage is collected. */
    collectorChanges: listOf(collectorChangeSchema),
    /** The hottest by each of allocated, live and peak, each line once, in no order. */
    hotLines: listOf(overviewLineSchema),
    notes: listOf(v.string()),
  }),
  v.readonly(),
);

const hostMessageSchema = v.variant('type', [
  /** Nothing was profiled yet. `reason` says why profiling is not to be had now (an untrusted workspace, no supported file). */
  v.object({ type: v.literal('showEmpty'), version: v.literal(webviewMessageVersion), reason: v.optional(v.string()) }),
  /** Replaces what the page shows; sent a few times a second while a program runs, without `exit`, and once at its end. */
  v.object({ type: v.literal('showOverview'), version: v.literal(webviewMessageVersion), model: overviewModelSchema }),
]);

const pageMessageSchema = v.variant('type', [
  /** The page listens; the host answers with what there is to show. */
  v.object({ type: v.literal('ready'), version: v.literal(webviewMessageVersion) }),
  v.object({ type: v.literal('profile'), version: v.literal(webviewMessageVersion) }),
  v.object({ type: v.literal('stop'), version: v.literal(webviewMessageVersion) }),
  /** The profile as an accessible plain-text document. */
  v.object({ type: v.literal('showSummary'), version: v.literal(webviewMessageVersion) }),
  v.object({ type: v.literal('openLine'), version: v.literal(webviewMessageVersion), path: v.string(), line: line1 }),
]);

/** One run as the page shows it: a program that runs (no `exit`) or has ended. */
export type OverviewModel = v.InferOutput<typeof overviewModelSchema>;
export type OverviewFigures = v.InferOutput<typeof figuresSchema>;
export type OverviewTimeline = v.InferOutput<typeof timelineSchema>;
export type OverviewExit = v.InferOutput<typeof exitSchema>;
export type OverviewLine = v.InferOutput<typeof overviewLineSchema>;
export type CollectionSummary = v.InferOutput<typeof collectionSummarySchema>;
export type CollectionMark = v.InferOutput<typeof collectionMarkSchema>;
/** From the extension to the page. */
export type HostMessage = v.InferOutput<typeof hostMessageSchema>;
/** From the page to the extension. */
export type PageMessage = v.InferOutput<typeof pageMessageSchema>;

/** @throws Error naming the place when it is no message of this version. */
export function decodeHostMessage(message: unknown): HostMessage {
  return decode(hostMessageSchema, message);
}

/** @throws Error naming the place when it is no message of this version. */
export function decodePageMessage(message: unknown): PageMessage {
  return decode(pageMessageSchema, message);
}

function decode<Schema extends v.GenericSchema>(schema: Schema, message: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, message);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = v.getDotPath(issue);
  throw new Error(`Not a message of the overview page: ${place === null ? '' : `${place}: `}${issue.message}`);
}
