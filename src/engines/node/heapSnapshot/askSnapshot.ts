/** Has a heap snapshot read by a process of its own, see main.ts, run by the program's own runtime. */

import { spawn } from 'node:child_process';
import type { NodeRuntime } from '../nodeRuntime.ts';
import type { SnapshotAnswer, SnapshotQuestion } from './explanationMessages.ts';

/** Names and places of a large heap; the graph itself lies outside of V8's heap. */
const readerHeapMebibytes = 4096;

/**
 * The answer, or why there is none.
 * @param readerFile the built main.ts.
 * @param stop aborting ends the process.
 */
export function askSnapshot(
  question: SnapshotQuestion,
  runtime: NodeRuntime,
  readerFile: string,
  stop: AbortSignal | undefined,
): Promise<SnapshotAnswer | string> {
  return new Promise((settle) => {
    // Options of the person's are for the program: they may load code that has no business here.
    const { NODE_OPTIONS: _, ...env } = process.env;
    const reader = spawn(runtime.executable, [`--max-old-space-size=${readerHeapMebibytes}`, readerFile], {
      env: { ...env, ...runtime.env },
      stdio: 'pipe',
    });
    const kill = (): void => {
      reader.kill('SIGKILL');
    };
    stop?.addEventListener('abort', kill, { once: true });
    if (stop?.aborted === true) kill();
    let answer = '';
    let errors = '';
    reader.stdout.setEncoding('utf8').on('data', (text: string) => (answer += text));
    reader.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    reader.stdin.on('error', () => undefined);
    reader.stdin.end(JSON.stringify(question));
    reader.once('error', (error) => settle(error.message));
    reader.once('close', (code, signal) => {
      stop?.removeEventListener('abort', kill);
      if (stop?.aborted === true) settle('it was cancelled');
      else if (code === 0) settle(JSON.parse(answer) as SnapshotAnswer);
      else settle(/^\w*Error: (.*)$/m.exec(errors)?.[1] ?? `the process that reads it was ended by ${signal ?? `status ${code}`}`);
    });
  });
}
