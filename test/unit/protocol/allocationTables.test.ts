/** The C compiler and the engine read the same file: src/native/tables.h says what allocationTables.ts says. */

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  firstSectionSlot,
  headerBytes,
  headerSlots,
  sectionFields,
  sections,
  tablesVersion,
} from '../../../src/protocol/allocationTables.ts';

const source = fs.readFileSync(path.resolve(import.meta.dirname, '../../../src/native/tables.h'), 'utf8');
const kinds: Readonly<Record<string, string>> = { double: 'f', uint64_t: 'u', uint32_t: 'i' };
const structNames = {
  stacks: 'StackEntry',
  frames: 'FrameEntry',
  codes: 'CodeEntry',
  lines: 'LineEntry',
  collections: 'CollectionEntry',
  types: 'TypeEntry',
  changes: 'CollectorChangeEntry',
  cycles: 'CycleEntry',
  calls: 'CallEntry',
} as const;

describe('the tables that the native recorder writes', () => {
  it('have the header that the engine reads', () => {
    assert.deepEqual(
      fieldsOf('TablesHeader'),
      headerSlots.map((slot) => [...slot]),
    );
  });

  for (const [section, structName] of Object.entries(structNames) as [keyof typeof structNames, string][]) {
    it(`have the fields of ${section} that the engine reads`, () => {
      assert.deepEqual(
        fieldsOf(structName),
        sectionFields[section].map((field) => [...field]),
      );
    });
  }

  it('have the sections in the order in which the engine looks for them', () => {
    const names = /enum \{([^}]*)\}/
      .exec(source)?.[1]
      ?.split(',')
      .map((name) => name.trim());
    assert.deepEqual(names, [...sections.map((name) => `SECTION_${name.toUpperCase()}`), 'SECTION_COUNT']);
  });

  it('have the same sizes and version', () => {
    const constant = (name: string): number => Number(new RegExp(`#define ${name} (\\d+)`).exec(source)?.[1]);
    assert.equal(constant('HEADER_BYTES'), headerBytes);
    assert.equal(constant('FIRST_SECTION_SLOT'), firstSectionSlot);
    assert.equal(constant('TABLES_VERSION'), tablesVersion);
  });
});

/** Name and kind of each field of a struct, in order. */
function fieldsOf(structName: string): string[][] {
  const body = new RegExp(`typedef struct \\{([^}]*)\\} ${structName};`).exec(source)?.[1];
  assert.ok(body !== undefined, structName);
  return [...body.matchAll(/(double|uint64_t|uint32_t) ([^;]+);/g)].flatMap(([, type = '', names = '']) =>
    names.split(',').map((name) => [name.trim(), kinds[type] ?? type]),
  );
}
