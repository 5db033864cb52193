/**
 * Sizes as a person types them: on the command line, in settings.
 */

import { UserError } from './userError.ts';

const factorOf: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/**
 * Reads `65536`, `512k`, `64MiB`, `1.5 GB` as bytes. The units are binary however they are spelled (k, KB and KiB are 1,024 bytes).
 * @param what names the option or setting in the error.
 * @throws UserError `wrongCall` when the text is no size.
 */
export function parseByteSize(text: string, what: string): number {
  const match = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text);
  const bytes = match ? Math.round(Number(match[1]) * (factorOf[(match[2] ?? '').toLowerCase()] ?? NaN)) : NaN;
  if (!Number.isSafeInteger(bytes)) {
    throw new UserError('wrongCall', `${what} takes a size such as 65536, 512KiB or 64MiB, not '${text}'.`);
  }
  return bytes;
}
