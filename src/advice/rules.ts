/** The rules in the order in which they are asked. Of rules that speak about the same line, the first one's advice stands first. */

import { generatorExpression } from './python/generatorExpression.ts';
import { slots } from './python/slots.ts';
import type { Rule } from './rule.ts';

export const rules: readonly Rule[] = [slots, generatorExpression];
