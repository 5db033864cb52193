/** The rules for JavaScript and TypeScript in the order in which they are asked. */

import type { Rule } from '../rule.ts';
import { arrayChain } from './arrayChain.ts';
import { bufferConcatInLoop } from './bufferConcatInLoop.ts';
import { cachePureCall } from './cachePureCall.ts';
import { closureScope } from './closureScope.ts';
import { concatInLoop } from './concatInLoop.ts';
import { growingMap } from './growingMap.ts';
import { jsonClone } from './jsonClone.ts';
import { listenerNeverRemoved } from './listenerNeverRemoved.ts';
import { readFileWhole } from './readFileWhole.ts';
import { spreadInLoop } from './spreadInLoop.ts';
import { stringBuilding } from './stringBuilding.ts';
import { timerNeverCleared } from './timerNeverCleared.ts';
import { typedArrayForNumbers } from './typedArrayForNumbers.ts';
import { weakMap } from './weakMap.ts';

export const javascriptRules: readonly Rule[] = [
  typedArrayForNumbers,
  spreadInLoop,
  concatInLoop,
  bufferConcatInLoop,
  readFileWhole,
  arrayChain,
  jsonClone,
  cachePureCall,
  stringBuilding,
  growingMap,
  weakMap,
  listenerNeverRemoved,
  timerNeverCleared,
  closureScope,
];
