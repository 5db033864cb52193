/**
 * The agent: preloaded by `--require` into the user's Node program, before any of its code. Sets up the measurement, hands everything
 * else to a worker thread, and takes its own traces out of the process. In worker threads, in child processes and whenever anything goes
 * wrong at start-up it does nothing at all.
 */

import * as fs from 'node:fs';
import Module from 'node:module';
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { isMainThread, MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { agentEnvironmentVariable } from '../protocol/agentMessages.ts';
import { createExternalMemory } from './externalMemory.ts';
import { installFunctionText } from './functionText.ts';
import { isAnythingAwaited } from './eventLoop.ts';
import { createHeapClock } from './heapClock.ts';
import { createHeapSnapshotWriter } from './heapSnapshot.ts';
import { createMeasurement } from './measurement.ts';
import { installModuleHooks } from './moduleHooks.ts';
import { createOriginalPositions } from './originalPositions.ts';
import { clockField, controlField, createSharedState } from './sharedState.ts';
import { createRepeatedCalls } from './repeatedCalls.ts';
import { createSurvivors } from './survivors.ts';
import { createRandom } from './random.ts';
import { removeOwnTraces, startUnannounced } from './ownTraces.ts';
import { watchChildProcesses } from './startedPrograms.ts';
import { installStackTraces } from './stackTraces.ts';
import { createThrows } from './throws.ts';
import { createUnsettledAwaits } from './unsettledAwaits.ts';
import { isUserFile } from './userFiles.ts';
import { watchExit } from './exit.ts';
import { createWeakReferences } from './weakReferences.ts';
import { createWorkerLink } from './workerLink.ts';
import type { FileMappings, InstrumentReply, ProgramCommand, WorkerConfiguration } from './workerLink.ts';

/** Longer than any sane file takes to instrument or heap to collect; afterwards the program goes on without us. */
const callTimeoutMs = 60_000;
/** A heap snapshot may take longer; the engine ends the program where the person does not want to wait. */
const snapshotTimeoutMs = 900_000;
const maxFrameCount = 40;
/** Stacks of the first measured executions of a site are taken, then of every so many. */
const firstStackCount = 4;
const stackPeriod = 256;

const environment = process.env[agentEnvironmentVariable];
const workerFile = path.join(__dirname, 'agentWorker.cjs');
removeOwnTraces(__filename, path.resolve);
if (isMainThread && environment !== undefined) arm(environment);

function arm(agentEnvironment: string): void {
  const startedMs = performance.now();
  Reflect.deleteProperty(process.env, agentEnvironmentVariable);
  const state = createSharedState();
  const requests = new MessageChannel();
  const mappings = new MessageChannel();
  const loader = new MessageChannel();
  const worker = startUnannounced(
    () =>
      new Worker(workerFile, {
        workerData: {
          environment: agentEnvironment,
          buffers: state.buffers,
          requests: requests.port2,
          mappings: mappings.port2,
          loader: loader.port2,
          startedAtEpochMs: performance.timeOrigin + startedMs,
        },
        transferList: [requests.port2, mappings.port2, loader.port2],
        execArgv: [],
        env: {},
        // The parsers recurse as deep as the program's code is nested.
        resourceLimits: { stackSizeMb: 32 },
        // Else Node opens the program's own standard output and error for the worker, which makes them streams that do not block: a program
        // that writes with fs.writeSync would fail with EAGAIN.
        stdout: true,
        stderr: true,
      }),
  );
  const disarm = (): void => {
    Atomics.store(state.control, controlField.disarmed, 1);
  };
  // An error of ours must not become one of the program.
  worker.on('error', disarm);
  worker.on('exit', disarm);
  worker.unref();
  requests.port1.unref();
  mappings.port1.unref();

  const link = createWorkerLink(state, requests.port1);
  const main = mainFile();
  const configuration = link.call({ call: 'configuration', mainFile: main, runtimeOptions: runtimeOptions() }, 10_000) as
    WorkerConfiguration | undefined;
  if (configuration === undefined) {
    disarm();
    return;
  }
  const clock = createHeapClock(state);
  const random = createRandom();
  const weak = createWeakReferences();
  const survivors = createSurvivors(weak, random);
  const external = createExternalMemory(weak);
  const { heapSnapshotFile } = configuration;
  const endTimeoutMs = heapSnapshotFile === undefined ? callTimeoutMs : snapshotTimeoutMs;
  const snapshot = heapSnapshotFile === undefined ? undefined : createHeapSnapshotWriter(heapSnapshotFile, survivors.listFollowed);
  const positions = createOriginalPositions(
    (file) => pathToFileURL(file).href,
    () =>
      drain(() => {
        const received: { message: FileMappings } | undefined = receiveMessageOnPort(mappings.port1);
        return received;
      }),
  );
  const stackTraces = installStackTraces(positions, [__filename, pathToFileURL(__filename).href]);
  const throws = createThrows(positions);
  const unsettledAwaits = createUnsettledAwaits(positions, pathToFileURL(main).href);
  installFunctionText((text) => (link.call({ call: 'originalText', text }, callTimeoutMs) as string | undefined) ?? text);
  let measuredCount = 0;
  const measurement = createMeasurement(state, clock, random, {
    onMeasured(site, bytes, executionCount, value) {
      survivors.follow(site, value);
      measuredCount += 1;
      if (bytes <= 0 || (executionCount > firstStackCount && measuredCount % stackPeriod !== 0)) return;
      link.tell({ site, bytes, frames: stackTraces.captureUserFrames(maxFrameCount) });
    },
    onGrown: snapshot === undefined ? () => undefined : survivors.followCollection,
    onLargeAllocation() {
      const live = clock.heapBytes + clock.externalBytes;
      const peak = state.clock[clockField.peakLiveBytes] as number;
      // A heap that doubles does so a few times only, so it is looked at whatever it costs.
      if (live <= peak) return;
      if (live < 2 * peak && Date.now() < (state.clock[clockField.nextReadingAtEpochMs] as number)) return;
      link.call({ call: 'read', reason: 'largeAllocation' }, callTimeoutMs);
    },
    onRestartWanted() {
      link.call({ call: 'read', reason: 'restart' }, callTimeoutMs);
    },
    followExternal: external.follow,
  });

  /** The figures begin: called before the first user file runs. */
  function start(): void {
    if (Atomics.compareExchange(state.control, controlField.started, 0, 1) !== 0) return;
    clock.start();
    clock.publish(0, true);
  }

  function startSampling(): void {
    if (Atomics.load(state.control, controlField.started) === 1) return;
    link.call({ call: 'startSampling' }, callTimeoutMs);
    start();
  }

  const arrive = guarded(measurement.arrive);
  if (heapSnapshotFile !== undefined) defineGlobals({ $ml_k: state.lookThresholds, $ml_q: createRepeatedCalls(state) });
  defineGlobals({
    $ml_c: state.counters,
    $ml_n: state.sites,
    $ml_t: state.thresholds,
    $ml_f: state.force,
    $ml_z: undefined,
    $ml_i: (site: number, holder: unknown, name: string | undefined): void => {
      try {
        measurement.enter(site, holder, name);
      } catch {
        // As in `guarded`.
      }
    },
    $ml_o: guarded(measurement.leave),
    $ml_a: (site: number, value: unknown) => {
      arrive(site, value);
      return value;
    },
    $ml_e: throws.note,
    $ml_y: unsettledAwaits.note,
    $ml_x: stackTraces.standInForError,
    $ml_d: stackTraces.forgetHook,
    $ml_h: holdUntilTurn(),
    // The worker calls it through the inspector.
    $ml_w: (command: ProgramCommand): unknown => {
      clock.noteInterrupt();
      if (command === 'living') {
        clock.noteFullCollection();
        return { externals: external.sumLiving(), survival: survivors.sumSurvival() };
      }
      if (command === 'snapshot') return snapshot?.write();
      if (command === 'era') survivors.beginEra();
      else if (command === 'start') start();
      else clock.publish(measurement.costMs(), command === 'settle');
      return undefined;
    },
  });

  const isOwnFile = (file: string): boolean => isUserFile(file, configuration.workspaceFolder);
  if (configuration.importsMain) importMain(main);
  if (configuration.leavesFiles) startSampling();
  else {
    installModuleHooks({
      isUserFile: isOwnFile,
      instrument(file, source, format) {
        if (unsettledAwaits.isAsking && file === main) throw new Error('The main module is not to be loaded again.');
        const reply = link.call({ call: 'instrument', path: file, source, format }, callTimeoutMs) as InstrumentReply | undefined;
        if (isOwnFile(file)) startSampling();
        return reply;
      },
      readText: (file) => fs.readFileSync(file, 'utf8'),
      compilesTypeScript: configuration.compilesTypeScript,
      loaderHooksUrl: pathToFileURL(path.join(__dirname, 'loaderHooks.mjs')).href,
      createLoaderPort: () => loader.port1,
      loaderData: { workspaceFolder: configuration.workspaceFolder, compilesTypeScript: configuration.compilesTypeScript },
    });
  }
  watchExit({
    originOf: stackTraces.originOf,
    thrownAt: throws.placeOf,
    lastThrown: throws.last,
    keepLastThrown: throws.keepLast,
    unsettledAwaits: showsUnsettledAwaits() ? unsettledAwaits : undefined,
    onEnd(exitCode, error) {
      link.call({ call: 'read', reason: 'exit' }, callTimeoutMs);
      link.call({ call: 'end', exitCode, error }, endTimeoutMs);
      disarm();
    },
    onKill() {
      link.call({ call: 'read', reason: 'exit' }, callTimeoutMs);
      link.call({ call: 'leave' }, callTimeoutMs);
      disarm();
    },
    onWorker: () => link.note('The program started worker threads. They ran unharmed, and what they allocated is not in the figures.'),
  });
  watchChildProcesses(() => link.note('The program started child processes. They ran unharmed and were not profiled.'));
}

/** Node would load a TypeScript file of an unknown format as CommonJS; ours is known to be an ES module. */
function importMain(file: string): void {
  const internals = Module as unknown as { runMain: () => void };
  internals.runMain = () => {
    void import(pathToFileURL(file).href);
  };
}

/** Node does so from 22 on, and where it warns at all. */
function showsUnsettledAwaits(): boolean {
  return 'registerHooks' in Module && !runtimeOptions().includes('--no-warnings');
}

/** Those of the command line and of the environment, as they were given. */
function runtimeOptions(): string {
  return `${process.execArgv.join(' ')} ${process.env['NODE_OPTIONS'] ?? ''}`;
}

function mainFile(): string {
  try {
    return process.argv[1] === undefined ? '' : fs.realpathSync(process.argv[1]);
  } catch {
    // `node -e` and the like: there is no main file.
    return '';
  }
}

/** What a marker calls must never throw into the program; and must not allocate before the heap is read, so no rest parameters. */
function guarded(work: (site: number, value: unknown) => void): (site: number, value: unknown) => void {
  return (site, value) => {
    try {
      work(site, value);
    } catch {
      // The figures of this execution are lost, nothing else: the program goes on.
    }
  };
}

/**
 * What the main module declares at its top level is alive until its end for whoever reads it, but V8 drops it as soon as the last
 * use is past. So it is held until the event loop first turns: a program that ends before is seen with all it has.
 */
function holdUntilTurn(): (access: () => unknown) => void {
  const held: (() => unknown)[] = [];
  return (access) => {
    held.push(access);
    setImmediate(() => {
      // The event loop may have turned for our worker's sake alone: Node closes a port that was handed over to it.
      if (isAnythingAwaited()) held.pop();
    }).unref();
  };
}

function defineGlobals(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, enumerable: false, configurable: false, writable: false });
  }
}

function drain<T>(take: () => { message: T } | undefined): T[] {
  const taken: T[] = [];
  for (let next = take(); next !== undefined; next = take()) taken.push(next.message);
  return taken;
}
