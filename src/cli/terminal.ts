/**
 * The command line's own standard streams: how wide and coloured a table may be, and writing.
 *
 * The streams are shared with the program. `process.stdin`, `process.stdout` and `process.stderr` are left alone unless they are a
 * terminal: Node opens a pipe without blocking, for everyone who shares it, and then a program that writes or reads it in one go
 * (fs.writeSync(1), fs.readSync(0)) fails with EAGAIN.
 */

import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { errorCode } from '../core/errorCode.ts';

/** What is known of the stream that a table goes to. */
export interface TableLook {
  /** undefined: no terminal, so nothing is cut. */
  readonly widthColumns?: number;
  readonly color: boolean;
}

/** A terminal, or what stands for one. */
export interface Terminal {
  readonly columns: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The terminal behind standard output or error; undefined when it is a pipe or a file. */
export function terminalOf(stream: 1 | 2): Terminal | undefined {
  if (!isatty(stream)) return undefined;
  return stream === 1 ? process.stdout : process.stderr;
}

/** Colour and width on a terminal, neither in a pipe; NO_COLOR (no-color.org), FORCE_COLOR and COLUMNS have the last word. */
export function lookOf(terminal: Terminal | undefined, env: Environment): TableLook {
  const columns = [Number(env['COLUMNS']), terminal?.columns ?? 0];
  return { widthColumns: columns.find((count) => Number.isInteger(count) && count > 0), color: wantsColor(terminal !== undefined, env) };
}

/**
 * Writes the whole text before it returns. A reader that has gone (`| head`, a closed terminal) is no error: nobody is left to tell.
 * @throws what the write fails with otherwise.
 */
export function print(stream: 1 | 2, text: string): void {
  try {
    writeWhole(stream, text);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EPIPE' && code !== 'EIO') throw error;
  }
}

/** As `print`, but a reader that has gone is an error. */
export function writeWhole(stream: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += writeSync(stream, bytes, offset);
    } catch (error) {
      // The program may have made the stream one that does not block; its reader goes on in a moment.
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function wantsColor(isTerminal: boolean, env: Environment): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
