/**
 * Draws the figures at the ends of their lines in every visible editor, and the heat in the gutter and the overview ruler.
 */

import * as vscode from 'vscode';
import { formatInlineAnnotation } from '../core/formatInlineAnnotation.ts';
import { heatStep, lineShare, lineWeightBytes } from '../core/metrics.ts';
import type { LineProfile } from '../core/profile.ts';
import type { DocumentFigures, DocumentFiguresStore } from './documentFigures.ts';
import { HeatDecorations } from './heatDecorations.ts';
import { readAnnotationSettings, settingsSection, type AnnotationSettings } from './settings.ts';
import { Throttle } from './throttle.ts';

/** Live updates and quick typing are drawn at most this often. */
const redrawIntervalMs = 100;

/** A line worth showing, with what is said of it. Also what the tests of the editor read. */
export interface LineAnnotation {
  readonly line0: number;
  readonly text: string;
  /** Index of the decoration type; undefined for a stale line. */
  readonly step: number | undefined;
}

export class AnnotationController implements vscode.Disposable {
  private readonly figures: DocumentFiguresStore;
  private decorations: HeatDecorations;
  private gutterHeat: boolean;
  private readonly redraw = new Throttle(redrawIntervalMs, () => this.drawAll());
  private readonly subscriptions: vscode.Disposable[];

  constructor(figures: DocumentFiguresStore) {
    this.figures = figures;
    this.gutterHeat = readAnnotationSettings().gutterHeat;
    this.decorations = new HeatDecorations(this.gutterHeat);
    this.subscriptions = [
      figures.onDidChange(() => this.redraw.request()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.redraw.request()),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (readAnnotationSettings(textEditor.document.uri).currentLineOnly) this.draw(textEditor);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) this.applySettings();
      }),
    ];
    this.redraw.request();
  }

  /** Draws one editor now. @returns how many lines were annotated */
  draw(editor: vscode.TextEditor): number {
    const settings = readAnnotationSettings(editor.document.uri);
    const figures = settings.annotations ? this.figures.of(editor.document) : undefined;
    const annotations = figures ? annotateLines(figures, settings) : [];
    const optionsOf = new Map<vscode.TextEditorDecorationType, vscode.DecorationOptions[]>(this.decorations.all.map((type) => [type, []]));
    const currentLines = settings.currentLineOnly ? new Set(editor.selections.map(({ active }) => active.line)) : undefined;
    for (const { line0, text, step } of annotations) {
      const type = step === undefined ? this.decorations.stale : this.decorations.steps[step]!;
      const showsText = currentLines === undefined || currentLines.has(line0);
      optionsOf.get(type)!.push({
        range: editor.document.lineAt(line0).range,
        ...(showsText ? { renderOptions: { after: { contentText: text } } } : {}),
      });
    }
    for (const [type, options] of optionsOf) editor.setDecorations(type, options);
    return annotations.length;
  }

  dispose(): void {
    this.redraw.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.decorations.dispose();
  }

  private drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) this.draw(editor);
  }

  private applySettings(): void {
    const { gutterHeat } = readAnnotationSettings();
    if (gutterHeat !== this.gutterHeat) {
      this.gutterHeat = gutterHeat;
      this.decorations.dispose();
      this.decorations = new HeatDecorations(gutterHeat);
    }
    this.redraw.runNow();
  }
}

/** What is said of which line of the document as it stands now, by the settings. */
function annotateLines({ file, profile, positionOf }: DocumentFigures, settings: AnnotationSettings): LineAnnotation[] {
  if (positionOf === undefined) return [];
  const annotations: LineAnnotation[] = [];
  for (const line of file.lines) {
    const text = annotationText(line, profile.totals, settings);
    const position = text === undefined ? undefined : positionOf(line.line);
    if (text === undefined || position === undefined) continue;
    const step = position.stale ? undefined : heatStep(lineShare(line, profile.totals, settings.metric) ?? 0);
    annotations.push({ line0: position.line0, text: position.stale ? `${text} (stale)` : text, step });
  }
  return annotations;
}

function annotationText(line: LineProfile, totals: DocumentFigures['profile']['totals'], settings: AnnotationSettings): string | undefined {
  if (lineWeightBytes(line) < settings.thresholdBytes) return undefined;
  return formatInlineAnnotation(line, totals, settings.metric);
}
