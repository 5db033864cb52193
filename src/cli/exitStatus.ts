/**
 * The exit status of the command line, as the contract has it: the program's own first, then what is ours to say.
 */

import { constants } from 'node:os';
import type { UserError } from '../core/userError.ts';

const wrongCallStatus = 2;
export const brokenBudgetStatus = 1;
/** sysexits.h, EX_SOFTWARE. */
export const profilingFailedStatus = 70;

/** What a shell would give: the exit code, or 128 + N for signal N. undefined when how the program ended is not known. */
export function programStatus(exit: { readonly code: number | null; readonly signal: string | null }): number | undefined {
  if (exit.signal !== null) {
    const signals: Readonly<Record<string, number | undefined>> = constants.signals;
    return 128 + (signals[exit.signal] ?? 0);
  }
  return exit.code ?? undefined;
}

/** Of an error before the program ran. A syntax error is the program's own failure, for which a runtime gives 1. */
export function userErrorStatus(error: UserError): number {
  switch (error.code) {
    case 'wrongCall':
    case 'fileMissing':
    case 'fileUnsaved':
    case 'fileIsDirectory':
    case 'fileIsBinary':
    case 'fileTooLarge':
    case 'unsupportedLanguage':
    case 'runtimeMissing':
    case 'runtimeTooOld':
    case 'runtimeUnsupported':
    case 'profileUnreadable':
    case 'outputUnwritable':
      return wrongCallStatus;
    case 'syntaxError':
      return 1;
    case 'workspaceUntrusted':
    case 'pipeUnavailable':
    case 'agentSilent':
    case 'fixOutdated':
    case 'fixNotTried':
    case 'canceled':
      return profilingFailedStatus;
  }
}
