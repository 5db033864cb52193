/** Writes a file of tables as the native recorder does, for tests of what reads it. */

import * as fs from 'node:fs';
import {
  firstSectionSlot,
  headerBytes,
  headerSlots,
  sectionFields,
  sections,
  tablesMagic,
  tablesVersion,
  type Section,
} from '../../../src/protocol/allocationTables.ts';
import type { HeaderSlot } from '../../../src/engines/python/tablesFile.ts';

type Entry = Readonly<Record<string, number>>;

export interface WrittenStack {
  /** Innermost first: indexes of codes, and lines. */
  readonly frames: readonly (readonly [code: number, line: number])[];
  readonly figures: Entry;
}

export interface WrittenTables {
  readonly header?: Partial<Record<HeaderSlot, number>>;
  readonly codes?: readonly { readonly file: string; readonly name: string; readonly firstLine: number; readonly lastLine: number }[];
  /** Besides the first, which has no frames. */
  readonly stacks?: readonly WrittenStack[];
  readonly lines?: readonly ({ readonly file: string } & Readonly<Record<string, number | string>>)[];
  readonly collections?: readonly Entry[];
  readonly types?: readonly ({ readonly name: string } & Readonly<Record<string, number | string>>)[];
  readonly changes?: readonly Entry[];
  readonly calls?: readonly Entry[];
  readonly cycles?: readonly ({ readonly types: string; readonly path: string } & Readonly<Record<string, number | string>>)[];
  /** Of entry 0: what no Python code asked for. */
  readonly noStack?: Entry;
  readonly magic?: string;
  /** Entries for which sections have room left. */
  readonly spareCount?: number;
}

export function writeTables(file: string, tables: WrittenTables): void {
  const texts: Buffer[] = [];
  let textBytes = 0;
  const place = (text: string): { offset: number; length: number } => {
    const bytes = Buffer.from(text);
    texts.push(bytes);
    textBytes += bytes.length;
    return { offset: textBytes - bytes.length, length: bytes.length };
  };
  const frames: Entry[] = [];
  const stacks = [{ frames: [], figures: tables.noStack ?? {} }, ...(tables.stacks ?? [])].map((stack): Entry => {
    const firstFrame = frames.length;
    for (const [code, line] of stack.frames) frames.push({ code, line });
    return { ...stack.figures, firstFrame, frameCount: stack.frames.length };
  });
  const named = (prefix: string, text: string): Entry => {
    const { offset, length } = place(text);
    return { [`${prefix}Offset`]: offset, [`${prefix}Length`]: length };
  };
  const entries: Readonly<Record<Exclude<Section, 'strings'>, readonly Entry[]>> = {
    stacks,
    frames,
    codes: (tables.codes ?? []).map(({ file: name, name: own, ...rest }) => ({ ...named('file', name), ...named('name', own), ...rest })),
    lines: (tables.lines ?? []).map(({ file: name, ...rest }) => ({ ...named('file', name), ...(rest as Entry) })),
    collections: tables.collections ?? [],
    types: (tables.types ?? []).map(({ name, ...rest }) => ({ ...named('name', name), ...(rest as Entry) })),
    changes: tables.changes ?? [],
    calls: tables.calls ?? [],
    cycles: (tables.cycles ?? []).map(({ types, path, ...rest }) => ({
      ...named('types', types),
      ...named('path', path),
      ...(rest as Entry),
    })),
  };
  const bodies = sections.map((name) => (name === 'strings' ? Buffer.concat(texts) : encode(name, entries[name])));
  const page = Buffer.alloc(headerBytes);
  page.write(tables.magic ?? tablesMagic, 0, 'latin1');
  headerSlots.forEach(([name, kind], slot) => {
    if (name === 'magic') return;
    const value = tables.header?.[name] ?? (name === 'version' ? tablesVersion : name === 'state' || name === 'exact' ? 1 : 0);
    if (kind === 'f') page.writeDoubleLE(value, slot * 8);
    else page.writeBigUInt64LE(BigInt(value), slot * 8);
  });
  let offset = headerBytes;
  sections.forEach((name, index) => {
    const body = bodies[index]!;
    const entryBytes = name === 'strings' ? 1 : entrySize(name);
    [offset, entryBytes, body.length / entryBytes + (tables.spareCount ?? 7), body.length / entryBytes].forEach((value, slot) =>
      page.writeBigUInt64LE(BigInt(value), (firstSectionSlot + index * 4 + slot) * 8),
    );
    offset += body.length;
  });
  fs.writeFileSync(file, Buffer.concat([page, ...bodies]));
}

function entrySize(name: Section): number {
  return (sectionFields[name] as readonly (readonly [string, string])[]).reduce((sum, [, kind]) => sum + (kind === 'i' ? 4 : 8), 0);
}

function encode(name: Section, entries: readonly Entry[]): Buffer {
  const size = entrySize(name);
  const bytes = Buffer.alloc(size * entries.length);
  entries.forEach((entry, index) => {
    let at = index * size;
    for (const [field, kind] of sectionFields[name] as readonly (readonly [string, string])[]) {
      const value = entry[field] ?? 0;
      if (kind === 'f') bytes.writeDoubleLE(value, at);
      else if (kind === 'u') bytes.writeBigUInt64LE(BigInt(value), at);
      else bytes.writeUInt32LE(value, at);
      at += kind === 'i' ? 4 : 8;
    }
  });
  return bytes;
}
