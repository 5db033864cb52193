/**
 * The page's way to the extension.
 */

import type { PageMessage } from '../protocol/webviewMessages.ts';

export interface VsCodeApi {
  postMessage(message: PageMessage): void;
  /** What an earlier page of the same view left; undefined the first time. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** To be called once: VS Code throws at the second call. */
export function connectToEditor(): VsCodeApi {
  return acquireVsCodeApi();
}
