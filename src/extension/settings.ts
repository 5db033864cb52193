/**
 * The settings `memoryLens.*` as typed values. package.json declares them, with their defaults and what they mean.
 */

import * as vscode from 'vscode';
import type { MetricChoice } from '../core/metrics.ts';
import type { ProfileRequest } from '../engines/engine.ts';

export const settingsSection = 'memoryLens';
export const rulesSetting = `${settingsSection}.rules`;
export const diagnosticsSetting = `${settingsSection}.diagnostics.enabled`;

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

/** Which findings are shown, and whether also in Problems. */
export interface FindingSettings {
  readonly diagnostics: boolean;
  /** By the names of their pages in docs/. */
  readonly disabledRules: ReadonlySet<string>;
}

export function readFindingSettings(): FindingSettings {
  const settings = vscode.workspace.getConfiguration(settingsSection);
  // Also in a hand-written `null`.
  const rules = Object.entries(settings.get<Record<string, boolean> | null>('rules') ?? {});
  return {
    diagnostics: settings.get('diagnostics.enabled', true),
    disabledRules: new Set(rules.filter(([, isOn]) => !isOn).map(([rule]) => rule)),
  };
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

/** Turns the annotations on or off. */
export async function toggleAnnotations(): Promise<void> {
  await change('annotations', !readAnnotationSettings().annotations);
}

/** Says nothing more of this kind, until its entry is taken out of the setting. */
export async function turnOffRule(rule: string): Promise<void> {
  const { workspaceValue, globalValue } =
    vscode.workspace.getConfiguration(settingsSection).inspect<Record<string, boolean>>('rules') ?? {};
  await change('rules', { ...(workspaceValue ?? globalValue), [rule]: false });
}

/** Sets a setting where the person last chose it: in the workspace if it says something there, else for the user. */
async function change(name: string, value: unknown): Promise<void> {
  const settings = vscode.workspace.getConfiguration(settingsSection);
  const inWorkspace = settings.inspect(name)?.workspaceValue !== undefined;
  await settings.update(name, value, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}
