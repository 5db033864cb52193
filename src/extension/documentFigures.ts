/**
 * Brings figures and open documents together: whose text is what was run, where each line stands now, which lines were edited since.
 */

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { AnnotationTracker, type TrackedPosition } from '../core/annotationTracker.ts';
import type { FileProfile } from '../core/profile.ts';
import { splitSourceLines } from '../core/terminalText.ts';
import { profilePathOf } from './profilePaths.ts';
import type { FileFigures, ProfileStore, StoredRun } from './profileStore.ts';

/** The figures of a document. */
export interface DocumentFigures extends FileFigures {
  /** Where a line (from 1) of the text as it was run stands now; undefined when it is gone. Absent: the text isn't what was run. */
  readonly positionOf: ((line: number) => TrackedPosition | undefined) | undefined;
  /** What a line (from 1) said when it was run. */
  readonly textAsRun: (line: number) => string | undefined;
}

interface TrackedDocument {
  readonly contentSha256: string;
  /** Undefined: this version of the document is not what was run. */
  readonly tracker: AnnotationTracker | undefined;
  readonly version: number;
}

export class DocumentFiguresStore implements vscode.Disposable {
  private readonly store: ProfileStore;
  private readonly pathOf = new WeakMap<vscode.TextDocument, string>();
  private readonly trackedOf = new Map<vscode.TextDocument, TrackedDocument>();
  /** Texts of open documents when the last program was started, by hash: it may be edited before the first figures come. */
  private startTexts = new Map<string, string>();
  private runningFiles = new Set<string>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument | undefined>();
  private readonly subscriptions: vscode.Disposable[];

  /** The figures of one document, or of any, are others or stand elsewhere. */
  readonly onDidChange = this.changed.event;

  constructor(store: ProfileStore) {
    this.store = store;
    this.subscriptions = [
      store.onDidChange(() => {
        this.rememberTextsAtStart(store.running);
        this.changed.fire(undefined);
      }),
      vscode.workspace.onDidChangeTextDocument((event) => this.followEdit(event)),
      vscode.workspace.onDidCloseTextDocument((document) => this.trackedOf.delete(document)),
    ];
  }

  /** Undefined: nothing is known of this document. */
  of(document: vscode.TextDocument): DocumentFigures | undefined {
    if (document.uri.scheme !== 'file') return undefined;
    const figures = this.store.figuresOf(this.profilePath(document));
    if (figures === undefined) return undefined;
    const tracker = this.tracker(document, figures.file);
    return {
      ...figures,
      positionOf: tracker && ((line) => tracker.positionOf(line)),
      textAsRun: (line) => tracker?.originalTextOf(line),
    };
  }

  /** The document's path as profiles write it. */
  profilePath(document: vscode.TextDocument): string {
    let path = this.pathOf.get(document);
    if (path === undefined) {
      path = profilePathOf(document.uri.fsPath);
      this.pathOf.set(document, path);
    }
    return path;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private tracker(document: vscode.TextDocument, file: FileProfile): AnnotationTracker | undefined {
    const tracked = this.trackedOf.get(document);
    const known = tracked?.contentSha256 === file.contentSha256 && (tracked.tracker !== undefined || tracked.version === document.version);
    if (known) return tracked.tracker;
    const text = this.textAsRun(document, file);
    // In the lines that the runtime counts, which need not be the editor's.
    const tracker = text === undefined ? undefined : new AnnotationTracker(splitSourceLines(text, file.language));
    tracker?.replaceAll(linesOf(document));
    this.trackedOf.set(document, { contentSha256: file.contentSha256, tracker, version: document.version });
    return tracker;
  }

  private textAsRun(document: vscode.TextDocument, { contentSha256 }: FileProfile): string | undefined {
    const text = document.getText();
    if (sha256(text) === contentSha256 || sha256(`\uFEFF${text}`) === contentSha256) return text;
    const atStart = this.startTexts.get(contentSha256);
    if (atStart !== undefined) return atStart;
    try {
      // Not saved since, or with line ends that the editor unified.
      const onDisk = readFileSync(document.uri.fsPath);
      // In another encoding the editor's own reading is the better one. (Elsewhere the text on disk is: the document may be behind it.)
      if (!isUtf8(onDisk)) return !document.isDirty && sha256(onDisk) === contentSha256 ? text : undefined;
      const textOnDisk = onDisk.toString('utf8');
      if (sha256(onDisk) === contentSha256 || sha256(textOnDisk.replace(/^\uFEFF/, '')) === contentSha256) return textOnDisk;
    } catch {
      // Gone from disk: then its text as it was run is not to be had.
    }
    return undefined;
  }

  private rememberTextsAtStart(running: readonly StoredRun[]): void {
    const started = running.some((run) => !this.runningFiles.has(run.file));
    this.runningFiles = new Set(running.map((run) => run.file));
    if (!started) return;
    const documents = vscode.workspace.textDocuments.filter((document) => document.uri.scheme === 'file' && !document.isDirty);
    this.startTexts = new Map(documents.map((document) => [sha256(document.getText()), document.getText()]));
  }

  private followEdit({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const tracker = this.trackedOf.get(document)?.tracker;
    if (tracker === undefined || contentChanges.length === 0) return;
    const replacements = contentChanges.map(({ range, text }) => ({
      startLine0: range.start.line,
      endLine0: range.end.line,
      addedLineBreakCount: text.split(/\r\n|\r|\n/).length - 1,
    }));
    tracker.applyEdit(replacements, (line0) => document.lineAt(line0).text);
    this.changed.fire(document);
  }
}

/** The line (from 1, as it was run) that stands at a line (from 0) of the document now, with its position. */
export function profiledLineAt(
  figures: DocumentFigures,
  line0: number,
): { line: FileProfile['lines'][number]; position: TrackedPosition } | undefined {
  for (const line of figures.file.lines) {
    const position = figures.positionOf?.(line.line);
    if (position?.line0 === line0) return { line, position };
  }
  return undefined;
}

function linesOf(document: vscode.TextDocument): string[] {
  return Array.from({ length: document.lineCount }, (_, line0) => document.lineAt(line0).text);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
