/**
 * The side bar's page: takes what the extension sends, keeps it over hiding, and draws it at most once a frame.
 */

import 'uplot/dist/uPlot.min.css';
import '../../media/webview.css';
import { render } from 'lit-html';
import { decodeHostMessage, webviewMessageVersion } from '../protocol/webviewMessages.ts';
import { emptyTemplate, overviewTemplate } from './page.ts';
import type { PageActions } from './pageActions.ts';
import { type PageState, restorePageState, storedPageState, toggled } from './pageState.ts';
import { TimelineChart } from './timelineChart.ts';
import { connectToEditor } from './vscodeApi.ts';

startPage(requireElement('overview'));

function startPage(root: HTMLElement): void {
  const vscode = connectToEditor();
  const version = webviewMessageVersion;
  let state = restorePageState(vscode.getState());
  let frame: number | undefined;

  const chart = new TimelineChart({ onCursorMove: () => scheduleDraw() });
  const actions: PageActions = {
    profile: () => vscode.postMessage({ type: 'profile', version }),
    stop: () => vscode.postMessage({ type: 'stop', version }),
    showSummary: () => vscode.postMessage({ type: 'showSummary', version }),
    openLine: (path, line) => vscode.postMessage({ type: 'openLine', version, path, line }),
    chooseHotMetric: (hotMetric) => change({ hotMetric }),
    toggleSeries: (series) => change({ hiddenSeries: toggled(state.hiddenSeries, series) }),
    setOpen: (disclosure, open) => {
      if (state.openDisclosures.includes(disclosure) !== open) change({ openDisclosures: toggled(state.openDisclosures, disclosure) });
    },
  };

  window.addEventListener('message', (event: MessageEvent<unknown>) => change({ message: decodeHostMessage(event.data) }));
  scheduleDraw();
  vscode.postMessage({ type: 'ready', version });

  function change(part: Partial<PageState>): void {
    state = { ...state, ...part };
    vscode.setState(storedPageState(state));
    scheduleDraw();
  }

  function scheduleDraw(): void {
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      draw();
    });
  }

  function draw(): void {
    const { message } = state;
    if (message === undefined) return;
    const focused = document.activeElement;
    if (message.type === 'showEmpty') {
      render(emptyTemplate(message.reason, actions), root);
    } else {
      chart.show(message.model, state.hiddenSeries);
      render(overviewTemplate(message.model, state, chart, actions), root);
    }
    // A list that is sorted anew moves its elements, and the browser drops the focus of an element that moves.
    if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  }
}

function requireElement(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element '${id}'`);
  return element;
}
