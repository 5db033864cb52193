/** What a module's loader gives as its source, as text. */

import type { TextDecoder as Decoder } from 'node:util';

export function sourceText(source: unknown): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source as Parameters<Decoder['decode']>[0]);
}
