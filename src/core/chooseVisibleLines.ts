/**
 * Which lines of a file the annotated source shows, and which runs of quiet lines it folds.
 */

/** A line that is shown, or a run of lines that is folded; both ends included, counting from 1. */
export type VisiblePart =
  { readonly kind: 'line'; readonly line: number } | { readonly kind: 'fold'; readonly from: number; readonly to: number };

export interface ChooseVisibleLinesInput {
  readonly lineCount: number;
  /** Lines that must be seen, counting from 1. */
  readonly loudLines: ReadonlySet<number>;
  /** Lines around a loud one that are shown too; Infinity folds nothing. */
  readonly contextCount: number;
  /** Shorter runs than this are shown: a fold would hardly be shorter. */
  readonly leastFoldCount: number;
}

/** Every line of the file from 1 to `lineCount` once, in order, as itself or inside a fold. */
export function chooseVisibleLines(input: ChooseVisibleLinesInput): readonly VisiblePart[] {
  const { lineCount, loudLines, contextCount, leastFoldCount } = input;
  const loud = [...loudLines].filter((line) => line >= 1 && line <= lineCount).sort((a, b) => a - b);
  const parts: VisiblePart[] = [];
  let next = 1;
  const show = (to: number): void => {
    for (; next <= to; next++) parts.push({ kind: 'line', line: next });
  };
  const fold = (to: number): void => {
    if (to - next + 1 < leastFoldCount) show(to);
    else {
      parts.push({ kind: 'fold', from: next, to });
      next = to + 1;
    }
  };
  if (contextCount === Infinity) {
    show(lineCount);
    return parts;
  }
  for (const line of loud) {
    if (line - contextCount > next) fold(line - contextCount - 1);
    show(Math.min(lineCount, line + contextCount));
  }
  if (next <= lineCount) fold(lineCount);
  return parts;
}
