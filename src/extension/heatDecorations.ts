/**
 * The fixed set of decoration types: one for each step of heat and one for stale lines, made once and reused. Heat never shows by colour
 * alone: the text has the figure, the gutter's bar grows with the step, and so does the mark in the overview ruler.
 */

import * as vscode from 'vscode';
import type { HeatStep } from '../core/metrics.ts';

/** Gutter bars are pictures, which can't take theme colours: one colour each that is seen on light and on dark. */
interface GutterColors {
  readonly light: string;
  readonly dark: string;
}

const gutterColors: readonly GutterColors[] = [
  { light: '#8a8f98', dark: '#7d848f' },
  { light: '#4d7a97', dark: '#7fb2d0' },
  { light: '#957300', dark: '#d7ba4a' },
  { light: '#b35c00', dark: '#e89a52' },
  { light: '#c4281c', dark: '#ff7b66' },
];

/** Owns the decoration types; whoever creates it disposes it, which takes all decorations away. */
export class HeatDecorations implements vscode.Disposable {
  readonly steps: readonly vscode.TextEditorDecorationType[];
  readonly stale: vscode.TextEditorDecorationType;

  /** @param gutterHeat whether lines of step 1 and more have a bar in the gutter */
  constructor(gutterHeat: boolean) {
    this.steps = gutterColors.map((colors, step) => createStep(step as HeatStep, gutterHeat ? colors : undefined));
    this.stale = vscode.window.createTextEditorDecorationType({
      after: { color: new vscode.ThemeColor('memoryLens.staleForeground'), margin: '0 0 0 3ch', fontStyle: 'italic' },
    });
  }

  get all(): readonly vscode.TextEditorDecorationType[] {
    return [...this.steps, this.stale];
  }

  dispose(): void {
    for (const type of this.all) type.dispose();
  }
}

function createStep(step: HeatStep, gutter: GutterColors | undefined): vscode.TextEditorDecorationType {
  const color = new vscode.ThemeColor(`memoryLens.heat${step}Foreground`);
  const marked = step >= 1;
  return vscode.window.createTextEditorDecorationType({
    after: { color, margin: '0 0 0 3ch' },
    ...(marked ? { overviewRulerColor: color, overviewRulerLane: step >= 3 ? vscode.OverviewRulerLane.Full : vscode.OverviewRulerLane.Right } : {}),
    ...(marked && gutter ? { light: gutterIcon(step, gutter.light), dark: gutterIcon(step, gutter.dark) } : {}),
  });
}

/** A bar at the gutter's edge, a quarter of the line high for step 1 and all of it for step 4. */
function gutterIcon(step: HeatStep, color: string): vscode.ThemableDecorationRenderOptions {
  const height = step * 4;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">` +
    `<rect x="6" y="${16 - height}" width="5" height="${height}" fill="${color}"/></svg>`;
  return { gutterIconPath: vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`), gutterIconSize: 'contain' };
}
