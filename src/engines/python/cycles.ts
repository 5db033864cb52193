/**
 * The reference cycles that the recorder found in the garbage of collections, by the types that make them.
 */

import type { CycleReport, SourceRef } from '../../core/profile.ts';
import { wholeBytes } from './figures.ts';
import type { Place, Places } from './places.ts';
import type { Tables } from './tablesFile.ts';

/** Cycles of the same types, made by several lines. */
interface CycleKind {
  readonly typeNames: readonly string[];
  readonly objectCountByPlace: Map<Place, number>;
  path: string;
  objectCount: number;
  bytes: number;
  finalizerCount: number;
  isUncollectable: boolean;
}

/** The largest first; those that no line of the user's made are left out. */
export function readCycles({ cycles: { count, columns }, text }: Tables, places: Places): CycleReport[] {
  const kinds = new Map<string, CycleKind>();
  for (let index = 0; index < count; index += 1) {
    const of = (column: Float64Array | Uint32Array): number => column[index] ?? 0;
    const types = text(of(columns.typesOffset), of(columns.typesLength));
    const kind = kinds.get(types) ?? createKind(types);
    kinds.set(types, kind);
    kind.objectCount += of(columns.objectCount);
    kind.bytes += of(columns.bytes);
    kind.finalizerCount += of(columns.finalizerCount);
    kind.isUncollectable ||= of(columns.uncollectableCount) > 0;
    if (kind.path === '') kind.path = text(of(columns.pathOffset), of(columns.pathLength));
    const [place] = places.ofStack(of(columns.stack));
    if (place !== undefined) kind.objectCountByPlace.set(place, (kind.objectCountByPlace.get(place) ?? 0) + of(columns.objectCount));
  }
  return [...kinds.values()].flatMap(buildReport).sort((a, b) => b.bytes - a.bytes || b.objectCount - a.objectCount);
}

function createKind(types: string): CycleKind {
  return {
    typeNames: types.split('\n'),
    objectCountByPlace: new Map(),
    path: '',
    objectCount: 0,
    bytes: 0,
    finalizerCount: 0,
    isUncollectable: false,
  };
}

function buildReport(kind: CycleKind): CycleReport[] {
  const [most] = [...kind.objectCountByPlace].sort(([, a], [, b]) => b - a);
  if (most === undefined) return [];
  const [place] = most;
  const at: SourceRef = { path: place.path, line: place.line };
  return [
    {
      typeNames: kind.typeNames,
      at,
      objectCount: kind.objectCount,
      bytes: wholeBytes(kind.bytes),
      uncollectable: kind.isUncollectable,
      ...(kind.path === '' ? {} : { path: kind.path }),
      ...(kind.finalizerCount === 0 ? {} : { finalizerCount: kind.finalizerCount }),
    },
  ];
}
