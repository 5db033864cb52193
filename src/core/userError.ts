/**
 * Errors that a person can do something about. Everything else that is thrown is a bug.
 */

/** What a view may offer beside the message. `setting` is one of the extension's settings: the editor brings there, or offers to choose it. */
export type ErrorAction =
  | { readonly kind: 'openSetting'; readonly label: string; readonly setting: string }
  | { readonly kind: 'openFile'; readonly label: string; readonly path: string; readonly line?: number; readonly column?: number }
  | { readonly kind: 'openLink'; readonly label: string; readonly url: string };

export type UserErrorCode =
  | 'wrongCall'
  | 'fileMissing'
  | 'fileUnsaved'
  | 'fileIsDirectory'
  | 'fileIsBinary'
  | 'fileTooLarge'
  | 'unsupportedLanguage'
  | 'syntaxError'
  | 'runtimeMissing'
  | 'runtimeTooOld'
  | 'runtimeUnsupported'
  | 'workspaceUntrusted'
  | 'pipeUnavailable'
  | 'agentSilent'
  | 'profileUnreadable'
  | 'outputUnwritable'
  | 'fixOutdated'
  | 'fixNotTried'
  | 'canceled';

/** Says what happened, why, and what to do next, naming the file, the runtime or the setting. */
export class UserError extends Error {
  readonly code: UserErrorCode;
  readonly actions: readonly ErrorAction[];

  constructor(code: UserErrorCode, message: string, actions: readonly ErrorAction[] = []) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.actions = actions;
  }
}
