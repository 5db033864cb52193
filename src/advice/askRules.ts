/**
 * Asks rules about a profile, and makes advice of what they say.
 */

import type { Advice, FileProfile, MemoryProfile } from '../core/profile.ts';
import { bytesOf, ratioOf } from './evidence.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { createRuleContext } from './ruleContext.ts';
import { SourceFile } from './sourceFile.ts';
import { isSuppressed } from './suppression.ts';

export interface AdviceOptions {
  /** Ids of rules that are not asked. */
  readonly disabledRules?: ReadonlySet<string>;
  /** Told of a rule that failed (a bug of ours), whose advice is left out; without it, the error is thrown. */
  readonly onRuleError?: (ruleId: string, error: unknown) => void;
}

/** The advice of these rules; see `adviseProfile`. */
export function askRules(
  rules: readonly Rule[],
  profile: MemoryProfile,
  sources: ReadonlyMap<string, string>,
  options: AdviceOptions = {},
): Advice[] {
  const weighed: { readonly advice: Advice; readonly shareRatio: number }[] = [];
  for (const file of profile.files) {
    const text = sources.get(file.path);
    if (text === undefined) continue;
    const source = new SourceFile(file, text);
    const context = createRuleContext(profile, file, source);
    for (const rule of rules) {
      if (rule.language !== source.language || options.disabledRules?.has(rule.id)) continue;
      for (const finding of findingsOf(rule, () => rule.check(context), options)) {
        if (isSuppressed(source.lines, finding.line, rule.id)) continue;
        weighed.push({ advice: toAdvice(rule, file, source, finding), shareRatio: finding.weight.shareRatio });
      }
    }
  }
  return weighed.sort((a, b) => b.shareRatio - a.shareRatio).map(({ advice }) => advice);
}

function findingsOf(rule: Rule, check: () => Iterable<RuleFinding>, { onRuleError }: AdviceOptions): readonly RuleFinding[] {
  if (onRuleError === undefined) return [...check()];
  try {
    return [...check()];
  } catch (error) {
    onRuleError(rule.id, error);
    return [];
  }
}

function toAdvice(rule: Rule, file: FileProfile, source: SourceFile, finding: RuleFinding): Advice {
  const { line, endLine, title, weight, evidence = [], estimatedSavingBytes, fix } = finding;
  return {
    rule: rule.id,
    at: { path: file.path, line },
    ...(endLine !== undefined && endLine > line ? { endLine } : {}),
    title,
    evidence: [bytesOf(weight.metric, weight.bytes), ratioOf(`share of ${weight.metric}`, weight.shareRatio), ...evidence],
    ...(estimatedSavingBytes !== undefined ? { estimatedSavingBytes: Math.round(estimatedSavingBytes) } : {}),
    ...(fix !== undefined && !source.hasSyntaxErrors ? { fix } : {}),
  };
}
