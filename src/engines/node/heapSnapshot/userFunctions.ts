/** Which functions in a heap snapshot are the user's own, and where they stand in the original text. */

import { pathToFileURL } from 'node:url';
import type { QuestionFile, QuestionFunction } from './explanationMessages.ts';
import type { GraphView } from './graphView.ts';

export interface UserFunctions {
  /** Index of the user's file that the function was written in; -1 where it is none of theirs. */
  fileOf(closure: number): number;
  /** Undefined where the function is not known: the module itself, what V8 makes for a class. */
  functionOf(closure: number): QuestionFunction | undefined;
  /** Whether it is the agent's. */
  isOwn(closure: number): boolean;
  /** Whether it is part of Node, written in JavaScript. */
  isOfNode(closure: number): boolean;
  /** The outermost contexts of functions: the variables of a module, each with one of the functions that see them. */
  forEachTopContext(take: (context: number, closure: number) => void): void;
}

const nobody = -1;
const agent = -2;
const node = -3;

export function createUserFunctions(view: GraphView, files: readonly QuestionFile[], agentFile: string): UserFunctions {
  const fileOfScript = new Map(files.flatMap(({ path }, index) => [path, pathToFileURL(path).href].map((name) => [name, index] as const)));
  const fileOfShared = new Map<number, number>();
  const functionsOfFile = files.map(
    ({ functions }) => new Map(functions.map((info) => [`${info.rewrittenLine0}:${info.rewrittenColumn0}`, info])),
  );

  function find(closure: number): number {
    const shared = view.targetOf(closure, 'shared');
    if (shared === undefined) return nobody;
    let file = fileOfShared.get(shared);
    if (file === undefined) {
      const script = view.targetOf(shared, 'script') ?? view.targetOf(shared, 'script_or_debug_info');
      const name = script === undefined ? '' : view.nameOf(script);
      file = name === agentFile ? agent : name.startsWith('node:') ? node : (fileOfScript.get(withoutQuery(name)) ?? nobody);
      fileOfShared.set(shared, file);
    }
    return file;
  }

  function forEachTopContext(take: (context: number, closure: number) => void): void {
    const seen = new Set<number>();
    for (let closure = 0; closure < view.graph.nodeCount; closure += 1) {
      if (view.typeOf(closure) !== 'closure') continue;
      let context = view.targetOf(closure, 'context');
      while (context !== undefined && view.isNamed(context, 'system / Context') && !seen.has(context)) {
        seen.add(context);
        const around = view.targetOf(context, 'previous');
        if (around === undefined || view.isNamed(around, 'system / NativeContext')) take(context, closure);
        context = around;
      }
    }
  }

  return {
    forEachTopContext,
    fileOf: (closure) => Math.max(nobody, find(closure)),
    isOwn: (closure) => find(closure) === agent,
    isOfNode: (closure) => find(closure) === node,
    functionOf(closure) {
      const place = view.graph.placeOf(closure);
      return place === undefined ? undefined : functionsOfFile[find(closure)]?.get(`${place.line0}:${place.column0}`);
    },
  };
}

/** A module may be imported under a query. */
function withoutQuery(name: string): string {
  return name.startsWith('file:') ? name.replace(/[?#].*$/, '') : name;
}
