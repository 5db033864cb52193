/**
 * Lints the probe's Python and checks its layout with ruff, compiled to WebAssembly: no Python and no Python packages are needed.
 * `--write` lays it out.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PositionEncoding, Workspace } from '@astral-sh/ruff-wasm-nodejs';
import { inProject, projectRoot } from './paths.mjs';

const settings = {
  'target-version': 'py38',
  'line-length': 140,
  lint: {
    // Errors, unused names, order of imports, docstrings, likely bugs, names, needless code, printing, names of built-ins.
    select: ['E', 'W', 'F', 'I', 'D', 'B', 'N', 'C4', 'PIE', 'RET', 'SIM', 'PGH', 'T20', 'A', 'RUF100'],
    // What __init__ takes stands in its class' docstring. getattr and setattr with a constant name are for what the types don't know.
    // An exception's name says what is the case.
    ignore: ['D107', 'B009', 'B010', 'N818'],
    pydocstyle: { convention: 'google' },
    isort: { 'combine-as-imports': true },
  },
};

const workspace = new Workspace(settings, PositionEncoding.Utf16);
const write = process.argv.includes('--write');
let problemCount = 0;

for (const file of pythonFiles('src/probe')) {
  const name = path.relative(projectRoot, file);
  const source = fs.readFileSync(file, 'utf8');
  /** @type {import('@astral-sh/ruff-wasm-nodejs').Diagnostic[]} */
  const diagnostics = workspace.check(source);
  for (const { code, message, start_location: start } of diagnostics) report(`${name}:${start.row}:${start.column} ${code} ${message}`);
  const formatted = workspace.format(source);
  if (formatted === source) continue;
  if (write) fs.writeFileSync(file, formatted);
  else report(`${name} is not laid out as ruff does it: node scripts/lintPython.mjs --write`);
}
process.exitCode = problemCount === 0 ? 0 : 1;

/** @param {string} problem */
function report(problem) {
  problemCount += 1;
  console.log(problem);
}

/** @param {string} folder in the project */
function pythonFiles(folder) {
  const names = fs.readdirSync(inProject(folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.py')).map((name) => inProject(folder, name));
}
