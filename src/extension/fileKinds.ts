/**
 * Which files the editor offers to profile. The engine has the last word; this is what can be known without loading it.
 */

import type * as vscode from 'vscode';

/** Also in package.json, in the `when` clauses of the menus. */
const profilableExtension = /\.(?:[cm]?[jt]s|[jt]sx)$/i;
const declarationFile = /\.d\.[cm]?ts$/i;

/** Languages of which files are offered lenses and hovers. */
export const profilableDocuments: vscode.DocumentSelector = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact'].map(
  (language) => ({ language, scheme: 'file' }),
);

/** Whether it is a program by its name. */
export function isProfilable(fileName: string): boolean {
  return profilableExtension.test(fileName) && !declarationFile.test(fileName);
}
