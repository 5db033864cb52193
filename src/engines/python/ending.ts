/**
 * How a Python program ended, and whether it began at all.
 */

import { UserError } from '../../core/userError.ts';
import type { ExitInfo } from '../../core/profile.ts';
import type { ProfileRequest, ProgramExit } from '../engine.ts';
import { syntaxErrorAt } from '../syntaxError.ts';
import type { PythonRecording } from './recording.ts';

interface Run {
  readonly request: ProfileRequest;
  readonly exit: ProgramExit;
  readonly stopped: boolean;
}

/** Flags of Python that keep it from loading the probe, alone or together with others: -I, -E, -S, -Es. */
const isolatingFlags = /^-[a-zA-Z]*[IES]/;

/**
 * Refuses a run in which nothing could be measured.
 * @throws UserError `syntaxError`, `agentSilent`.
 */
export function checkStart(recording: PythonRecording, run: Run): void {
  const { syntaxProblem, hello, start, notes } = recording;
  if (syntaxProblem !== undefined && run.exit.code !== 0) {
    throw syntaxErrorAt(syntaxProblem, syntaxProblem.message.replace(/\.$/, ''));
  }
  if (run.stopped) return;
  if (hello === undefined) throw silent(run);
  // The probe has given up before the program began, and said why.
  if (start === undefined) {
    const what = `${targetOf(run.request)} ran, but could not be measured (exit status ${statusOf(run.exit)}).`;
    throw new UserError('agentSilent', [what, ...notes].join(' '));
  }
}

function statusOf({ code, signal }: ProgramExit): string {
  return String(code ?? signal ?? 'unknown');
}

function targetOf({ module, file }: ProfileRequest): string {
  return module ?? file;
}

function silent({ request, exit }: Run): UserError {
  const target = targetOf(request);
  const flags = (request.runtimeArgs ?? []).filter((argument) => isolatingFlags.test(argument));
  const hint =
    flags.length > 0
      ? `Python was started with ${flags.join(' ')}, which keeps it from loading what is named in its environment: leave that out.`
      : 'See the program’s own output; where Python reports a wrong option, check the runtime arguments.';
  return new UserError(
    'agentSilent',
    `${target} was started, but Memory Lens's probe in it did not answer (exit status ${statusOf(exit)}). ${hint}`,
  );
}

export function describeEnd(recording: PythonRecording, exit: ProgramExit, stopped: boolean): ExitInfo {
  const error = recording.end?.error ?? (stopped || exit.signal === null ? undefined : describeSignal(exit.signal));
  return { code: exit.code, signal: exit.signal, stopped, ...(error === undefined ? {} : { error }) };
}

function describeSignal(signal: string): string {
  switch (signal) {
    case 'SIGKILL':
      return 'The process was ended by SIGKILL, as the system does when memory runs out.';
    case 'SIGSEGV':
    case 'SIGBUS':
    case 'SIGABRT':
    case 'SIGILL':
    case 'SIGFPE':
      return `The process crashed (${signal}).`;
    default:
      return `The process was ended by ${signal}.`;
  }
}
