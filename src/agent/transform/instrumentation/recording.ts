/** Collects what the walk over a file finds: the edits, the markers, and the lists for the engine. */

import type { CallSiteInfo, FunctionInfo, ResidualInfo, SiteInfo, SiteKind, StatementInfo } from '../../../protocol/instrumentation.ts';
import type { Edit, MarkerPiece } from './edits.ts';
import type { FrozenPlaces } from './frozenPlaces.ts';
import type { FunctionFrame } from './scopes.ts';
import type { SourceLines } from './sourceLines.ts';
import type { Node, Range } from './syntax.ts';

/** What is known of the place at which the walk is. */
export interface Context {
  readonly functionIndex: number;
  /** Counts how often this place is reached; -1 where nothing can be put in that counts. */
  readonly counter: number;
  readonly isStrict: boolean;
  readonly frame: FunctionFrame;
  /** Start of the innermost block: functions declared in it can be called from there on. */
  readonly blockStart: number;
  /** From this offset on `this` has a value. */
  readonly thisFrom: number;
  /** No expression may be moved here. */
  readonly isUnmoved: boolean;
}

export type PositionFinder = (offset: number) => { readonly line: number; readonly column: number } | undefined;

interface FunctionEntry extends Omit<FunctionInfo, 'rewrittenLine0' | 'rewrittenColumn0'> {
  /** Where V8 says the function starts. */
  readonly startOffset: number;
}

/** What a closure takes: V8's JSFunction with its feedback cell. */
const closureBytes = 64;

export class Recording {
  readonly edits: Edit[] = [];
  readonly markers: MarkerPiece[][] = [];
  readonly sites: SiteInfo[] = [];
  readonly functions: FunctionEntry[] = [];
  readonly residuals: ResidualInfo[] = [];
  readonly statements: StatementInfo[] = [];
  readonly callSites: CallSiteInfo[] = [];
  readonly #linesWithStatement = new Set<number>();
  readonly #firstSiteId: number;
  readonly #firstCounterId: number;
  #counterCount = 0;
  /** Where the innermost expression statement starts that the walk is in. */
  statementStart = -1;
  readonly lines: SourceLines;
  readonly frozen: FrozenPlaces;

  /** In the file that the person wrote, line from 1, column from 0; undefined for text that stands for nothing in it. */
  readonly positionOf: PositionFinder;

  constructor(lines: SourceLines, frozen: FrozenPlaces, positionOf: PositionFinder, firstSiteId: number, firstCounterId: number) {
    this.lines = lines;
    this.frozen = frozen;
    this.positionOf = positionOf;
    this.#firstSiteId = firstSiteId;
    this.#firstCounterId = firstCounterId;
  }

  /** Tells the file from all others in the process. */
  get fileKey(): number {
    return this.#firstCounterId;
  }

  get counterCount(): number {
    return this.#counterCount;
  }

  get nextSiteId(): number {
    return this.#firstSiteId + this.sites.length;
  }

  newCounter(): number {
    this.#counterCount += 1;
    return this.#firstCounterId + this.#counterCount - 1;
  }

  lineOf(offset: number): number | undefined {
    return this.positionOf(offset)?.line;
  }

  isOnLineOf(inner: Node, outer: Node): boolean {
    return this.lineOf(inner.start) === this.lineOf(outer.start);
  }

  canWrap({ start, end }: Range): boolean {
    return !this.frozen.holds(start) && !this.frozen.holds(end);
  }

  insert(at: number, text: string): void {
    if (this.frozen.holds(at)) return;
    this.edits.push({ kind: 'insert', start: at, end: at, text });
  }

  /** Call it before the edits within are made. Nothing is changed where that would move what must not move. */
  wrap(start: number, end: number, before: string, after: string): void {
    if (!this.canWrap({ start, end })) return;
    this.edits.push({ kind: 'wrap', start, end, before, after });
  }

  /** @param start on the line that gets what it allocates. */
  addSite(node: Node, kind: SiteKind, context: Context, start = node.start): number {
    const id = this.nextSiteId;
    const line = this.lineOf(start) ?? this.lineOf(node.start) ?? 1;
    this.sites.push({
      id,
      kind,
      line,
      endLine: Math.max(line, this.lineOf(node.end - 1) ?? line),
      functionIndex: context.functionIndex,
      counter: context.counter,
    });
    return id;
  }

  markAwaited(id: number): void {
    const index = id - this.#firstSiteId;
    const site = this.sites[index];
    if (site !== undefined) this.sites[index] = { ...site, awaited: true };
  }

  /** @param isCounted whether a counter can be put in. */
  addFunction(
    node: Node,
    { startOffset, name, parentIndex, isCounted }: { startOffset: number; name: string; parentIndex: number; isCounted: boolean },
  ): { index: number; counter: number } {
    const parentLine = this.functions[parentIndex]?.line ?? 1;
    const line = this.lineOf(node.start) ?? parentLine;
    const counter = isCounted ? this.newCounter() : -1;
    const endLine = Math.max(line, this.lineOf(Math.max(node.start, node.end - 1)) ?? line);
    this.functions.push({ name, line, endLine, counter, startOffset });
    return { index: this.functions.length - 1, counter };
  }

  /** An allocation that stays where it is. */
  addResidual(node: Node, context: Context, isClosure = false): void {
    const line = this.lineOf(node.start);
    if (line === undefined) return;
    const place = { line, functionIndex: context.functionIndex, counter: context.counter };
    this.residuals.push(isClosure ? { ...place, fixedBytes: closureBytes } : place);
  }

  /** Only the first on a line counts. */
  addStatement(node: Node, context: Context): void {
    const line = this.lineOf(node.start);
    if (line === undefined || context.counter < 0 || this.#linesWithStatement.has(line)) return;
    this.#linesWithStatement.add(line);
    this.statements.push({ line, functionIndex: context.functionIndex, counter: context.counter });
  }

  addCallSite(offset: number, callee: string, context: Context): void {
    const line = this.lineOf(offset);
    if (line !== undefined) this.callSites.push({ line, functionIndex: context.functionIndex, callee });
  }
}
