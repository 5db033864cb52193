/**
 * The hover of a line: every figure that is known of it.
 */

import * as vscode from 'vscode';
import { formatHoverFindings, type HoverLinks } from '../core/formatHoverFindings.ts';
import { formatHoverMarkdown } from '../core/formatHoverMarkdown.ts';
import type { Advice } from '../core/profile.ts';
import { commandUri } from './commandUri.ts';
import { profiledLineAt, type DocumentFigures, type DocumentFiguresStore } from './documentFigures.ts';
import type { FindingsStore } from './findingsStore.ts';
import { placeFix } from './fixEdits.ts';
import { readAnnotationSettings } from './settings.ts';

/** The only commands that links in the hover can run, whatever the profiled program calls its things. */
const linkedCommands = ['memoryLens.openLine', 'memoryLens.explainFinding', 'memoryLens.applyFix', 'memoryLens.tryFix'];

export class FigureHovers implements vscode.HoverProvider {
  private readonly figures: DocumentFiguresStore;
  private readonly findings: FindingsStore;

  constructor(figures: DocumentFiguresStore, findings: FindingsStore) {
    this.figures = figures;
    this.findings = findings;
  }

  provideHover(document: vscode.TextDocument, { line: line0 }: vscode.Position): vscode.Hover | undefined {
    if (!readAnnotationSettings(document.uri).annotations) return undefined;
    const figures = this.figures.of(document);
    if (figures === undefined) return undefined;
    const profiled = profiledLineAt(figures, line0);
    const placed = this.findings.inDocument(figures).filter((each) => each.line0 === line0);
    if (profiled === undefined && placed.length === 0) return undefined;
    const findings = placed.map(({ finding }) => finding);
    const found = formatHoverFindings(findings, figures.profile.leakSuspects ?? [], linksFor(document, figures));
    const parts = profiled === undefined ? ['**Memory Lens**', ...found] : [formatHoverMarkdown(profiled.line, figures.profile, found)];
    if (profiled?.position.stale === true || placed.some(({ stale }) => stale)) {
      parts.push('*Stale: the line was edited since the run; these are the figures of what it was.*');
    }
    if (figures.run.running) parts.push('*The program is still running; these are the figures so far.*');
    // Without HTML and with no command but these: names in it come from the profiled program.
    const text = new vscode.MarkdownString(parts.join('\n\n'));
    text.isTrusted = { enabledCommands: linkedCommands };
    return new vscode.Hover(text);
  }
}

function linksFor(document: vscode.TextDocument, figures: DocumentFigures): HoverLinks {
  const { path } = figures.file;
  const fixLink =
    (command: string) =>
    (advice: Advice): string | undefined =>
      advice.fix === undefined || placeFix(document, figures, advice.fix) === undefined
        ? undefined
        : commandUri(command, { path, advice }).toString();
  return {
    openPlace: (place) => commandUri('memoryLens.openLine', place.path, place.line).toString(),
    explain: (page) => commandUri('memoryLens.explainFinding', page).toString(),
    applyFix: fixLink('memoryLens.applyFix'),
    tryFix: fixLink('memoryLens.tryFix'),
  };
}
