/**
 * What rewritten text calls, in its plainest form: for tests that ask whether the rewrite changes a program, not what it measures.
 * Its markers take the quick way and the measured way in turn, so that both copies of each expression run.
 */
'use strict';

/**
 * Defines the globals of rewritten text on `target`, for so many markers and counters.
 * @returns {{ openCount(): number }} how many measured expressions have begun and not ended
 */
function defineMarkerGlobals(target, siteCount = 1 << 21) {
  const thresholds = new Uint32Array(siteCount);
  // Always quick, always measured, or first quick and then measured.
  for (let i = 0; i < siteCount; i++) thresholds[i] = i % 3 === 0 ? 0xffffffff : i % 3 === 1 ? 0 : 3;
  let open = 0;
  const globals = {
    $ml_c: new Uint32Array(siteCount),
    $ml_k: new Uint32Array(siteCount).map((_, i) => i % 4),
    $ml_q: () => undefined,
    $ml_n: new Uint32Array(siteCount),
    $ml_t: thresholds,
    $ml_f: new Uint32Array(1),
    $ml_i: () => void open++,
    $ml_o: () => void open--,
    $ml_a: (_id, value) => value,
    $ml_e: (_file, _line, _column, value) => value,
    $ml_y: (_file, _line, _column, value) => value,
    $ml_x: Error,
    $ml_d: () => delete Error.prepareStackTrace,
    $ml_h: () => undefined,
    $ml_z: undefined,
  };
  for (const [name, value] of Object.entries(globals)) Object.defineProperty(target, name, { value });
  return { openCount: () => open };
}

module.exports = { defineMarkerGlobals };
