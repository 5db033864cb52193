/**
 * The edits of an advice, placed into the document as it is now.
 */

import * as vscode from 'vscode';
import type { AdviceFix } from '../core/profile.ts';
import type { DocumentFigures } from './documentFigures.ts';

/**
 * What a fix changes in the document. Undefined where the text isn't what was run any more at the lines that it touches: then it can't be
 * known to be right.
 */
export function placeFix(document: vscode.TextDocument, figures: DocumentFigures, fix: AdviceFix): vscode.WorkspaceEdit | undefined {
  const workspaceEdit = new vscode.WorkspaceEdit();
  for (const { line, column, endLine, endColumn, newText } of fix.edits) {
    const start0 = unchangedLine(document, figures, line);
    const end0 = unchangedLine(document, figures, endLine);
    // Lines may have been put in between.
    if (start0 === undefined || end0 === undefined || end0 - start0 !== endLine - line) return undefined;
    for (let between = line + 1; between < endLine; between++) {
      if (unchangedLine(document, figures, between) !== start0 + between - line) return undefined;
    }
    const lineEnds = document.eol === vscode.EndOfLine.CRLF ? newText.replace(/\r?\n/g, '\r\n') : newText;
    workspaceEdit.replace(document.uri, new vscode.Range(start0, column, end0, endColumn), lineEnds);
  }
  return workspaceEdit;
}

/** Where a line (from 1, as it was run) stands now (from 0), where it is the same to the last space: edits count columns. */
function unchangedLine(document: vscode.TextDocument, { positionOf, textAsRun }: DocumentFigures, line: number): number | undefined {
  const position = positionOf?.(line);
  if (position === undefined || document.lineAt(position.line0).text !== textAsRun(line)) return undefined;
  return position.line0;
}
