/**
 * The editor's colours for what is drawn on a canvas, which style sheets don't reach.
 */

export interface ChartTheme {
  readonly foreground: string;
  readonly muted: string;
  readonly grid: string;
  readonly background: string;
  readonly heap: string;
  readonly external: string;
  readonly rss: string;
  readonly collections: string;
  readonly peak: string;
  /** CSS font shorthand. */
  readonly font: string;
}

/** Reads VS Code's variables as they are now; the fallbacks are for themes that leave one out. */
export function readChartTheme(element: HTMLElement): ChartTheme {
  const style = getComputedStyle(element);
  const color = (...names: string[]): string =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? style.color;
  return {
    foreground: color('--vscode-sideBar-foreground', '--vscode-foreground'),
    muted: color('--vscode-descriptionForeground', '--vscode-foreground'),
    grid: color('--vscode-contrastBorder', '--vscode-charts-lines', '--vscode-widget-border'),
    background: color('--vscode-sideBar-background', '--vscode-editor-background'),
    heap: color('--vscode-charts-blue'),
    external: color('--vscode-charts-orange'),
    rss: color('--vscode-charts-green'),
    collections: color('--vscode-charts-purple'),
    peak: color('--vscode-charts-red'),
    font: `11px ${style.getPropertyValue('--vscode-font-family').trim() || 'sans-serif'}`,
  };
}

/** Calls back when the editor's theme changes, as long as the page lives. VS Code then writes new variables on the document element and new classes on the body. */
export function watchTheme(onChange: () => void): void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-kind'] });
}
