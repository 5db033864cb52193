/** The rules for JavaScript and TypeScript in the order in which they are asked. */

import type { Rule } from '../rule.ts';
import { bufferConcatInLoop } from './bufferConcatInLoop.ts';
import { concatInLoop } from './concatInLoop.ts';
import { spreadInLoop } from './spreadInLoop.ts';
import { typedArrayForNumbers } from './typedArrayForNumbers.ts';

export const javascriptRules: readonly Rule[] = [typedArrayForNumbers, spreadInLoop, concatInLoop, bufferConcatInLoop];
