/** The rules for Python, in the order in which they are asked. */

import type { Rule } from '../rule.ts';
import { arrayForNumbers } from './arrayForNumbers.ts';
import { boundedCache } from './boundedCache.ts';
import { breakCycle } from './breakCycle.ts';
import { cachePureCall } from './cachePureCall.ts';
import { collectorOff } from './collectorOff.ts';
import { deleteTemporary } from './deleteTemporary.ts';
import { generatorExpression } from './generatorExpression.ts';
import { globalToLocal } from './globalToLocal.ts';
import { iterateFile } from './iterateFile.ts';
import { joinStrings } from './joinStrings.ts';
import { shareEqualStrings } from './shareEqualStrings.ts';
import { slots } from './slots.ts';

export const pythonRules: readonly Rule[] = [
  slots,
  generatorExpression,
  arrayForNumbers,
  iterateFile,
  joinStrings,
  boundedCache,
  cachePureCall,
  globalToLocal,
  deleteTemporary,
  shareEqualStrings,
  breakCycle,
  collectorOff,
];
