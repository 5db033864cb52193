/**
 * Proves a fix before it is accepted: profiles the program of a run once more as it is and once with the fix, both in a scratch copy of its
 * workspace, and compares what they took and what they did. The person's files are not touched.
 */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FixTrial, TrialFigures } from '../../core/fixTrial.ts';
import type { MemoryProfile, SourceEdit } from '../../core/profile.ts';
import { applySourceEdits } from '../../core/sourceEdits.ts';
import { UserError } from '../../core/userError.ts';
import type { Engine, ProfileRequest, ProgramExit } from '../engine.ts';
import { isInFolder } from '../pathsOnDisk.ts';
import { userFolder } from '../userFolder.ts';
import { CapturedProgram, type CapturedRun } from './capturedProgram.ts';
import { compareRuns, formatExit } from './compareRuns.ts';
import { createScratchWorkspace, removeStaleScratch, type ScratchWorkspace } from './scratchWorkspace.ts';

export interface FixToTry {
  readonly engine: Engine;
  /** What was run, with the runtime that ran it. */
  readonly request: ProfileRequest;
  /** How that ended. */
  readonly exit: ProgramExit;
  /** A run that takes longer is stopped: `trialLimitMs`. */
  readonly limitMs: number;
  /** Absolute. */
  readonly file: string;
  readonly edits: readonly SourceEdit[];
}

export interface TryFixOptions {
  /** Aborting ends the program, removes the scratch copy and rejects with UserError `canceled`. */
  readonly signal: AbortSignal;
  /** What is being done, for the person who waits. */
  readonly onStep?: (step: string) => void;
}

/** How long a program may take in a trial that took so long in the run that the advice came from. */
export function trialLimitMs(durationMs: number): number {
  return 3 * durationMs + 30_000;
}

/**
 * Tries a fix.
 * @throws UserError `fixNotTried` where nothing can be said of it (it does not belong to what runs, the program does not end by itself),
 * `canceled`, and what the engine throws, for example a syntax error of the edited text.
 */
export async function tryFix(fix: FixToTry, { signal, onStep }: TryFixOptions): Promise<FixTrial> {
  await removeStaleScratch();
  const file = await fs.promises.realpath(fix.file);
  const main = fix.request.file === '' ? undefined : await fs.promises.realpath(fix.request.file);
  const workspaceFolder = userFolder(fix.request.workspaceFolder, main ?? file);
  if (!isInFolder(file, workspaceFolder)) {
    throw notTried(`${file} lies outside of ${workspaceFolder}, and only that folder is copied for trying`);
  }
  const cwd = await fs.promises.realpath(fix.request.cwd);
  const original = await readUtf8(file);
  // Edits count columns without the mark.
  const mark = original.startsWith('\ufeff') ? '\ufeff' : '';
  const edited = mark + applySourceEdits(original.slice(mark.length), fix.edits);
  const scratch = await createScratchWorkspace(workspaceFolder, [file, ...(main === undefined ? [] : [main]), cwd]);
  try {
    const trial = new Trial(fix, { scratch, signal, request: requestInCopy(fix.request, { scratch, workspaceFolder, main, cwd }) });
    onStep?.('running it as it is');
    const before = await trial.run(file, original);
    if (!before.isLoaded) {
      throw notTried(`${path.basename(file)} was not loaded from the copy of the workspace, so an edit of it would have shown nothing`);
    }
    const { exit } = before.captured;
    if (exit.code !== fix.exit.code || exit.signal !== fix.exit.signal) {
      throw notTried(
        `the program ended with ${formatExit(exit)} where it was run to compare with, and with ${formatExit(fix.exit)} when it was profiled: ` +
          'it gets an empty input, no terminal, and a copy of its workspace',
      );
    }
    onStep?.('running it with the fix');
    const after = await trial.run(file, edited).catch((error: unknown) => {
      if (!(error instanceof UserError) || error.code === 'fixNotTried') throw error;
      // A syntax error, for example: it speaks of the copy.
      throw notTried(`with the fix: ${error.message.replaceAll(scratch.pathInCopy(file), file).replace(/\.$/, '')}`);
    });
    const compared = compareRuns(before.captured, after.captured);
    let behaviour: FixTrial['behaviour'] = compared === undefined ? 'same' : 'different';
    if (compared !== undefined) {
      onStep?.('its output differs: running it as it is once more');
      const again = await trial.run(file, original);
      if (compareRuns(before.captured, again.captured) !== undefined) behaviour = 'varies';
    }
    return {
      before: before.figures,
      after: after.figures,
      behaviour,
      ...(behaviour === 'different' ? { difference: compared } : {}),
      notes: trial.isWhole ? [] : ['The workspace is too large to be copied whole: parts of it were used in place.'],
    };
  } catch (error) {
    // Whatever a killed program led to, the person asked for the end.
    if (signal.aborted) throw new UserError('canceled', 'Trying the fix was canceled.');
    throw error;
  } finally {
    await scratch.remove();
  }
}

/** @throws UserError where the text could not be written back as it was. */
async function readUtf8(file: string): Promise<string> {
  const bytes = await fs.promises.readFile(file);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw notTried(`${path.basename(file)} is not in UTF-8`);
  return text;
}

interface TrialRun {
  readonly figures: TrialFigures;
  readonly captured: CapturedRun;
  /** The file in the copy, with the text that was put there, was part of what ran. */
  readonly isLoaded: boolean;
}

interface TrialParts {
  readonly scratch: ScratchWorkspace;
  readonly signal: AbortSignal;
  readonly request: ProfileRequest;
}

/** Runs of one program in fresh copies of its workspace. */
class Trial {
  isWhole = true;
  private readonly fix: FixToTry;
  private readonly parts: TrialParts;

  constructor(fix: FixToTry, parts: TrialParts) {
    this.fix = fix;
    this.parts = parts;
  }

  /** Profiles the program with this text in place of the file's. */
  async run(file: string, text: string): Promise<TrialRun> {
    const { scratch, signal, request } = this.parts;
    const { engine, limitMs } = this.fix;
    if (!(await scratch.refresh(signal))) this.isWhole = false;
    const copy = scratch.pathInCopy(file);
    // The copy is as read-only as the original.
    await fs.promises.rm(copy, { force: true });
    await fs.promises.writeFile(copy, text);
    const program = new CapturedProgram();
    const stop = new AbortController();
    const kill = (): void => program.kill();
    const timer = setTimeout(() => stop.abort(), limitMs);
    signal.addEventListener('abort', kill);
    let profile: MemoryProfile;
    try {
      signal.throwIfAborted();
      profile = await engine.profile(request, { launch: program.launch, stop: stop.signal });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
      program.kill();
    }
    signal.throwIfAborted();
    const captured = await program.result();
    if (stop.signal.aborted || captured === undefined) {
      const seconds = Math.round(limitMs / 1000);
      throw notTried(
        `the program had not ended after ${seconds} s, and was stopped: it may be a server, or wait for input, which a trial has none of`,
      );
    }
    return { figures: figuresOf(profile), captured, isLoaded: isLoaded(profile, copy, text) };
  }
}

function requestInCopy(
  request: ProfileRequest,
  { scratch, workspaceFolder, main, cwd }: { scratch: ScratchWorkspace; workspaceFolder: string; main: string | undefined; cwd: string },
): ProfileRequest {
  const { typedFile: _, ...rest } = request;
  return {
    ...rest,
    file: main === undefined ? '' : scratch.pathInCopy(main),
    cwd: scratch.pathInCopy(cwd),
    workspaceFolder: scratch.pathInCopy(workspaceFolder),
    env: { ...request.env, ...searchPathsInCopy(request.env, scratch) },
    explain: false,
  };
}

/** The variables by which the runtimes find modules, and by which a program may find where it runs. */
function searchPathsInCopy(env: ProfileRequest['env'], scratch: ScratchWorkspace): Record<string, string> {
  const mapped: Record<string, string> = {};
  for (const name of ['PYTHONPATH', 'NODE_PATH', 'PWD']) {
    const paths = env[name];
    if (paths === undefined || paths === '') continue;
    const inCopy = (entry: string): string => (path.isAbsolute(entry) ? scratch.pathInCopy(entry) : entry);
    mapped[name] = paths.split(path.delimiter).map(inCopy).join(path.delimiter);
  }
  return mapped;
}

function figuresOf({ totals, durationMs }: MemoryProfile): TrialFigures {
  const { peakBytes, allocatedBytes } = totals;
  return { peakBytes, durationMs, ...(allocatedBytes === undefined ? {} : { allocatedBytes }) };
}

function isLoaded(profile: MemoryProfile, file: string, text: string): boolean {
  const loaded = profile.files.find(({ path: loadedPath }) => loadedPath === file.replaceAll('\\', '/'));
  // A runtime may hand its sources over without their byte order mark.
  return [text, text.replace(/^\ufeff/, '')].some((each) => createHash('sha256').update(each).digest('hex') === loaded?.contentSha256);
}

function notTried(why: string): UserError {
  return new UserError('fixNotTried', `The fix could not be tried: ${why}.`);
}
