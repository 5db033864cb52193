/** Why a file was not instrumented. The caller runs the file as it is. */

export type InstrumentErrorCode =
  /** The text does not parse; the runtime will say so itself. */
  | 'syntax'
  | 'tooLarge'
  /** The text uses names that the instrumentation keeps for itself. */
  | 'reservedNames'
  /** So deeply nested that it can't be walked. */
  | 'tooDeep';

/** `message` is a whole sentence for the profile's notes; it does not name the file. */
export class InstrumentError extends Error {
  readonly code: InstrumentErrorCode;
  /** Where the text stops making sense: line from 1, column from 0. */
  readonly position: { readonly line: number; readonly column: number } | undefined;

  constructor(code: InstrumentErrorCode, message: string, position?: { readonly line: number; readonly column: number }) {
    super(message);
    this.position = position;
    this.name = 'InstrumentError';
    this.code = code;
  }
}
