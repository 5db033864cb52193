/**
 * The names that the user's files have at their top level, and what they stand for: variables of a module, what it exports, properties
 * that were added to globalThis.
 *
 * V8 keeps the variables of a module that some function uses in a Context; those of an ES module that are exported in Cells.
 */

import type { FileSyntax } from './fileSyntax.ts';
import type { GraphView } from './graphView.ts';
import type { UserFunctions } from './userFunctions.ts';

export interface ModuleName {
  readonly name: string;
  /** Index of the file. */
  readonly file: number;
  readonly line: number;
  readonly value: number;
  readonly kind: 'module' | 'global';
  /** What refers to the value by this name: a variable and an export may be the same; and the modules that import it. */
  readonly holders: readonly number[];
}

export interface ModuleNames {
  readonly names: readonly ModuleName[];
  /** Contexts and tables of exports: alive as long as the program is, whoever refers to them. */
  readonly scopes: ReadonlySet<number>;
}

interface Found {
  readonly name: string;
  readonly file: number;
  readonly value: number;
  readonly holder: number;
}

/** Parameters of the function that Node wraps a CommonJS module in. */
const wrapperNames = new Set(['exports', 'require', 'module', '__filename', '__dirname']);
const ownName = /^\$ml[_$]/;

/** @param runtimeGlobals what globalThis has in a program that does nothing. */
export function findModuleNames(
  view: GraphView,
  functions: UserFunctions,
  syntax: readonly FileSyntax[],
  paths: readonly string[],
  runtimeGlobals: ReadonlySet<string>,
): ModuleNames {
  const scopes = new Set<number>();
  const found: Found[] = [];
  const modules = new Map<number, number>();
  functions.forEachTopContext((context, closure) => {
    const file = functions.fileOf(closure);
    if (file < 0) return;
    const names = variablesOf(context);
    const module = view.targetOf(context, 'extension');
    const isModule = module !== undefined && view.isNamed(module, 'system / SourceTextModule');
    // The context of a function whose module has none: its variables are not those of a module.
    if (!isModule && !names.every(({ name }) => syntax[file]?.isTopLevel(name) === true)) return;
    if (isModule) modules.set(module, file);
    scopes.add(context);
    for (const { name, target } of names) found.push({ name, file, value: target, holder: context });
  });
  for (const module of view.nodesNamed('system / SourceTextModule')) {
    const file = modules.get(module) ?? fileOfModule(module);
    if (file >= 0) found.push(...exportsOfModule(module, file));
  }
  found.push(...commonJsExports());
  const globals = findGlobals();
  return { names: [...groupNames(found), ...globals], scopes };

  function variablesOf(context: number): { readonly name: string; readonly target: number }[] {
    return view
      .edgesOf(context)
      .filter(({ type }) => type === 'context')
      .map((edge) => ({ name: view.textOf(edge), target: edge.target }))
      .filter(({ name }) => !wrapperNames.has(name) && !ownName.test(name));
  }

  function fileOfModule(module: number): number {
    for (const { target } of view.edgesOf(module)) {
      const body = view.targetOf(target, 'function');
      if (body !== undefined) return functions.fileOf(body);
    }
    return -1;
  }

  /** The first table that a module refers to has its exports: each name is followed by the Cell with the value. */
  function exportsOfModule(module: number, file: number): Found[] {
    const table = view.edgesOf(module).find(({ type, name }) => type === 'hidden' && name === 0)?.target;
    if (table === undefined) return [];
    const entries = new Map(view.edgesOf(table).map((edge) => [Number(view.textOf(edge)), edge.target]));
    return [...entries].flatMap(([at, cell]) => {
      const name = entries.get(at - 1);
      const value = view.isNamed(cell, 'system / Cell') ? view.targetOf(cell, 'value') : undefined;
      if (name === undefined || value === undefined) return [];
      scopes.add(cell);
      return [{ name: syntax[file]?.localNameOf(view.nameOf(name)) ?? view.nameOf(name), file, value, holder: cell }];
    });
  }

  function commonJsExports(): Found[] {
    const fileOfPath = new Map(paths.map((path, index) => [path, index]));
    return view.nodesNamed('Module').flatMap((module) => {
      const filename = view.targetOf(module, 'filename');
      const exported = view.targetOf(module, 'exports');
      const file = filename === undefined ? undefined : fileOfPath.get(view.nameOf(filename));
      if (file === undefined || exported === undefined || view.typeOf(exported) !== 'object') return [];
      scopes.add(exported);
      return view
        .edgesOf(exported)
        .filter((edge) => edge.type === 'property' && view.textOf(edge) !== '__proto__')
        .map((edge) => ({ name: view.textOf(edge), file, value: edge.target, holder: exported }));
    });
  }

  function findGlobals(): ModuleName[] {
    // Node 26 calls it 'global (global*)'.
    const holders = view.nodesWith('globalThis').filter((node) => view.nameOf(node).startsWith('global'));
    return holders.flatMap((holder) => {
      scopes.add(holder);
      return view.edgesOf(holder).flatMap((edge): ModuleName[] => {
        const name = view.textOf(edge);
        if (edge.type !== 'property' || runtimeGlobals.has(name) || ownName.test(name)) return [];
        const file = syntax.findIndex((one) => one.globalLineOf(name) !== undefined);
        const line = syntax[file]?.globalLineOf(name);
        return line === undefined ? [] : [{ name, file, line, value: edge.target, kind: 'global', holders: [holder] }];
      });
    });
  }

  function groupNames(all: readonly Found[]): ModuleName[] {
    const groups = new Map<string, Found[]>();
    const importers = new Map<number, Found[]>();
    for (const one of all) {
      // Another module's value under a name of this one is at home there.
      const isImported = syntax[one.file]?.isImported(one.name) === true;
      if (isImported) importers.set(one.value, [...(importers.get(one.value) ?? []), one]);
      else groups.set(`${one.file}:${one.value}`, [...(groups.get(`${one.file}:${one.value}`) ?? []), one]);
    }
    const own = [...groups.values()].flatMap((group) => {
      const named = placed(group);
      const holders = [...group, ...(importers.get(group[0]?.value ?? -1) ?? [])].map(({ holder }) => holder);
      return named === undefined ? [] : [{ ...named, holders }];
    });
    // What a package exports is none of theirs, but may be what leads to a value.
    const atHome = new Set(own.map(({ value }) => value));
    const lent = [...importers.values()].flatMap((group) => {
      const named = placed(group);
      return named === undefined || atHome.has(named.value) ? [] : [named];
    });
    return [...own, ...lent];
  }

  /** By the first of the names that is declared somewhere. */
  function placed(group: readonly Found[]): ModuleName | undefined {
    for (const { name, file, value } of group) {
      const line = syntax[file]?.topLevelLineOf(name);
      if (line !== undefined) return { name, file, line, value, kind: 'module', holders: [] };
    }
    return undefined;
  }
}
