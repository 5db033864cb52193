/**
 * Reads the file of tables that the native recorder in the program writes, while it runs and after it has ended. What lies where is said in
 * protocol/allocationTables.ts.
 */

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
} from '../../protocol/allocationTables.ts';

export type HeaderSlot = Exclude<(typeof headerSlots)[number][0], 'magic'>;
export type TablesHeader = Readonly<Record<HeaderSlot, number>>;

type FieldOf<Name extends Section> = (typeof sectionFields)[Name][number];

/** One section, column by column: `columns.liveBytes[i]` is of entry i. */
export interface Table<Name extends Section> {
  readonly count: number;
  readonly columns: { readonly [Field in FieldOf<Name> as Field[0]]: Field[1] extends 'i' ? Uint32Array : Float64Array };
}

/** All that the file held when it was read. */
export interface Tables {
  readonly header: TablesHeader;
  readonly stacks: Table<'stacks'>;
  readonly frames: Table<'frames'>;
  readonly codes: Table<'codes'>;
  readonly lines: Table<'lines'>;
  readonly collections: Table<'collections'>;
  readonly types: Table<'types'>;
  readonly changes: Table<'changes'>;
  readonly cycles: Table<'cycles'>;
  readonly calls: Table<'calls'>;
  /** Those that have no room left: what came later is not in them. */
  readonly fullSections: readonly Section[];
  /** Of the file that is in use, and so resident in the program's process. */
  readonly usedBytes: number;
  /** A slice of the section `strings`. */
  readonly text: (offset: number, length: number) => string;
}

export interface TablesFile {
  /** The figures of the header alone: cheap. undefined while the recorder has not begun. */
  readHeader(): TablesHeader | undefined;
  readTables(): Tables | undefined;
  /** The live bytes of each stack alone. */
  readLiveBytes(): Float64Array | undefined;
  close(): void;
}

/** In an entry of the stacks, whose first fields are doubles. */
const liveBytesOffset = sectionFields.stacks.findIndex(([name]) => name === 'liveBytes') * 8;

/** Opens the file once it is there; undefined until then. */
export function openTablesFile(file: string): TablesFile | undefined {
  let descriptor: number;
  try {
    descriptor = fs.openSync(file, 'r');
  } catch {
    return undefined; // Not made yet, or never: the fallback works without it.
  }
  const page = Buffer.alloc(headerBytes);
  const readPage = (): boolean =>
    fs.readSync(descriptor, page, 0, headerBytes, 0) === headerBytes &&
    page.toString('latin1', 0, 8) === tablesMagic &&
    page.readBigUInt64LE(8) === BigInt(tablesVersion);
  return {
    readHeader: () => (readPage() ? decodeHeader(page) : undefined),
    readTables() {
      if (!readPage()) return undefined;
      const header = decodeHeader(page);
      const table = <Name extends Section>(name: Name): Table<Name> => readTable(descriptor, page, name);
      // Stacks first: what they refer to was written before them, so what is read later has it.
      const stacks = table('stacks');
      const collections = table('collections');
      const types = table('types');
      const changes = table('changes');
      const calls = table('calls');
      const lines = table('lines');
      const cycles = table('cycles');
      readPage();
      const frames = table('frames');
      const codes = table('codes');
      const strings = readSection(descriptor, page, 'strings').bytes;
      const fullSections = sections.filter((name) => sectionPlace(page, name).isFull);
      const usedBytes = sections.reduce((sum, name) => sum + usedSectionBytes(page, name), headerBytes);
      const text = (offset: number, length: number): string => strings.toString('utf8', offset, offset + length);
      return { header, stacks, frames, codes, lines, collections, types, changes, cycles, calls, fullSections, usedBytes, text };
    },
    readLiveBytes() {
      if (!readPage()) return undefined;
      const { bytes, count, entryBytes } = readSection(descriptor, page, 'stacks');
      return readColumn(bytes, count, entryBytes, liveBytesOffset, 'f') as Float64Array;
    },
    close: () => fs.closeSync(descriptor),
  };
}

function decodeHeader(page: Buffer): TablesHeader {
  const header: Record<string, number> = {};
  headerSlots.forEach(([name, kind], slot) => {
    if (name !== 'magic') header[name] = kind === 'f' ? page.readDoubleLE(slot * 8) : Number(page.readBigUInt64LE(slot * 8));
  });
  return header as TablesHeader;
}

function usedSectionBytes(page: Buffer, name: Section): number {
  const { entryBytes, count } = sectionPlace(page, name);
  return entryBytes * count;
}

function sectionPlace(page: Buffer, name: Section): { offset: number; entryBytes: number; count: number; isFull: boolean } {
  const place = (firstSectionSlot + sections.indexOf(name) * 4) * 8;
  const [offset = 0, entryBytes = 0, capacity = 0, counted = 0] = [0, 1, 2, 3].map((slot) =>
    Number(page.readBigUInt64LE(place + slot * 8)),
  );
  return { offset, entryBytes, count: Math.min(counted, capacity), isFull: counted >= capacity };
}

function readSection(descriptor: number, page: Buffer, name: Section): { bytes: Buffer; count: number; entryBytes: number } {
  const { offset, entryBytes, count: wanted } = sectionPlace(page, name);
  const bytes = Buffer.alloc(wanted * entryBytes);
  let length = 0;
  while (length < bytes.length) {
    const readBytes = fs.readSync(descriptor, bytes, length, bytes.length - length, offset + length);
    if (readBytes === 0) break;
    length += readBytes;
  }
  const count = entryBytes === 0 ? 0 : Math.floor(length / entryBytes);
  return { bytes, count, entryBytes };
}

function readTable<Name extends Section>(descriptor: number, page: Buffer, name: Name): Table<Name> {
  const { bytes, count, entryBytes } = readSection(descriptor, page, name);
  const columns: Record<string, Float64Array | Uint32Array> = {};
  let fieldOffset = 0;
  for (const [field, kind] of sectionFields[name] as readonly (readonly [string, 'f' | 'u' | 'i'])[]) {
    columns[field] = readColumn(bytes, count, entryBytes, fieldOffset, kind);
    fieldOffset += kind === 'i' ? 4 : 8;
  }
  return { count, columns: columns as unknown as Table<Name>['columns'] };
}

/** 64-bit integers become doubles, exact up to 2 ** 53. */
function readColumn(bytes: Buffer, count: number, entryBytes: number, offset: number, kind: 'f' | 'u' | 'i'): Float64Array | Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const column = kind === 'i' ? new Uint32Array(count) : new Float64Array(count);
  for (let index = 0, at = offset; index < count; index += 1, at += entryBytes) {
    if (kind === 'i') column[index] = view.getUint32(at, true);
    else if (kind === 'f') column[index] = view.getFloat64(at, true);
    else column[index] = view.getUint32(at, true) + view.getUint32(at + 4, true) * 4_294_967_296;
  }
  return column;
}
