/**
 * `npm run schema`: generates the JSON Schema of a profile from its TypeScript types; with `--check` it only says whether what is committed
 * is current (a unit test does so).
 *
 * The types say what a figure is by its name (conventions.md), so the limits that the types can't hold are put in by name here.
 */
import * as fs from 'node:fs';
import * as prettier from 'prettier';
import { createGenerator } from 'ts-json-schema-generator';
import { inProject } from './paths.mjs';

const schemaFile = inProject('src', 'core', 'profileSchema.json');

/** What may be below zero: it measures a change. */
const signedFigures = new Set(['netBytes', 'liveBytesPerSecond']);

const lineLimits = { type: 'integer', minimum: 1 };
const columnLimits = { type: 'integer', minimum: 0 };
/** @type {Readonly<Record<string, object>>} */
const limitsOf = {
  line: lineLimits,
  endLine: lineLimits,
  column: columnLimits,
  endColumn: columnLimits,
  count: { type: 'integer', minimum: 1 },
  frame: { type: 'integer', minimum: 0 },
  parent: { type: 'integer', minimum: -1 },
  contentSha256: { pattern: '^[0-9a-f]{64}$' },
};

const generated = await generateProfileSchema();
if (!process.argv.includes('--check')) {
  fs.writeFileSync(schemaFile, generated);
} else if (fs.readFileSync(schemaFile, 'utf8') !== generated) {
  console.error('src/core/profileSchema.json is not what the types in src/core/profile.ts give: run `npm run schema`.');
  process.exitCode = 1;
}

/** @returns {Promise<string>} The schema's text as it is to stand in src/core/profileSchema.json. */
async function generateProfileSchema() {
  const schema = createGenerator({
    path: inProject('src', 'core', 'profile.ts'),
    tsconfig: inProject('src', 'core', 'tsconfig.json'),
    type: 'MemoryProfile',
    // "Add fields freely": an unknown field is no error.
    additionalProperties: true,
    skipTypeCheck: true,
    topRef: false,
  }).createSchema('MemoryProfile');
  addLimits(schema);
  return prettier.format(JSON.stringify(schema), { ...(await prettier.resolveConfig(schemaFile)), filepath: schemaFile });
}

/** @param {any} node a schema or any part of one */
function addLimits(node) {
  if (typeof node !== 'object' || node === null) return;
  if (typeof node.properties === 'object') {
    for (const [name, property] of Object.entries(node.properties)) {
      if (Object.hasOwn(limitsOf, name)) Object.assign(property, limitsOf[name]);
      else if (/(Bytes|Count|Ms|Ratio)$/.test(name) && !signedFigures.has(name)) {
        Object.assign(property.type === 'array' ? property.items : property, { minimum: 0 });
      }
    }
  }
  for (const child of Object.values(node)) addLimits(child);
}
