/**
 * Garbage collections in words, for both runtimes: Node's kinds and Python's generations.
 */

/** Whether everything was looked through: Node's major collections, and those of Python's oldest generation. */
export function isFullCollection(kind: string): boolean {
  return kind === 'major' || kind === 'gen2';
}

/** How far a collection looks: through what was made last, further, or through everything. */
export function collectionReach(kind: string): 'young' | 'middle' | 'full' {
  if (isFullCollection(kind)) return 'full';
  return kind === 'minor' || kind === 'gen0' ? 'young' : 'middle';
}

/** `minor`, `generation 0`, `generation 2 (full)`: to stand before or after `collection`. */
export function formatCollectionKind(kind: string): string {
  const generation = /^gen(\d+)$/.exec(kind)?.[1];
  if (generation === undefined) return kind;
  return `generation ${generation}${isFullCollection(kind) ? ' (full)' : ''}`;
}
