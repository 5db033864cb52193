/**
 * The page's way to the extension. VS Code gives it once a document.
 */

import type { PageMessage } from '../protocol/webviewMessages.ts';

export interface VsCodeApi {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  function acquireVsCodeApi(): VsCodeApi;
}
