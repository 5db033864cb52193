/**
 * The fixed set of decoration types, made once and reused: for each step of heat one for marks and one for texts, and one each for the
 * texts of lines that give memory back and of stale ones. Marks have no options of their own, so VS Code takes thousands of them by a fast path; texts are set where they can be
 * seen. Heat never shows by colour alone: the text has the figure, the gutter's bar grows with the step, and so does the mark in the
 * overview ruler.
 */

import * as vscode from 'vscode';
import type { HeatStep } from '../core/metrics.ts';

/** Gutter bars are pictures, which can't take theme colours: one colour each that is seen on light and on dark. */
interface GutterColors {
  readonly light: string;
  readonly dark: string;
}

const gutterColors: readonly [GutterColors, GutterColors, GutterColors, GutterColors, GutterColors] = [
  { light: '#8a8f98', dark: '#7d848f' },
  { light: '#4d7a97', dark: '#7fb2d0' },
  { light: '#957300', dark: '#d7ba4a' },
  { light: '#b35c00', dark: '#e89a52' },
  { light: '#c4281c', dark: '#ff7b66' },
];

const heatSteps: readonly HeatStep[] = [0, 1, 2, 3, 4];

/** How a line's text is drawn: by its heat, or as one that gives memory back, or as stale. */
export type TextStyle = HeatStep | 'freed' | 'stale';

/** Owns the decoration types; whoever creates it disposes it, which takes all decorations away. */
export class HeatDecorations implements vscode.Disposable {
  /** Step 0 has no mark: it would only be noise. */
  readonly marks: ReadonlyMap<HeatStep, vscode.TextEditorDecorationType>;
  readonly texts: ReadonlyMap<TextStyle, vscode.TextEditorDecorationType>;

  /** @param gutterHeat whether marks have a bar in the gutter, beside that in the overview ruler */
  constructor(gutterHeat: boolean) {
    this.marks = new Map(heatSteps.slice(1).map((step) => [step, createMark(step, gutterHeat)]));
    const styles: readonly TextStyle[] = [...heatSteps, 'freed', 'stale'];
    this.texts = new Map(styles.map((style) => [style, createText(style)]));
  }

  dispose(): void {
    for (const type of [...this.marks.values(), ...this.texts.values()]) type.dispose();
  }
}

function createText(style: TextStyle): vscode.TextEditorDecorationType {
  const name = typeof style === 'number' ? `heat${style}` : style;
  const color = new vscode.ThemeColor(`memoryLens.${name}Foreground`);
  return vscode.window.createTextEditorDecorationType({ after: { color, fontStyle: style === 'stale' ? 'italic' : 'normal' } });
}

function createMark(step: HeatStep, gutterHeat: boolean): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    overviewRulerColor: new vscode.ThemeColor(`memoryLens.heat${step}Foreground`),
    overviewRulerLane: step >= 3 ? vscode.OverviewRulerLane.Full : vscode.OverviewRulerLane.Right,
    ...(gutterHeat ? { light: gutterIcon(step, gutterColors[step].light), dark: gutterIcon(step, gutterColors[step].dark) } : {}),
  });
}

/** A bar at the gutter's edge, a quarter of the line high for step 1 and all of it for step 4. */
function gutterIcon(step: HeatStep, color: string): vscode.ThemableDecorationRenderOptions {
  const height = step * 4;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">` +
    `<rect x="6" y="${16 - height}" width="5" height="${height}" fill="${color}"/></svg>`;
  return {
    gutterIconPath: vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`),
    gutterIconSize: 'contain',
  };
}
