/**
 * What a program does with the settings of stack traces, which the agent has changed: it raised `Error.stackTraceLimit`, for markers take up
 * frames, and has a hook of its own in `Error.prepareStackTrace`, which takes them out again.
 *
 * V8 takes the limit from a plain property of Error only, so where a program reads or sets it, an object of ours stands in for Error. Its name
 * is as long, so that no column changes.
 */

import { mentionsTraceSettings } from '../../traceSettings.ts';
import type { Scopes } from './scopes.ts';
import type { Range } from './syntax.ts';

/** An object with `stackTraceLimit` as the program would find it without us, by which it also defines and deletes its hook. */
const standInForError = '$ml_x';
const forgetHook = '$ml_d()';
const deletedHook = 'delete Error.prepareStackTrace';
const limitName = /^Error\s*(?:\.\s*stackTraceLimit\b|\[\s*(['"`])stackTraceLimit\1\s*\])/;
const limitAsArgument = /^Error\s*,\s*(['"`])stackTraceLimit\1/;
const readingCall = /\bReflect\s*\.\s*(?:get|set)\s*\(\s*$/;
const hookAsArgument = /^Error\s*,\s*(['"`])prepareStackTrace\1/;
const definingCall = /\b(?:Object\s*\.\s*defineProperty|Reflect\s*\.\s*(?:define|delete)Property)\s*\(\s*$/;
const takenApart = /\{\s*stackTraceLimit\s*(?::\s*[\w$]+\s*)?\}\s*=\s*$/;
const aloneName = /^Error(?!\s*[.[(?`])/;
const deletion = /\bdelete\s+$/;
const hookName = /^Error\s*\.\s*prepareStackTrace\b(?!\s*[.[(?`])/;
/** So far before the name it is looked for these. */
const lookBackLength = 80;

/** A change that keeps the length of the text. */
export interface Replacement extends Range {
  readonly text: string;
}

/** In the order of the text. */
export function findTraceSettings(source: string, scopes: Scopes): Replacement[] {
  if (!mentionsTraceSettings(source)) return [];
  return scopes.globalReferences('Error').flatMap(({ start }) => {
    const before = source.slice(Math.max(0, start - lookBackLength), start);
    const after = source.slice(start, start + lookBackLength);
    const deleted = deletion.exec(before)?.[0];
    if (deleted === undefined) {
      const isSetting =
        limitName.test(after) ||
        (limitAsArgument.test(after) && readingCall.test(before)) ||
        (hookAsArgument.test(after) && definingCall.test(before)) ||
        (aloneName.test(after) && takenApart.test(before));
      return isSetting ? [{ start, end: start + standInForError.length, text: standInForError }] : [];
    }
    const hook = hookName.exec(after)?.[0];
    if (hook === undefined) return [];
    const range = { start: start - deleted.length, end: start + hook.length };
    return [{ ...range, text: forgetHook.padEnd(range.end - range.start) }];
  });
}

export function applyReplacements(source: string, replacements: readonly Replacement[]): string {
  let text = '';
  let at = 0;
  for (const { start, end, text: replacement } of replacements) {
    text += source.slice(at, start) + replacement;
    at = end;
  }
  return text + source.slice(at);
}

/** What a function of a package's file says of itself: its original text. */
export function withoutReplacements(text: string): string {
  return text.replaceAll(standInForError, 'Error').replaceAll(forgetHook.padEnd(deletedHook.length), deletedHook);
}
