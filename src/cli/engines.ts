/**
 * The engines that this version has.
 */

import type { Engine } from '../engines/engine.ts';

/** @param _agentDirectory the folder of the built agent: that of the built command line. */
export function createEngines(_agentDirectory: string): readonly Engine[] {
  return [];
}
