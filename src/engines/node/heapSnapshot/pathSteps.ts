/** Says a retaining path in the terms of the source: names, properties, entries, closures, listeners, timers. */

import { fileTitle } from '../../../core/filePaths.ts';
import type { HolderStep, RootKind } from '../../../core/profile.ts';
import { placeInTable } from './collections.ts';
import type { QuestionFile } from './explanationMessages.ts';
import type { FileSyntax } from './fileSyntax.ts';
import type { GraphView } from './graphView.ts';
import { keptHopCount } from './retainingPaths.ts';
import type { Hop, PathStart, RetainingPath } from './retainingPaths.ts';
import type { UserFunctions } from './userFunctions.ts';

export interface SaidPath {
  readonly rootKind: RootKind;
  readonly steps: readonly HolderStep[];
}

export interface PathSpeech {
  say(path: RetainingPath): SaidPath;
}

const maxKeyLength = 40;
const maxStepCount = 12;
const keptEndCount = 4;
const identifier = /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

export function createPathSpeech(
  view: GraphView,
  functions: UserFunctions,
  files: readonly QuestionFile[],
  syntax: readonly FileSyntax[],
): PathSpeech {
  const refTo = (file: number, line: number): { at: { path: string; line: number } } => ({
    at: { path: (files[file]?.path ?? '').replaceAll('\\', '/'), line },
  });
  const titleOf = (file: number): string => fileTitle(files[file]?.path ?? '');

  /** `onTick() in timers.js:12` */
  function sayFunction(closure: number): HolderStep {
    const file = functions.fileOf(closure);
    const info = functions.functionOf(closure);
    const name = info?.name !== undefined && info.name !== '' ? info.name : view.nameOf(closure);
    const text = name === '' ? 'a function' : `${name}()`;
    return file < 0 || info === undefined ? { text } : { text: `${text} in ${titleOf(file)}:${info.line}`, ...refTo(file, info.line) };
  }

  function sayStart(start: PathStart, hops: readonly Hop[]): HolderStep {
    switch (start.kind) {
      case 'name': {
        const { name, file, line, kind } = start.name;
        return { text: kind === 'global' ? `globalThis.${name}` : `${titleOf(file)}: ${name}`, ...refTo(file, line) };
      }
      case 'timer': {
        const { text, at } = sayFunction(start.callback);
        return { text: `timer (${start.what}) of ${text}`, ...(at === undefined ? {} : { at }) };
      }
      case 'process':
        return { text: 'process' };
      case 'root':
        return { text: isOnStack(hops) ? 'a running function' : 'Node itself' };
    }
  }

  function isOnStack(hops: readonly Hop[]): boolean {
    return hops.some(({ from }) => view.isNamed(from, '(Stack roots)') || view.isNamed(from, '(Handle scope)'));
  }

  function say({ start, hops, omittedCount }: RetainingPath): SaidPath {
    const steps: HolderStep[] = [sayStart(start, hops)];
    const kinds = new Set<RootKind>(kindOfStart(start, hops));
    let closure = start.kind === 'timer' ? start.callback : undefined;
    let index = start.kind === 'root' ? firstToSay(hops) : 0;
    while (index < hops.length) {
      const { from, edge: edgeIndex, to } = hops[index] as Hop;
      const edge = view.edgeAt(edgeIndex);
      const name = view.textOf(edge);
      if (index === keptHopCount && omittedCount > 0) steps.push({ text: omitted(omittedCount) });
      index += 1;
      if (view.typeOf(from) === 'synthetic') continue;
      if (edge.type === 'context') {
        kinds.add('closure');
        steps.push(sayVariable(name, closure));
      } else if (edge.type === 'property' && name === '_events') {
        const [said, used] = sayListener(from, hops.slice(index));
        if (said !== undefined) {
          kinds.add('listener');
          steps.push(said);
          closure = hops[index + used - 1]?.to;
        }
        index += used;
      } else if (edge.type === 'property') {
        if (start.kind === 'timer' && to === start.callback) continue;
        if (index === 1 && start.kind === 'name' && view.typeOf(from) === 'closure') kinds.add('class');
        steps.push({ text: sayProperty(name) });
      } else if (edge.type === 'element') {
        steps.push({ text: `[${name}]` });
      } else if (edge.type === 'internal') {
        const next = hops[index];
        if (name === 'context' && view.typeOf(from) === 'closure') {
          // V8's own functions, such as those that settle a promise, have neither a name nor a place.
          if (closure !== from && view.nameOf(from) !== '') {
            const said = sayFunction(from);
            steps.push({ ...said, text: `closure of ${said.text}` });
          }
          closure = from;
        } else if (name === 'table' && next !== undefined) {
          steps.push(sayEntry(from, next));
          index += 1;
        } else if ((name === 'elements' || name === 'properties') && next !== undefined) {
          index += 1;
        } else if (name === 'parameters_and_registers') {
          const body = view.targetOf(from, 'function');
          kinds.add('local');
          if (body !== undefined) steps.push({ ...sayFunction(body), text: `suspended ${sayFunction(body).text}` });
        } else if (name.includes('pair in WeakMap')) {
          steps.push({ text: 'its value in a WeakMap' });
        }
      }
    }
    return { rootKind: mostTelling(kinds), steps: shorten(steps) };
  }

  function sayVariable(name: string, closure: number | undefined): HolderStep {
    const file = closure === undefined ? -1 : functions.fileOf(closure);
    const info = closure === undefined ? undefined : functions.functionOf(closure);
    const line = info === undefined ? undefined : syntax[file]?.variableLineOf(name, info.line);
    return { text: `variable ${name}`, ...(line === undefined ? {} : refTo(file, line)) };
  }

  /** What follows `_events`: the event's name, then the function, or an array of them. Gives the step and how many hops it stands for. */
  function sayListener(emitter: number, hops: readonly Hop[]): [HolderStep | undefined, number] {
    const [first, second] = hops;
    if (first === undefined) return [undefined, 0];
    const event = view.textOf(view.edgeAt(first.edge));
    const what = `listener '${cut(event)}' of ${view.nameOf(emitter)}`;
    if (view.typeOf(first.to) === 'closure') return [{ ...sayFunction(first.to), text: `${what}: ${sayFunction(first.to).text}` }, 1];
    if (second === undefined) return [{ text: what }, 1];
    const count = view.edgesOf(first.to).filter(({ type }) => type === 'element').length;
    const said = view.typeOf(second.to) === 'closure' ? sayFunction(second.to) : { text: 'a function' };
    return [{ ...said, text: `${what} (one of ${count}): ${said.text}` }, 2];
  }

  function sayEntry(owner: number, { from: table, edge }: Hop): HolderStep {
    const place = placeInTable(view, owner, table, edge);
    const name = view.nameOf(owner);
    if (place === undefined) return { text: `in its ${name}` };
    if (name === 'Set') return { text: 'Set member' };
    if (place.part === 'key') return { text: `key of a ${name} entry` };
    return { text: place.key === undefined ? `${name} entry` : `${name} entry ${sayKey(place.key)}` };
  }

  function sayKey(node: number): string {
    const type = view.typeOf(node);
    if (type === 'string') return `'${cut(view.nameOf(node))}'`;
    return `(key: ${type === 'number' ? 'a number' : view.typeNameOf(node)})`;
  }

  /** Behind the roots, what is Node's own is of no interest: from the first of the user's functions or the first emitter on. */
  function firstToSay(hops: readonly Hop[]): number {
    const at = hops.findIndex(({ from }) => (view.typeOf(from) === 'closure' && functions.fileOf(from) >= 0) || hasEvents(from));
    return at < 0 ? Math.max(0, hops.length - keptEndCount) : at;
  }

  function hasEvents(node: number): boolean {
    return view.typeOf(node) === 'object' && view.targetOf(node, '_events') !== undefined;
  }

  function kindOfStart(start: PathStart, hops: readonly Hop[]): RootKind[] {
    switch (start.kind) {
      case 'name':
        return [start.name.kind];
      case 'timer':
        return ['timer'];
      case 'process':
        return ['other'];
      case 'root':
        return [isOnStack(hops) ? 'local' : 'other'];
    }
  }

  return { say };
}

/** Of all that a path leads through, what a person would do something about. */
const telling: readonly RootKind[] = ['timer', 'listener', 'closure', 'class', 'local', 'global', 'module', 'other'];

function mostTelling(kinds: ReadonlySet<RootKind>): RootKind {
  return telling.find((kind) => kinds.has(kind)) ?? 'other';
}

function sayProperty(name: string): string {
  const symbol = /^<symbol (.*)>$/.exec(name)?.[1];
  if (symbol !== undefined) return `[${symbol.startsWith('Symbol.') ? symbol : `Symbol(${symbol})`}]`;
  return identifier.test(name) ? `.${name}` : `['${cut(name)}']`;
}

function cut(text: string): string {
  // Not between the two halves of a character.
  return text.length <= maxKeyLength ? text : `${text.slice(0, maxKeyLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Steps that repeat are counted, and of a long path the middle is left out. */
function shorten(steps: readonly HolderStep[]): HolderStep[] {
  const counted: HolderStep[] = [];
  for (let at = 0; at < steps.length;) {
    const step = steps[at] as HolderStep;
    let end = at + 1;
    while (steps[end]?.text === step.text) end += 1;
    if (end - at < 3) counted.push(...steps.slice(at, end));
    else counted.push({ ...step, text: `${step.text} (${end - at} times)` });
    at = end;
  }
  if (counted.length <= maxStepCount) return counted;
  const start = counted.slice(0, maxStepCount - keptEndCount);
  const end = counted.slice(-keptEndCount);
  return [...start, { text: omitted(counted.length - maxStepCount) }, ...end];
}

function omitted(stepCount: number): string {
  return `… ${stepCount} more steps …`;
}
