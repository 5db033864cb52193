/**
 * The status bar item that says which Python runs the active file, and changes it by a click. Where the Python extension's choice holds,
 * its own item says so, and a second one would only be noise.
 */

import * as vscode from 'vscode';
import { programKind } from './fileKinds.ts';
import type { PythonInterpreters } from './pythonInterpreters.ts';
import { describeInterpreter } from './pythonSearch.ts';

/** Shows itself while a Python file is active. Returns what ends it. */
export function createPythonStatusItem(interpreters: PythonInterpreters): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('memoryLens.python', vscode.StatusBarAlignment.Right, 89);
  item.name = 'Memory Lens: Python';
  item.command = 'memoryLens.selectPythonInterpreter';
  let shownFor = 0;
  const update = async (): Promise<void> => {
    const turn = ++shownFor;
    const uri = vscode.window.activeTextEditor?.document.uri;
    const isPython = uri?.scheme === 'file' && programKind(uri.fsPath) === 'python' && vscode.workspace.isTrusted;
    const interpreter = isPython ? await interpreters.expectedFor(uri) : undefined;
    if (turn !== shownFor) return; // Another editor has become active meanwhile.
    if (!isPython || interpreter?.source === 'selected in the Python extension') {
      item.hide();
      return;
    }
    const text = interpreter === undefined ? 'Memory Lens: no Python' : describeInterpreter(interpreter);
    item.text = text;
    item.tooltip =
      interpreter === undefined
        ? 'Memory Lens: there is no Python to run this file with. Click to choose one.'
        : `Memory Lens runs this file with ${interpreter.path} (${interpreter.source}). Click to choose another Python.`;
    item.accessibilityInformation = { label: `Memory Lens runs this file with: ${text}` };
    item.show();
  };
  const request = (): void => void update();
  request();
  return vscode.Disposable.from(
    item,
    interpreters.onDidChange(request),
    vscode.window.onDidChangeActiveTextEditor(request),
    vscode.workspace.onDidGrantWorkspaceTrust(request),
  );
}
