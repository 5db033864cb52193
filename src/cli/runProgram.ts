/**
 * `memory-lens run`: profiles a program in this terminal, prints its annotated source, and answers with its exit status.
 */

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { formatAnnotatedSource } from '../core/formatAnnotatedSource.ts';
import { formatBytes } from '../core/formatFigures.ts';
import type { MemoryProfile } from '../core/profile.ts';
import { UserError } from '../core/userError.ts';
import { checkProgramFile } from '../engines/checkProgramFile.ts';
import type { Engine, ProfileOptions, ProfileRequest, ProgramExit } from '../engines/engine.ts';
import { createChildProcessLauncher, type StartedProgram } from '../engines/launchChildProcess.ts';
import { isInFolder } from '../engines/pathsOnDisk.ts';
import { readSources } from '../engines/readSources.ts';
import { withAdvice } from './advice.ts';
import type { RunCommand } from './commandLine.ts';
import { brokenBudgetStatus, profilingFailedStatus, programStatus } from './exitStatus.ts';
import { checkOutputFile, standardOutput, writeOutputFile } from './outputFile.ts';
import { handleSignals } from './signals.ts';
import type { TableLook } from './terminal.ts';

export interface RunContext {
  readonly engines: readonly Engine[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly look: TableLook;
  /** Prints to standard error. */
  readonly print: (text: string) => void;
  /** Tells the person who waits what is being done after the program; absent where nobody looks on. */
  readonly printPhase?: (phase: string) => void;
  /** Prints an error that ended the profiling, as the person is to see it. */
  readonly printError: (error: unknown) => void;
}

/** One of them lies in the top folder of a project. */
const projectFiles = ['package.json', 'pyproject.toml', 'setup.py'];

/**
 * Runs the program to its end under the engine for its language.
 * @returns the exit status.
 * @throws UserError before the program has started: a wrong call, no such file, no runtime.
 */
export async function runProgram(command: RunCommand, context: RunContext): Promise<number> {
  const file = command.module === undefined ? resolve(context.cwd, command.file) : '';
  if (command.module === undefined) await checkProgramFile(file);
  const engine = engineFor(command, file, context.engines);
  if (command.jsonFile !== undefined) checkOutputFile(command.jsonFile);

  const started: { program?: StartedProgram; exit?: ProgramExit } = {};
  const stop = new AbortController();
  const signals = handleSignals({ stop: () => stop.abort(), program: () => started.program });
  const launch = createChildProcessLauncher({
    stdout: command.jsonFile === standardOutput ? 'stderr' : 'inherit',
    onStart: (program) => {
      started.program = program;
      void program.exited.then((exit) => (started.exit = exit));
    },
  });
  try {
    const onUpdate = command.explain ? phaseWatch(context.printPhase) : undefined;
    const profile = await engine.profile(requestOf(engine, command, file, context), { launch, stop: stop.signal, onUpdate });
    return await report(profile, command, context, started.exit);
  } catch (error) {
    if (started.program === undefined) throw error;
    // The profiling failed, not the program: it runs to its end, and its status comes first.
    const status = programStatus(await started.program.exited);
    context.printError(error);
    return status === undefined || status === 0 ? profilingFailedStatus : status;
  } finally {
    signals.dispose();
  }
}

/** Tells each phase once. */
function phaseWatch(printPhase: RunContext['printPhase']): ProfileOptions['onUpdate'] {
  if (printPhase === undefined) return undefined;
  let told: string | undefined;
  return ({ phase }) => {
    if (phase !== undefined && phase !== told) printPhase(phase);
    told = phase;
  };
}

function engineFor(command: RunCommand, file: string, engines: readonly Engine[]): Engine {
  const engine = engines.find((candidate) =>
    command.module === undefined ? candidate.supports(file) : candidate.runtimeName === 'python',
  );
  if (engine) return engine;
  const why = 'its name ends in none of .js .cjs .mjs .jsx .ts .cts .mts .tsx .py (and a declaration file has nothing to run)';
  throw new UserError('unsupportedLanguage', `${file} can't be profiled: ${why}.`);
}

function requestOf(engine: Engine, command: RunCommand, file: string, context: RunContext): ProfileRequest {
  const runtimePath = engine.runtimeName === 'python' ? command.pythonPath : command.nodePath;
  return {
    file,
    typedFile: command.file,
    module: command.module,
    args: command.args,
    cwd: context.cwd,
    env: context.env,
    workspaceFolder: command.module === undefined ? workspaceFolderOf(file, context.cwd) : context.cwd,
    runtimePath: runtimePath === undefined ? undefined : runtimePathOf(runtimePath, context.cwd),
    fallbackRuntime: { executable: process.execPath, env: {} },
    samplingIntervalBytes: command.samplingIntervalBytes,
    precision: command.exact ? 'exact' : 'auto',
    counting: command.countAll ? 'all' : 'bounded',
    recorder: command.recorder ?? 'auto',
    explain: command.explain,
  };
}

/** A bare name is looked for on the path, as a shell does; anything else is a path from here. */
function runtimePathOf(path: string, cwd: string): string {
  return /[\\/]/.test(path) || existsSync(resolve(cwd, path)) ? resolve(cwd, path) : path;
}

/** The working directory where the file lies in it, else the package or project that the file belongs to, else its folder. */
function workspaceFolderOf(file: string, cwd: string): string {
  if (isInFolder(file, cwd)) return cwd;
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (projectFiles.some((name) => existsSync(join(folder, name)))) return folder;
  }
  return dirname(file);
}

async function report(measured: MemoryProfile, command: RunCommand, context: RunContext, exit: ProgramExit | undefined): Promise<number> {
  let ownStatus = 0;
  const sources = await readSources(measured);
  const profile = withAdvice(measured, sources);
  if (!command.quiet) {
    context.print('\n' + formatAnnotatedSource(profile, sources, { ...context.look, minBytes: command.minBytes }));
  }
  const { peakBytes } = profile.totals;
  if (command.failAbovePeakBytes !== undefined && peakBytes > command.failAbovePeakBytes) {
    ownStatus = brokenBudgetStatus;
    context.print(
      `memory-lens: the peak of ${formatBytes(peakBytes)} is above the budget of ${formatBytes(command.failAbovePeakBytes)} (--fail-above).\n`,
    );
  }
  if (command.jsonFile !== undefined) {
    try {
      writeOutputFile(command.jsonFile, JSON.stringify(profile) + '\n');
    } catch (error) {
      context.printError(error);
      ownStatus = profilingFailedStatus;
    }
  }
  const status = programStatus(profile.exit) ?? programStatus(exit ?? { code: null, signal: null });
  if (status === undefined) return profilingFailedStatus;
  return status === 0 ? ownStatus : status;
}
