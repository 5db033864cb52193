/**
 * Runs something soon after it was asked for, once however often it was asked meanwhile: views follow a running program or quick typing
 * without being redrawn for each event.
 */

import type { Disposable } from 'vscode';

export class Throttle implements Disposable {
  private readonly intervalMs: number;
  private readonly work: () => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(intervalMs: number, work: () => void) {
    this.intervalMs = intervalMs;
    this.work = work;
  }

  /** The work runs once, at most `intervalMs` from now. */
  request(): void {
    this.timer ??= setTimeout(() => this.runNow(), this.intervalMs);
  }

  /** The work runs at once; what was requested before counts as done. */
  runNow(): void {
    this.dispose();
    this.work();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
