/**
 * Draws the figures at the ends of their lines in every visible editor, and the heat in the gutter and the overview ruler.
 */

import * as vscode from 'vscode';
import { alignAnnotations } from '../core/alignAnnotations.ts';
import { formatInlineAnnotation } from '../core/formatInlineAnnotation.ts';
import { givesBack, heatStep, lineShare, lineWeightBytes, type HeatStep } from '../core/metrics.ts';
import type { LineProfile, MemoryProfile } from '../core/profile.ts';
import type { DocumentFigures, DocumentFiguresStore } from './documentFigures.ts';
import { HeatDecorations, type TextStyle } from './heatDecorations.ts';
import { readAnnotationSettings, settingsSection, type AnnotationSettings } from './settings.ts';
import { Throttle } from './throttle.ts';

/** Live updates, quick typing and scrolling are drawn at most this often. */
const redrawIntervalMs = 60;

/** So many lines above and below what can be seen have their texts already, so that scrolling shows no gaps. */
const marginLineCount = 100;

/** A line to annotate. */
interface AnnotatedLine {
  readonly line: LineProfile;
  /** Where it stands now, from 0. */
  readonly line0: number;
  readonly style: TextStyle;
}

/** What is set in one editor; for each decoration type all that it shows. */
interface Drawing {
  readonly marks: ReadonlyMap<HeatStep, vscode.Range[]>;
  readonly texts: ReadonlyMap<TextStyle, vscode.DecorationOptions[]>;
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
      vscode.window.onDidChangeTextEditorVisibleRanges(() => this.redraw.request()),
      vscode.window.onDidChangeTextEditorOptions(() => this.redraw.request()), // Tabs may be wider.
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        if (readAnnotationSettings(textEditor.document.uri).currentLineOnly) this.draw(textEditor);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) this.applySettings();
      }),
    ];
    this.redraw.request();
  }

  /** Draws one editor now. @returns how many of the document's lines are annotated, seen or not */
  draw(editor: vscode.TextEditor): number {
    const settings = readAnnotationSettings(editor.document.uri);
    const figures = settings.annotations ? this.figures.of(editor.document) : undefined;
    const lines = figures ? annotatedLines(figures, settings) : [];
    const { marks, texts } = drawingOf(lines, editor, figures, settings);
    for (const [step, type] of this.decorations.marks) editor.setDecorations(type, marks.get(step) ?? []);
    for (const [style, type] of this.decorations.texts) editor.setDecorations(type, texts.get(style) ?? []);
    return lines.length;
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

/** The lines worth showing, where they stand now. */
function annotatedLines({ file, profile, positionOf }: DocumentFigures, settings: AnnotationSettings): AnnotatedLine[] {
  const annotated: AnnotatedLine[] = [];
  for (const line of file.lines) {
    if (lineWeightBytes(line) < settings.thresholdBytes) continue;
    const position = positionOf?.(line.line);
    if (position === undefined) continue;
    annotated.push({ line, line0: position.line0, style: position.stale ? 'stale' : freshStyle(line, profile, settings) });
  }
  return annotated;
}

function freshStyle(line: LineProfile, { totals }: MemoryProfile, { metric }: AnnotationSettings): TextStyle {
  return metric === 'auto' && givesBack(line) ? 'freed' : heatStep(lineShare(line, totals, metric) ?? 0);
}

function drawingOf(
  lines: readonly AnnotatedLine[],
  editor: vscode.TextEditor,
  figures: DocumentFigures | undefined,
  settings: AnnotationSettings,
): Drawing {
  const marks = new Map<HeatStep, vscode.Range[]>();
  const texts = new Map<TextStyle, vscode.DecorationOptions[]>();
  const showsText = textFilter(editor, settings);
  const shown: { readonly line0: number; readonly style: TextStyle; readonly contentText: string }[] = [];
  for (const { line, line0, style } of lines) {
    if (typeof style === 'number') append(marks, style, new vscode.Range(line0, 0, line0, 0));
    if (figures === undefined || !showsText(line0)) continue;
    const text = formatInlineAnnotation(line, figures.profile.totals, settings.metric);
    if (text !== undefined) shown.push({ line0, style, contentText: style === 'stale' ? `stale: ${text}` : text });
  }
  const gaps = gapsOf(shown, editor);
  for (const { line0, style, contentText } of shown) {
    const after = { contentText, margin: `0 0 0 ${gaps.get(line0) ?? 0}ch` };
    append(texts, style, { range: editor.document.lineAt(line0).range, renderOptions: { after } });
  }
  return { marks, texts };
}

/** Annotations that moved with their lines may have changed places. */
function gapsOf(shown: readonly { readonly line0: number }[], { document, options }: vscode.TextEditor): ReadonlyMap<number, number> {
  const lines = shown.map(({ line0 }) => ({ line0, text: document.lineAt(line0).text })).sort((a, b) => a.line0 - b.line0);
  return alignAnnotations(lines, typeof options.tabSize === 'number' ? options.tabSize : 4);
}

/** Whether a line's text is to be set: it can be seen, or soon will be, or has a cursor where only such lines show theirs. */
function textFilter(editor: vscode.TextEditor, { currentLineOnly }: AnnotationSettings): (line0: number) => boolean {
  const cursors = new Set(editor.selections.map(({ active }) => active.line));
  if (currentLineOnly) return (line0) => cursors.has(line0);
  const near = editor.visibleRanges.map(({ start, end }) => ({ from: start.line - marginLineCount, to: end.line + marginLineCount }));
  return (line0) => near.some(({ from, to }) => from <= line0 && line0 <= to);
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
