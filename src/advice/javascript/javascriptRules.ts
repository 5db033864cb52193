/** The rules for JavaScript and TypeScript in the order in which they are asked. */

import type { Rule } from '../rule.ts';
import { spreadInLoop } from './spreadInLoop.ts';

export const javascriptRules: readonly Rule[] = [spreadInLoop];
