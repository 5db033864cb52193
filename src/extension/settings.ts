/**
 * The settings `memoryLens.*` as typed values. package.json declares them, with their defaults and what they mean.
 */

import * as vscode from 'vscode';
import type { MetricChoice } from '../core/metrics.ts';
import type { ProfileRequest } from '../engines/engine.ts';

export const settingsSection = 'memoryLens';

/** What is shown beside the code. */
export interface AnnotationSettings {
  readonly annotations: boolean;
  readonly metric: MetricChoice;
  /** Lines none of whose figures reaches it stay quiet. */
  readonly thresholdBytes: number;
  readonly currentLineOnly: boolean;
  readonly gutterHeat: boolean;
  readonly codeLens: boolean;
}

/** How a program is started. Everything that chooses what runs is restricted in an untrusted workspace. */
export interface RunSettings {
  readonly nodePath: string | undefined;
  readonly pythonPath: string | undefined;
  /** Run in place of a Python file, as `python -m` does. */
  readonly pythonModule: string | undefined;
  readonly args: readonly string[];
  /** Added to the editor's own environment; null takes a variable away. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly workingDirectory: string | undefined;
  readonly samplingIntervalBytes: number | undefined;
  readonly precision: NonNullable<ProfileRequest['precision']>;
  readonly countAllExecutions: boolean;
}

/** Settings that apply to a file (or, without one, to the window). */
export function readAnnotationSettings(scope?: vscode.Uri): AnnotationSettings {
  const settings = vscode.workspace.getConfiguration(settingsSection, scope ?? null);
  return {
    annotations: settings.get('annotations', true),
    metric: settings.get<MetricChoice>('metric', 'auto'),
    thresholdBytes: settings.get('thresholdBytes', 1024),
    currentLineOnly: settings.get('currentLineOnly', false),
    gutterHeat: settings.get('gutterHeat', true),
    codeLens: settings.get('codeLens', true),
  };
}

/** Settings for running a file. Empty texts count as not set. */
export function readRunSettings(scope: vscode.Uri): RunSettings {
  const settings = vscode.workspace.getConfiguration(settingsSection, scope);
  const text = (name: string): string | undefined => settings.get<string>(name, '').trim() || undefined;
  return {
    nodePath: text('nodePath'),
    pythonPath: text('pythonPath'),
    pythonModule: text('pythonModule'),
    args: settings.get<string[]>('arguments', []),
    environment: settings.get<Record<string, string | null>>('environment', {}),
    workingDirectory: text('workingDirectory'),
    samplingIntervalBytes: settings.get<number | null>('samplingIntervalBytes', null) ?? undefined,
    precision: settings.get<RunSettings['precision']>('precision', 'auto'),
    countAllExecutions: settings.get('countAllExecutions', false),
  };
}

/** Turns the annotations on or off where the person last chose it: in the workspace if it says something there, else for the user. */
export async function toggleAnnotations(): Promise<void> {
  const settings = vscode.workspace.getConfiguration(settingsSection);
  const inWorkspace = settings.inspect<boolean>('annotations')?.workspaceValue !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update('annotations', !settings.get('annotations', true), target);
}
