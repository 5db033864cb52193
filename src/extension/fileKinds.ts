/**
 * Which files the editor offers to profile, and what runs them. The engine has the last word; this is what can be known without loading it.
 */

import type * as vscode from 'vscode';

/** What a program is run by. */
export type ProgramKind = 'node' | 'python';

/** Also in package.json, in the `when` clauses of the menus. */
const nodeProgram = /\.(?:[cm]?[jt]s|[jt]sx)$/i;
const pythonProgram = /\.pyw?$/i;
const declarationFile = /\.d\.[cm]?ts$/i;

/** For a message that says what could be chosen instead. */
export const profilableFiles = '.py, .js, .mjs, .cjs, .jsx, .ts, .mts, .cts or .tsx';

const languages = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python'];

/** Languages of which files are offered lenses and hovers. */
export const profilableDocuments: vscode.DocumentSelector = languages.map((language) => ({ language, scheme: 'file' }));

/** What runs a file of this name; undefined: it is no program. */
export function programKind(fileName: string): ProgramKind | undefined {
  if (pythonProgram.test(fileName)) return 'python';
  return nodeProgram.test(fileName) && !declarationFile.test(fileName) ? 'node' : undefined;
}

/** Whether it is a program by its name. */
export function isProfilable(fileName: string): boolean {
  return programKind(fileName) !== undefined;
}
