#!/usr/bin/env node
/**
 * The command line's entry point: reads the arguments, runs the command, turns errors into messages and an exit status.
 */

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { UserError } from '../core/userError.ts';
import { createNodeEngine } from '../engines/node/engine.ts';
import { createPythonEngine } from '../engines/python/engine.ts';
import { helpText, parseCommandLine } from './commandLine.ts';
import { profilingFailedStatus, userErrorStatus } from './exitStatus.ts';
import { runProgram } from './runProgram.ts';
import { showProfile } from './showProfile.ts';
import { lookOf, print, terminalOf } from './terminal.ts';

/** What runs in the programs lies beside the built command line. */
const distFolder = dirname(fileURLToPath(import.meta.url));

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const command = parseCommandLine(args);
    switch (command.kind) {
      case 'help':
        print(1, helpText);
        return 0;
      case 'version':
        print(1, `${manifest.version}\n`);
        return 0;
      case 'show':
        print(1, await showProfile(command.profileFile, { ...lookOf(terminalOf(1), process.env), minBytes: command.minBytes }));
        return 0;
      case 'run': {
        const terminal = terminalOf(2);
        return await runProgram(command, {
          engines: [createNodeEngine({ agentDirectory: distFolder }), createPythonEngine({ distFolder })],
          cwd: process.cwd(),
          env: process.env,
          look: lookOf(terminal, process.env),
          print: (text) => print(2, text),
          ...(terminal === undefined ? {} : { printPhase: (phase) => print(2, `memory-lens: ${phase} ...\n`) }),
          printError,
        });
      }
    }
  } catch (error) {
    printError(error);
    return error instanceof UserError ? userErrorStatus(error) : profilingFailedStatus;
  }
}

/** A UserError speaks for itself; anything else is a bug, so its stack is shown. */
function printError(error: unknown): void {
  const text =
    error instanceof UserError
      ? error.message
      : `internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`;
  print(2, `memory-lens: ${text}\n`);
}
