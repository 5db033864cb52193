/** What the lists of hazards consist of. */

import type { Format } from './runInstrumented.ts';

/** Programs whose log shows a difference if the rewriting made one; `sites`: how many expressions must have been moved at least. */
export interface Hazard {
  readonly holds: string;
  readonly source: string;
  readonly sites: number;
  readonly format?: Format;
}

/** Logs what a piece of code gives, or the error that it throws. */
export const attempt = 'const attempt = (work) => { try { log(work()) } catch (error) { log(error.name + ": " + error.message) } };';
