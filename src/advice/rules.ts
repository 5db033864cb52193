/** The rules in the order in which they are asked. Of rules that speak about the same line, the first one's advice stands first. */

import { javascriptRules } from './javascript/javascriptRules.ts';
import { pythonRules } from './python/pythonRules.ts';
import type { Rule } from './rule.ts';

export const rules: readonly Rule[] = [...pythonRules, ...javascriptRules];
