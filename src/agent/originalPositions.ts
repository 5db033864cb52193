/**
 * Turns positions in rewritten files back into those of the original, and knows which functions are markers.
 */

import type { FileMappings, ModuleFormat } from './workerLink.ts';

export interface OriginalPosition {
  readonly line0: number;
  readonly column0: number;
}

export interface OriginalPositions {
  /** `name`: a path or a file URL as a stack frame names it. Undefined for a file that was not rewritten. */
  resolve(name: string | undefined, line0: number, column0: number): OriginalPosition | undefined;
  /** Index of the file, or -1 where it was not rewritten. */
  fileIndexOf(name: string | undefined): number;
  /** Undefined for a file that was not rewritten. */
  formatOf(name: string): ModuleFormat | undefined;
  /** Whether the text of this line is not the original's. */
  isChangedLine(name: string | undefined, line0: number): boolean;
  /** As V8 names the file whose throw statements have this key. */
  nameOfKey(fileKey: number): string | undefined;
}

/** @param takeNew gives the mappings of the files that were rewritten since it was last called. */
export function createOriginalPositions(toUrl: (path: string) => string, takeNew: () => readonly FileMappings[]): OriginalPositions {
  const files = new Map<string, FileMappings>();
  const names = new Map<number, string>();
  const take = (): void => {
    for (const file of takeNew()) {
      files.set(file.path, file);
      files.set(toUrl(file.path), file);
      names.set(file.fileKey, file.format === 'module' ? toUrl(file.path) : file.path);
    }
  };
  const find = (name: string | undefined): FileMappings | undefined => {
    if (name === undefined) return undefined;
    take();
    return files.get(withoutQuery(name));
  };
  return {
    fileIndexOf: (name) => find(name)?.fileIndex ?? -1,
    formatOf: (name) => find(name)?.format,
    isChangedLine(name, line0) {
      return find(name)?.changedLines.includes(line0) === true;
    },
    nameOfKey(fileKey) {
      take();
      return names.get(fileKey);
    },
    resolve(name, line0, column0) {
      const file = find(name);
      return file === undefined ? undefined : findPosition(file.mappings, line0, column0);
    },
  };
}

/** Markers are functions of the rewritten text that run one allocating expression; no original function has such a name. */
export function isMarkerName(name: string | null | undefined): boolean {
  return typeof name === 'string' && name.startsWith('$ml$');
}

function withoutQuery(name: string): string {
  if (!name.startsWith('file:')) return name;
  const at = name.search(/[?#]/);
  return at < 0 ? name : name.slice(0, at);
}

function findPosition(mappings: Int32Array, line0: number, column0: number): OriginalPosition | undefined {
  let low = 0;
  let high = mappings.length / 4;
  while (low < high) {
    const middle = (low + high) >> 1;
    const line = mappings[middle * 4] as number;
    if (line < line0 || (line === line0 && (mappings[middle * 4 + 1] as number) <= column0)) low = middle + 1;
    else high = middle;
  }
  const at = (low - 1) * 4;
  if (at < 0 || mappings[at] !== line0) return undefined;
  return { line0: mappings[at + 2] as number, column0: (mappings[at + 3] as number) + column0 - (mappings[at + 1] as number) };
}
