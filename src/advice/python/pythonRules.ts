/** The rules for Python, in the order in which they are asked. */

import type { Rule } from '../rule.ts';
import { arrayForNumbers } from './arrayForNumbers.ts';
import { deleteTemporary } from './deleteTemporary.ts';
import { generatorExpression } from './generatorExpression.ts';
import { iterateFile } from './iterateFile.ts';
import { joinStrings } from './joinStrings.ts';
import { slots } from './slots.ts';

export const pythonRules: readonly Rule[] = [slots, generatorExpression, arrayForNumbers, iterateFile, joinStrings, deleteTemporary];
