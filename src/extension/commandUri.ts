/**
 * Commands as links.
 */

import * as vscode from 'vscode';

/** A URI that runs a command with these arguments when it is opened, where such links are allowed. */
export function commandUri(command: string, ...args: readonly unknown[]): vscode.Uri {
  return vscode.Uri.from({ scheme: 'command', path: command, query: JSON.stringify(args) });
}
