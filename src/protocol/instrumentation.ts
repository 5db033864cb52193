/**
 * What the rewriting of one user file found: the allocation sites, the functions, the statements.
 * Made in the agent beside the rewritten text, sent to the engine, which maps the figures back to lines.
 * Lines count from 1 and are those of the text that the runtime was given (after any TypeScript or JSX transform they are already
 * those of the original file).
 */

/** How a site allocates; the estimator treats kinds differently. */
export type SiteKind =
  /** Object, array, template, regular expression, string `+`: no code of anybody runs inside it. */
  | 'literal'
  /** May run the user's own code inside: getters, iterators, toString, callbacks, constructors. */
  | 'call'
  /** `new X(...)`. */
  | 'new'
  /** Called into a package or a module of the runtime. */
  | 'packageCall'
  /** `a.push(x)`, `a[i] = x`, `map.set(k, v)`, `set.add(v)`: rarely allocates, then a lot; its receiver is handed to the estimator. */
  | 'grow';

/** The kinds in the order of the codes that stand for them in shared memory. */
export const siteKinds: readonly SiteKind[] = ['literal', 'call', 'new', 'packageCall', 'grow'];

export interface SiteInfo {
  /** Unique in the process; the marker's name carries it. */
  readonly id: number;
  readonly kind: SiteKind;
  readonly line: number;
  readonly endLine: number;
  /** Index into `functions` of the same file: the innermost function around it. */
  readonly functionIndex: number;
  /** The counter of the statement around it. */
  readonly counter: number;
  /** Awaited: the allocation happens, or its result arrives, after the await. */
  readonly awaited?: boolean;
}

export interface FunctionInfo {
  /** As V8 names it in a profile where that can be known, else '' (then shown as '(anonymous)'). Index 0 is the module itself. */
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
  /** The counter at its entry: how often it was called. */
  readonly counter: number;
  /** Position in the rewritten text that V8 reports for the function in a sampling profile, both from 0. */
  readonly rewrittenLine0: number;
  readonly rewrittenColumn0: number;
}

/** An allocation that was left as it is (a closure, an unstable expression): what the function allocates outside markers is split over these. */
export interface ResidualInfo {
  readonly line: number;
  readonly functionIndex: number;
  /** The counter that says how often it ran. */
  readonly counter: number;
  /** Bytes that one execution is known to take, where that is fixed (a closure); else absent. */
  readonly fixedBytes?: number;
}

/** The first statement (or arrow function's expression body) that starts on a line, to say how often the line ran. */
export interface StatementInfo {
  readonly line: number;
  readonly functionIndex: number;
  readonly counter: number;
}

/** Where a call stands, to give a call tree its lines: `callee` is the last name of the called expression. */
export interface CallSiteInfo {
  readonly line: number;
  readonly functionIndex: number;
  readonly callee: string;
}

export interface FileInstrumentation {
  /** Absolute path, platform's own form. */
  readonly path: string;
  readonly contentSha256: string;
  readonly sites: readonly SiteInfo[];
  readonly functions: readonly FunctionInfo[];
  readonly residuals: readonly ResidualInfo[];
  readonly statements: readonly StatementInfo[];
  readonly callSites: readonly CallSiteInfo[];
  /** Whole sentences: what was not instrumented and why. */
  readonly notes: readonly string[];
}
