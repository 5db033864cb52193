/**
 * Rewrites a JavaScript file so that what it allocates can be told by lines: counters say how often each statement ran, and expressions
 * that allocate run in functions of their own (markers), which V8's sampler can tell apart and the agent can measure.
 *
 * What the file does stays the same, errors' messages included; lines stay, columns are mapped. Where that can't be made sure of, an
 * expression is left as it is and listed as a residual.
 */

import { onTokenStarts } from './instrumentation/tokenStarts.ts';
import type { FileInstrumentation } from '../../protocol/instrumentation.ts';
import { hasStarExports } from './instrumentation/exportForms.ts';
import { Allocations } from './instrumentation/allocations.ts';
import { Renderer } from './instrumentation/edits.ts';
import type { OriginalPosition } from './instrumentation/edits.ts';
import { FrozenPlaces, findFrozenPlaces } from './instrumentation/frozenPlaces.ts';
import { InstrumentError } from './instrumentation/instrumentError.ts';
import { reservedPrefixes } from './instrumentation/markerText.ts';
import type { PositionFinder } from './instrumentation/recording.ts';
import { Recording } from './instrumentation/recording.ts';
import { Scopes } from './instrumentation/scopes.ts';
import { SourceLines } from './instrumentation/sourceLines.ts';
import { StatementWalker } from './instrumentation/statementWalker.ts';
import { isStrictBody, parseProgram } from './instrumentation/syntax.ts';
import { noteTopLevelAwaits } from './instrumentation/topLevelAwaits.ts';
import { applyReplacements, findTraceSettings } from './instrumentation/traceSettings.ts';

export { InstrumentError } from './instrumentation/instrumentError.ts';
export { withoutReplacements } from './instrumentation/traceSettings.ts';

export interface InstrumentInput {
  /** JavaScript; what TypeScript or JSX was compiled to. */
  readonly source: string;
  readonly path: string;
  readonly format: 'commonjs' | 'module';
  /** Ids are unique in the process: the first that this file may use. */
  readonly firstSiteId: number;
  readonly firstCounterId: number;
  /** Whether an import leads to one of the user's own files. Default: relative ones do, packages don't. */
  readonly isUserImport?: (specifier: string) => boolean;
  /** Whether the agent is to hold what the top level declares until the program's event loop turns: the main module. */
  readonly holdsTopLevel?: boolean;
  /** Whether the agent is to see some calls' arguments. */
  readonly looksAtArguments?: boolean;
  /** Where the source is compiled: the position in the file that the person wrote. Lines from 1, columns from 0. */
  readonly originalPosition?: OriginalPosition;
}

export interface InstrumentResult {
  readonly code: string;
  /** The caller adds the hash of the file. */
  readonly info: Omit<FileInstrumentation, 'contentSha256'>;
  /**
   * Quadruples, sorted: line and column in `code`, line and column in the original, all from 0. Between two of one line, columns run on.
   */
  readonly mappings: Int32Array;
  /** Lines, from 0 and ascending, that Node does not show above an uncaught error: they say something else than the original. */
  readonly changedLines: Int32Array;
  readonly siteCount: number;
  readonly counterCount: number;
}

/** Longer texts are run as they are: parsing them would keep the program waiting. */
export const maxSourceLength = 12 * 1024 * 1024;

/** Of packages' files that are only adapted, which is worth less: some tens of milliseconds. */
const maxAdaptedLength = 512 * 1024;

/** @throws InstrumentError where the file can't or should not be instrumented; it is then to be run as it is. */
export function instrument(input: InstrumentInput): InstrumentResult {
  const { source, format } = input;
  if (source.length > maxSourceLength) throw new InstrumentError('tooLarge', 'It is too large to be instrumented.');
  if (reservedPrefixes.some((prefix) => source.includes(prefix))) {
    throw new InstrumentError('reservedNames', 'It uses names that start with $ml_ or $ml$, which the profiler needs for itself.');
  }
  try {
    return rewrite(input);
  } catch (error) {
    // The walk recurses as deep as the code is nested.
    if (error instanceof RangeError) throw new InstrumentError('tooDeep', 'It is nested too deeply to be instrumented.');
    throw error;
  }

  function rewrite({
    originalPosition,
    isUserImport = isRelative,
    holdsTopLevel = false,
    looksAtArguments = false,
    firstSiteId,
    firstCounterId,
    path,
  }: InstrumentInput): InstrumentResult {
    const tokenStarts = originalPosition === undefined ? undefined : onTokenStarts();
    const program = parseProgram(source, format, tokenStarts?.onToken);
    const lines = new SourceLines(source);
    const scopes = new Scopes(program, format);
    const containers = new Set<string>();
    const marksRequire = format === 'commonjs' && !hasStarExports(source);
    const allocations = new Allocations(scopes, isUserImport, marksRequire, containers);
    const frozen = source.includes('assert') ? findFrozenPlaces(program, lines, allocations) : new FrozenPlaces([]);
    const recording = new Recording(lines, frozen, positionFinder(lines, originalPosition), firstSiteId, firstCounterId);
    const isStrict = format === 'module' || isStrictBody(program.body);
    if (format === 'module' && source.includes('await')) noteTopLevelAwaits(program, source, recording);
    const facts = { source, isStrict, scopes, allocations, holdsTopLevel, looksAtArguments };
    new StatementWalker(facts, recording, format === 'commonjs', containers).walkProgram(program);

    const renderer = new Renderer(
      source,
      lines,
      findTraceSettings(source, scopes).filter((replacement) => recording.canWrap(replacement)),
      originalPosition === undefined || tokenStarts === undefined
        ? undefined
        : { position: originalPosition, tokenStarts: tokenStarts.take() },
    );
    renderer.addMain(recording.edits);
    for (const marker of recording.markers) renderer.addMarker(marker);
    return {
      code: renderer.code,
      info: {
        path,
        sites: recording.sites,
        functions: recording.functions.map(({ startOffset, ...entry }) => {
          const place = renderer.placeOf(startOffset);
          return { ...entry, rewrittenLine0: place.line0, rewrittenColumn0: place.column0 };
        }),
        residuals: recording.residuals,
        statements: recording.statements,
        callSites: recording.callSites,
        notes: scopes.isFullyDynamic ? ['Its top level uses eval or with, so none of its lines can be told apart.'] : [],
      },
      mappings: renderer.mappings,
      changedLines: renderer.changedLines,
      siteCount: recording.sites.length,
      counterCount: recording.counterCount,
    };
  }
}

/**
 * A package's file that mentions the settings of stack traces: as it is but for what it does with them; no line or column changes.
 * @returns undefined where nothing is to be changed, or nothing can be.
 */
export function adaptPackage(source: string, format: 'commonjs' | 'module'): string | undefined {
  if (source.length > maxAdaptedLength) return undefined;
  try {
    const replacements = findTraceSettings(source, new Scopes(parseProgram(source, format), format));
    return replacements.length === 0 ? undefined : applyReplacements(source, replacements);
  } catch {
    // Text that can't be parsed, or is nested too deeply.
    return undefined;
  }
}

function isRelative(specifier: string): boolean {
  return /^(?:\.{1,2}(?:\/|$)|\/|#|file:)/.test(specifier);
}

function positionFinder(lines: SourceLines, originalPosition: OriginalPosition | undefined): PositionFinder {
  return (offset) => {
    const line0 = lines.line0At(offset);
    const column0 = lines.column0At(offset, line0);
    return originalPosition === undefined ? { line: line0 + 1, column: column0 } : originalPosition(line0 + 1, column0);
  };
}
