/**
 * What a Python source says of a name of its module or of a class: the line that assigns it first, and whether a dict is used as a cache.
 */

import type { LogicalLine } from './logicalLines.ts';

/** A name of the module, or of one of its classes. */
export interface OwnedName {
  readonly name: string;
  readonly className?: string | undefined;
}

/**
 * The line on which the name is first assigned where its module or class runs, else in a function that declares it `global`.
 * undefined: nowhere that can be seen.
 */
export function assignmentLine(lines: readonly LogicalLine[], { name, className }: OwnedName): number | undefined {
  const binds = lines.filter(({ text }) => text.includes(name) && bindsName(text, name));
  const own = binds.find((line) => line.functionLine === undefined && line.className === className);
  if (own !== undefined || className !== undefined) return own?.line;
  return binds.find(({ functionLine }) => isGlobalIn(lines, functionLine, name))?.line;
}

/**
 * Whether a dict is used as a cache that nothing empties: a function that looks an entry up also adds one, and nowhere in the file is one
 * removed or the dict made anew.
 */
export function isCacheByUse(lines: readonly LogicalLine[], owned: OwnedName): boolean {
  const use = useOf(owned);
  const using = lines.filter(({ text }) => use.any.test(text));
  if (using.some(({ text }) => use.removal.test(text)) || isMadeAnew(lines, owned)) return false;
  const storing = new Set(using.filter(({ text }) => use.store.test(text)).map(({ functionLine }) => functionLine));
  storing.delete(undefined);
  return using.some((line) => storing.has(line.functionLine) && use.lookup.test(line.text.replaceAll(use.storeTarget, ' = ')));
}

interface DictUse {
  readonly any: RegExp;
  readonly removal: RegExp;
  readonly store: RegExp;
  readonly storeTarget: RegExp;
  readonly lookup: RegExp;
}

/** A subscript with one level of brackets in it. */
const subscript = String.raw`\[(?:[^[\]]|\[[^[\]]*\])*\]`;

function useOf({ name, className }: OwnedName): DictUse {
  const prefix = className === undefined ? '' : String.raw`(?:self|cls|${escapeName(className)})\.`;
  const dict = String.raw`(?<![\p{L}\p{N}_.])${prefix}${escapeName(name)}(?![\p{L}\p{N}_])`;
  const target = String.raw`${dict}\s*${subscript}\s*=(?!=)`;
  return {
    any: new RegExp(dict, 'u'),
    removal: new RegExp(String.raw`\bdel\b[^;]*${dict}|${dict}\s*\.\s*(?:pop|popitem|clear)\b`, 'u'),
    store: new RegExp(String.raw`${target}|${dict}\s*\.\s*setdefault\b`, 'u'),
    storeTarget: new RegExp(target, 'gu'),
    // Adding to an entry (`counts[word] += 1`) looks nothing up that was found out before.
    lookup: new RegExp(
      String.raw`${dict}\s*(?:${subscript}(?!\s*(?:[-+*/|&^%@]|//|\*\*|<<|>>)=)|\.\s*(?:get|setdefault)\b)|\bin\s+${dict}`,
      'u',
    ),
  };
}

/** In a function: what its module or class does is how it begins. */
function isMadeAnew(lines: readonly LogicalLine[], { name, className }: OwnedName): boolean {
  if (className !== undefined) {
    const assigned = new RegExp(String.raw`(?:self|cls|${escapeName(className)})\.${escapeName(name)}\s*=(?!=)`, 'u');
    return lines.some(({ text, functionLine }) => functionLine !== undefined && assigned.test(text));
  }
  return lines.some(
    ({ text, functionLine }) => functionLine !== undefined && bindsName(text, name) && isGlobalIn(lines, functionLine, name),
  );
}

function isGlobalIn(lines: readonly LogicalLine[], functionLine: number | undefined, name: string): boolean {
  const declared = new RegExp(String.raw`\bglobal\b[^;]*(?<![\p{L}\p{N}_])${escapeName(name)}(?![\p{L}\p{N}_])`, 'u');
  return functionLine !== undefined && lines.some((line) => line.functionLine === functionLine && declared.test(line.text));
}

/** Whether a logical line assigns to the name itself, in whichever way. */
function bindsName(text: string, name: string): boolean {
  const bare = String.raw`(?<![\p{L}\p{N}_.])${escapeName(name)}(?![\p{L}\p{N}_])`;
  if (
    new RegExp(String.raw`^(?:async\s+)?(?:def|class)\s+${bare}|${bare}\s*:=|\bas\s+\(?[^:]*${bare}|\bimport\b[^;]*${bare}`, 'u').test(text)
  )
    return true;
  if (new RegExp(String.raw`\bfor\b[^;]*?${bare}[^;]*?\bin\b`, 'u').test(text) && /^(?:async\s+)?for\b/.test(text)) return true;
  return text
    .split(';')
    .some((statement) => targetsOf(statement).some((target) => new RegExp(String.raw`${bare}(?!\s*[.[(])`, 'u').test(target)));
}

/** What stands before each `=` of an assignment; an annotation is no target. */
function targetsOf(statement: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < statement.length; at += 1) {
    const character = statement[at] ?? '';
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    // Of a block on one line, what it holds.
    else if (character === ':' && depth === 0 && /^(?:if|elif|else|try|except|finally|with|while|for)\b/.test(statement.trim()))
      start = at + 1;
    else if (character === '=' && depth === 0) {
      if (statement[at + 1] === '=') at += 1;
      else if (!'!<>:'.includes(statement[at - 1] ?? ' ') || /[<>]{2}$/.test(statement.slice(0, at))) {
        const target = statement.slice(start, at);
        parts.push(target.replace(/:.*$/s, ''));
        start = at + 1;
      }
    }
  }
  return parts;
}

function escapeName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_]/gu, String.raw`\$&`);
}
