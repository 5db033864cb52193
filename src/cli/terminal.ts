/**
 * What is known of the stream that a table goes to: how wide it is and whether it shows colours.
 */

import type { WriteStream } from 'node:tty';

export interface TableLook {
  /** undefined: no terminal, so nothing is cut. */
  readonly widthColumns?: number;
  readonly color: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colour and width on a terminal, neither in a pipe; NO_COLOR (no-color.org), FORCE_COLOR and COLUMNS have the last word. */
export function lookOf(stream: Pick<WriteStream, 'isTTY' | 'columns'> | NodeJS.WriteStream, env: Environment): TableLook {
  const columns = Number(env['COLUMNS']);
  const widthColumns = Number.isInteger(columns) && columns > 0 ? columns : stream.isTTY && stream.columns > 0 ? stream.columns : undefined;
  return { widthColumns, color: wantsColor(stream.isTTY, env) };
}

function wantsColor(isTerminal: boolean, env: Environment): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] !== undefined) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}
