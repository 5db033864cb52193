/**
 * The hover of a line: every figure that is known of it.
 */

import * as vscode from 'vscode';
import { formatHoverMarkdown } from '../core/formatHoverMarkdown.ts';
import { profiledLineAt, type DocumentFiguresStore } from './documentFigures.ts';
import { readAnnotationSettings } from './settings.ts';

export class FigureHovers implements vscode.HoverProvider {
  private readonly figures: DocumentFiguresStore;

  constructor(figures: DocumentFiguresStore) {
    this.figures = figures;
  }

  provideHover(document: vscode.TextDocument, { line: line0 }: vscode.Position): vscode.Hover | undefined {
    if (!readAnnotationSettings(document.uri).annotations) return undefined;
    const figures = this.figures.of(document);
    if (figures === undefined) return undefined;
    const found = profiledLineAt(figures, line0);
    if (found === undefined) return undefined;
    // Not trusted and without HTML: names in it come from the profiled program.
    const text = new vscode.MarkdownString(formatHoverMarkdown(found.line, figures.profile));
    if (found.position.stale) text.appendMarkdown('\n\n*Stale: the line was edited since the run; these are the figures of what it was.*');
    if (figures.run.running) text.appendMarkdown('\n\n*The program is still running; these are the figures so far.*');
    return new vscode.Hover(text);
  }
}
