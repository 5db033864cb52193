/** TypeScript checks and compiles a part of this project. */
import path from 'node:path';
import ts from 'typescript';
import { listed, project } from './inputs.mjs';

const files = [...listed('src/core', '.ts'), ...listed('src/protocol', '.ts')].map((file) => path.join(project, file));
const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: true,
  types: [],
  lib: ['lib.es2023.d.ts'],
  declaration: true,
  sourceMap: true,
};
const host = ts.createCompilerHost(options);
host.getDefaultLibLocation = () => path.join(project, 'node_modules/typescript/lib');
const emitted = [];
host.writeFile = (name, text) => emitted.push(path.relative(project, name) + text);
const program = ts.createProgram([...files.slice(0, 12)], options, host);
const found = ts.getPreEmitDiagnostics(program).map((each) => each.code + ts.flattenDiagnosticMessageText(each.messageText, ' '));
program.emit();
export const output = emitted.join('\n') + found.join('\n');
