/**
 * The text of a marker: a function that runs one allocating expression, so that V8's sampler, which knows functions only, names its line.
 *
 *     function $ml$7(a,b){padding if(++$ml_n[7]<$ml_t[7]&&$ml_f[0]===0)return[a,b];$ml_i(7);let $ml$r;try{return $ml$r=[a,b]}finally{$ml_o(7,$ml$r)}}
 *
 * Markers are declarations behind the file's last line: hoisted, so they are there when an import cycle calls in early, and no line moves.
 */

import type { MarkerPiece } from './edits.ts';

/**
 * Never runs, for `$ml_z` is undefined for good, which optimised code knows. With it, any marker's bytecode is longer than the 460 bytes up
 * to which V8 inlines (--max-inlined-bytecode-size, --max-maglev-inlined-bytecode-size): an inlined marker is no function any more, and its
 * line lost. Destructuring gives much bytecode for little text; each name adds about 36 bytes, and 8 to the marker's frame.
 */
const markerPadding = 'if($ml_z){let[a,b,c,d,e,f,g,h]=$ml_z}';

/** Every name that the rewriting brings in starts with one of these. */
export const reservedPrefixes: readonly string[] = ['$ml_', '$ml$'];

/** The function that names the variables which the agent holds. */
export const holderName = '$ml$h';

export interface MarkerOptions {
  readonly id: number;
  readonly parameters: readonly string[];
  /** Written only where the function around is strict and the file is not. */
  readonly needsStrictDirective: boolean;
  /**
   * Source text that tells `$ml_i` which collection may grow: a variable, or an object and the name of its own data property (`this,"items"`),
   * to be read by its descriptor, so that nothing of the program runs.
   */
  readonly receiver?: string;
  /** Start of the expression: what is not source text maps to it. */
  readonly origin: number;
  readonly expression: readonly MarkerPiece[];
}

export function markerName(id: number): string {
  return `$ml$${id}`;
}

/** It is to start on a line of its own. */
export function markerPieces(options: MarkerOptions): MarkerPiece[] {
  const { id, origin, expression } = options;
  const directive = options.needsStrictDirective ? "'use strict';" : '';
  const receiver = options.receiver === undefined ? '' : `,${options.receiver}`;
  const text = (value: string): MarkerPiece => ({ text: value, origin });
  return [
    text(
      `function ${markerName(id)}(${options.parameters.join(',')}){${directive}${markerPadding}` +
        `if(++$ml_n[${id}]<$ml_t[${id}]&&$ml_f[0]===0)return `,
    ),
    ...expression,
    text(`;$ml_i(${id}${receiver});let $ml$r;try{return $ml$r=`),
    ...expression,
    text(`}finally{$ml_o(${id},$ml$r)}}`),
  ];
}

/**
 * Counts one execution of a block.
 * @param lookedAt where it is a function's and the call's arguments may be of interest: its parameters. One expression all the same, and
 *   nothing is called but where it is time to look, for a number that is handed on may have to be put on the heap.
 */
export function counterText(counter: number, lookedAt: readonly string[] = []): string {
  const count = `$ml_c[${counter}]++`;
  return lookedAt.length === 0 ? count : `${count}>=$ml_k[${counter}]&&$ml_q(${counter},${lookedAt.join(',')})`;
}
