/**
 * Applies the fix of an advice to its document, as it is now.
 */

import * as vscode from 'vscode';
import { placeText } from '../core/filePaths.ts';
import type { Advice } from '../core/profile.ts';
import { UserError } from '../core/userError.ts';
import type { DocumentFiguresStore } from './documentFigures.ts';
import { openDocument, showPlace } from './errorBoundary.ts';
import { placeFix } from './fixEdits.ts';

/** An advice and the file that it is about; what commands on fixes take. */
export interface AdviceAtFile {
  /** As the profile writes it. */
  readonly path: string;
  readonly advice: Advice;
}

/**
 * Makes the edits and shows them; the document is not saved.
 * @throws UserError when the text there is not what was run any more
 */
export async function applyFix(figures: DocumentFiguresStore, { path, advice }: AdviceAtFile): Promise<void> {
  const { fix, at } = advice;
  if (fix === undefined) throw new Error(`the advice ${advice.rule} has no fix`);
  const document = await openDocument(path);
  const known = figures.of(document);
  const edit = known && placeFix(document, known, fix);
  if (known === undefined || edit === undefined) {
    throw new UserError(
      'fixOutdated',
      `The code at ${placeText(at)} was changed since it was profiled, so nothing was changed. Profile it again for advice on what it is now.`,
    );
  }
  await showPlace(path, (known.positionOf?.(at.line)?.line0 ?? at.line - 1) + 1);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new UserError(
      'fixOutdated',
      `The fix at ${placeText(at)} could not be applied: VS Code refused to change the file, so it is as it was.`,
    );
  }
}
