/**
 * The error for a program whose file can't be parsed.
 */

import { UserError } from '../core/userError.ts';
import type { SyntaxErrorMessage } from '../protocol/agentMessages.ts';

/** @param reason what is wrong, without the place and without a full stop */
export function syntaxErrorAt({ path, line, column }: SyntaxErrorMessage, reason: string): UserError {
  return new UserError('syntaxError', `${path}:${line}:${column + 1}: ${reason}. Nothing was profiled: mend the file first.`, [
    { kind: 'openFile', label: 'Show', path, line, column: column + 1 },
  ]);
}
