/** From a heap snapshot to the answer: what the top-level names keep alive, which collections are caches, what holds what lines left alive. */

import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import type { GlobalReport } from '../../../core/profile.ts';
import { findCaches } from './caches.ts';
import { computeRetention } from './dominators.ts';
import type { Retention } from './dominators.ts';
import type { QuestionFile, SnapshotAnswer, SnapshotQuestion } from './explanationMessages.ts';
import { readFileSyntax } from './fileSyntax.ts';
import type { FileSyntax } from './fileSyntax.ts';
import { GraphView, wantedNames } from './graphView.ts';
import { findHolders } from './holders.ts';
import { findModuleNames } from './moduleNames.ts';
import type { ModuleName, ModuleNames } from './moduleNames.ts';
import { createPathSpeech } from './pathSteps.ts';
import { findRetainingPaths } from './retainingPaths.ts';
import { readSnapshot } from './snapshotGraph.ts';
import { createUserFunctions } from './userFunctions.ts';

/** Names that keep less alive are not reported. */
const minGlobalBytes = 65_536;

/**
 * Answers the question.
 * @param runtimeGlobals what globalThis has in a program that does nothing, on the same runtime.
 * @throws Error where the snapshot can't be read.
 */
export function explainHeap(question: SnapshotQuestion, runtimeGlobals: ReadonlySet<string>): SnapshotAnswer {
  const { files, agentFile, sites } = question;
  const notes: string[] = [];
  const syntax = files.map((file) => readSyntax(file, notes));
  const { graph, close } = readSnapshot(question.snapshotFile, wantedNames);
  try {
    const view = new GraphView(graph);
    const functions = createUserFunctions(view, files, agentFile);
    const paths = files.map((file) => file.path);
    const modules = findModuleNames(view, functions, syntax, paths, runtimeGlobals);
    const retention = computeRetention(
      graph,
      [...modules.scopes],
      (node) => view.isNamed(node, '(Stack roots)') || view.isNamed(node, '(Handle scope)'),
    );
    const retaining = findRetainingPaths(view, modules, functions);
    const speech = createPathSpeech(view, functions, files, syntax);
    return {
      globals: findGlobals(modules, view, retention, files),
      caches: findCaches({ view, retention, retaining, functions, files, syntax }),
      holders: findHolders({ view, retention, retaining, speech, files, sites }),
      notes,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    close();
  }
}

function readSyntax(file: QuestionFile, notes: string[]): FileSyntax {
  const text = fs.existsSync(file.path) ? fs.readFileSync(file.path, 'utf8') : '';
  if (createHash('sha256').update(text).digest('hex') === file.contentSha256) return readFileSyntax(file.path, text);
  notes.push(`${file.path} was changed while the program ran, so that it is not said where its variables are declared.`);
  return readFileSyntax(file.path, '');
}

function findGlobals(modules: ModuleNames, view: GraphView, retention: Retention, files: readonly QuestionFile[]): GlobalReport[] {
  const storesOfScope = new Map([...modules.scopes].map((scope) => [scope, [scope, ...storesOf(view, scope)]]));
  return modules.names
    .flatMap((name): GlobalReport[] => {
      const holders = new Set(name.holders.flatMap((holder) => storesOfScope.get(holder) ?? [holder]));
      const retainedBytes = bytesOnlyHeldBy(view, name, holders, retention);
      const path = files[name.file]?.path;
      if (retainedBytes < minGlobalBytes || path === undefined) return [];
      const at = { path: path.replaceAll('\\', '/'), line: name.line };
      return [{ name: name.name, at, typeName: view.typeNameOf(name.value), retainedBytes }];
    })
    .sort((first, second) => second.retainedBytes - first.retainedBytes);
}

/** An object with many properties keeps them in a table apart, globalThis each of them in a cell of the table. */
function storesOf(view: GraphView, scope: number): number[] {
  const table = view.targetOf(scope, 'properties');
  if (table === undefined) return [];
  const cells = view.edgesOf(table).filter(({ target }) => view.isNamed(target, 'system / PropertyCell'));
  return [table, ...cells.map(({ target }) => target)];
}

/**
 * 0 where something else holds the value, too: what refers to it has to be the name itself, the Cell by which modules share it, or part of
 * what the value holds.
 */
function bytesOnlyHeldBy(view: GraphView, { value }: ModuleName, holders: ReadonlySet<number>, retention: Retention): number {
  const isHeldByNameOnly = retention
    .holdersOf(value)
    .every((holder) => holders.has(holder) || view.isNamed(holder, 'system / Cell') || retention.isDominatedBy(holder, value));
  return isHeldByNameOnly ? retention.retainedBytes(value) : 0;
}
