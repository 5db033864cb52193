/**
 * Commands as links.
 */

import * as vscode from 'vscode';

/**
 * A URI that runs a command with these arguments when it is opened, where such links are allowed. VS Code decodes the query of such a
 * link once more than it was encoded (its CommandOpener), so that a `%41` in a path or in the code of a fix would arrive as `A`: it gets
 * no `%` to decode.
 */
export function commandUri(command: string, ...args: readonly unknown[]): vscode.Uri {
  return vscode.Uri.from({ scheme: 'command', path: command, query: JSON.stringify(args).replaceAll('%', '\\u0025') });
}
