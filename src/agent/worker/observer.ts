/**
 * Watches the program's memory from the worker: the timeline, the collections, the readings of what is alive, the counts.
 */

import * as path from 'node:path';
import { birthBinCount, type ConfigureMessage, type ReadingMessage } from '../../protocol/agentMessages.ts';
import { clockField, collectionCapacity, collectionFieldCount, collectionSlot, controlField } from '../sharedState.ts';
import type { SharedState } from '../sharedState.ts';
import type { LivingReport } from '../workerLink.ts';
import { createCountReport } from './countReport.ts';
import { createAllocationCourse, createBirthBins } from './birthTimes.ts';
import type { MainInspector } from './mainInspector.ts';
import type { Pipe } from './pipe.ts';
import { createReadingPolicy } from './readingPolicy.ts';
import type { HeapMoment } from './readingPolicy.ts';
import { aggregateSample } from './sampleAggregation.ts';
import type { LoadedFile } from './sampleAggregation.ts';

/** Sampling begins fine and becomes coarser when it has taken so long and more than a share of the run. */
const defaultIntervalsBytes = [2048, 16_384, 131_072, 524_288];
const freeSamplingMs = [10, 10, 20];
const samplingShareRatio = 0.03;
/** What one sample takes, about; 1 to 9 microseconds by the depth of the stack and the version. */
const sampleMs = 0.006;
/** Counts are sent often at first, so that the course of a short run is known, too. */
const leastCountsPeriodMs = 25;
const countsPeriodRatio = 0.1;
const countsPeriodMs = 250;
/** Counts are sent less often when building them takes long. */
const countsCostRatio = 20;
const maxPendingBytes = 8_388_608;
const agentFile = path.join(__dirname, 'agent.cjs');

export interface Observer {
  /** Before the program starts: V8's sampler only, the program's clock starts by itself. */
  startSampling(): Promise<void>;
  /** The same where the program's thread can't ask for it: starts its clock, too. */
  startProgram(): Promise<void>;
  read(reason: ReadingMessage['reason']): Promise<void>;
  end(exitCode: number, error: string | undefined): void;
}

export interface ObserverParts {
  readonly state: SharedState;
  readonly inspector: MainInspector;
  readonly pipe: Pipe;
  readonly files: readonly LoadedFile[];
  readonly settings: ConfigureMessage;
}

export function createObserver({ state, inspector, pipe, files, settings }: ObserverParts): Observer {
  const { clock, control } = state;
  const policy = createReadingPolicy();
  const counts = createCountReport(state);
  const intervals = settings.samplingIntervalBytes === null ? defaultIntervalsBytes : [settings.samplingIntervalBytes];
  let intervalIndex = 0;
  let allocatedAtRestart = 0;
  let restartedAtMs = 0;
  const course = createAllocationCourse();
  let announced = false;
  let polling = false;
  let reading: Promise<void> | undefined;
  let nextCountsMs = 0;
  let collectionsRead = 0;
  let afterCollectionBytes: number | undefined;

  const now = (): number => Date.now() - (clock[clockField.startedAtEpochMs] as number);
  const field = (name: keyof typeof clockField): number => clock[clockField[name]] as number;
  const liveBytes = (): number =>
    field('heapUsedBytes') - field('startHeapBytes') + Math.max(0, field('externalBytes') - field('startExternalBytes'));
  const timer = setInterval(() => void poll(), settings.pollIntervalMs);

  async function startSampling(): Promise<void> {
    const started = inspector.startSampling(intervals[0] as number);
    // Its collection takes away what the runtime's own start-up left behind, which would pass for the program's later on.
    await inspector.readSample();
    await started;
  }

  function announce(): boolean {
    if (announced) return true;
    if (Atomics.load(control, controlField.started) === 0 || field('startedAtEpochMs') === 0) return false;
    announced = true;
    pipe.send({
      type: 'start',
      startedAtEpochMs: field('startedAtEpochMs'),
      baselineHeapBytes: field('startHeapBytes'),
      baselineExternalBytes: field('startExternalBytes'),
    });
    return true;
  }

  function moment(): HeapMoment {
    return {
      atMs: now(),
      usedBytes: liveBytes(),
      afterCollectionBytes,
      allocatedBytes: field('allocatedHeapBytes') + field('allocatedExternalBytes'),
      heapLimitBytes: field('heapLimitBytes'),
      unsettledMs: field('unsettledMs'),
    };
  }

  async function poll(): Promise<void> {
    if (polling || reading !== undefined || !announce()) return;
    polling = true;
    try {
      await inspector.tell('poll');
      sendTimeline();
      const due = policy.dueReason(moment());
      if (due !== undefined) await read(due);
      else if (shouldCoarsen()) Atomics.store(control, controlField.restartWanted, 1);
      sendCounts(false);
    } catch {
      // The program's thread is gone; the worker goes with it.
      clearInterval(timer);
    } finally {
      polling = false;
    }
  }

  function shouldCoarsen(): boolean {
    if (intervalIndex + 1 >= intervals.length) return false;
    // At this interval alone: what the finer ones cost, a coarser one does not give back.
    const sampleCount = (field('allocatedHeapBytes') - allocatedAtRestart) / (intervals[intervalIndex] as number);
    return sampleCount * sampleMs > (freeSamplingMs[intervalIndex] as number) + samplingShareRatio * (now() - restartedAtMs);
  }

  function sendTimeline(): void {
    course.add(now(), field('settledAllocatedHeapBytes'));
    pipe.send({
      type: 'timeline',
      points: [now(), field('heapUsedBytes'), field('externalBytes'), process.memoryUsage.rss()],
      collections: takeCollections(),
    });
  }

  function takeCollections(): number[] {
    const written = Atomics.load(control, controlField.collectionsWritten);
    const taken: number[] = [];
    if (written - collectionsRead > collectionCapacity()) collectionsRead = written - collectionCapacity();
    for (; collectionsRead < written; collectionsRead += 1) {
      const slot = collectionSlot(collectionsRead);
      for (let index = 0; index < collectionFieldCount; index += 1) taken.push(state.collections[slot + index] as number);
      afterCollectionBytes =
        (taken.at(-1) as number) - field('startHeapBytes') + Math.max(0, field('externalBytes') - field('startExternalBytes'));
    }
    return taken;
  }

  function sendCounts(force: boolean): void {
    const startMs = now();
    if (!force && (startMs < nextCountsMs || pipe.pendingBytes > maxPendingBytes)) return;
    pipe.send(counts.build(startMs));
    const costMs = now() - startMs;
    const periodMs = Math.min(countsPeriodMs, Math.max(leastCountsPeriodMs, startMs * countsPeriodRatio));
    nextCountsMs = startMs + Math.max(periodMs, costMs * countsCostRatio);
  }

  async function read(reason: ReadingMessage['reason']): Promise<void> {
    while (reading !== undefined) await reading;
    reading = takeReading(reason);
    try {
      await reading;
    } finally {
      reading = undefined;
    }
  }

  async function takeReading(reason: ReadingMessage['reason']): Promise<void> {
    if (!announce()) return;
    const startMs = now();
    const interval = intervals[intervalIndex] as number;
    // Only while the program's thread waits for the answer: else it would go on allocating in between.
    const restarts = reason === 'restart' || (reason === 'largeAllocation' && shouldCoarsen());
    Atomics.store(control, controlField.restartWanted, 0);
    // All collections so far are noted first: what is stopped for that, the one that follows takes away.
    const settled = inspector.tell('settle');
    const sampled = inspector.readSample();
    const restarted = restarts ? [inspector.stopSampling(), inspector.startSampling(intervals[intervalIndex + 1] as number)] : [];
    const answered = inspector.tell('living');
    if (restarts) void inspector.tell('era');
    const polled = inspector.tell('poll');
    const sample = await sampled;
    await Promise.all([settled, ...restarted]);
    await polled;
    const living = (await answered) as LivingReport | undefined;
    sendTimeline();
    const span = {
      fromMs: restartedAtMs,
      toMs: startMs,
      allocatedAtStartBytes: allocatedAtRestart,
      allocatedAtEndBytes: field('allocatedHeapBytes'),
      samplingIntervalBytes: interval,
    };
    const lastOrdinal = sample.samples.reduce((last, { ordinal }) => Math.max(last, ordinal), 0);
    const birthBin = createBirthBins(course, span, birthBinCount, lastOrdinal);
    const sums = aggregateSample(sample, { files, agentFile, birthBin });
    if (restarts) {
      intervalIndex += 1;
      restartedAtMs = now();
      allocatedAtRestart = field('allocatedHeapBytes');
    }
    afterCollectionBytes = undefined;
    sendCounts(true);
    const durationMs = now() - startMs;
    // There are but a few restarts in a run. One must not keep the next reading from showing what it came too early for.
    policy.noteReading(moment(), liveBytes(), restarts ? 0 : durationMs);
    clock[clockField.peakLiveBytes] = policy.peakLiveBytes + field('startHeapBytes') + field('startExternalBytes');
    clock[clockField.nextReadingAtEpochMs] = policy.nextLargeAtMs + field('startedAtEpochMs');
    pipe.send({
      type: 'reading',
      atMs: startMs,
      reason: restarts ? 'restart' : reason,
      heapUsedBytes: field('heapUsedBytes'),
      externalBytes: field('externalBytes'),
      samplingIntervalBytes: interval,
      sites: sums.sites,
      functions: sums.functions,
      birthsFromMs: span.fromMs,
      siteBirths: sums.siteBirths,
      functionBirths: sums.functionBirths,
      otherBytes: sums.otherBytes,
      ownBytes: sums.ownBytes,
      ...(living === undefined ? {} : { externals: living.externals }),
      survival: living?.survival ?? [],
      durationMs,
    });
  }

  return {
    startSampling,
    async startProgram() {
      await startSampling();
      await inspector.tell('start');
    },
    read,
    end(exitCode, error) {
      clearInterval(timer);
      sendTimeline();
      sendCounts(true);
      pipe.send({ type: 'end', atMs: now(), exitCode, ...(error === undefined ? {} : { error }) });
    },
  };
}
