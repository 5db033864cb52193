import { types } from 'node:util';

/**
 * Whether a text may read or change how stack traces are made: quick, and wrong now and then. Bytes are not decoded for it: most packages'
 * modules do nothing of the kind, and their text would count as the program's.
 */
export function mentionsTraceSettings(source: unknown): boolean {
  const text = searchable(source);
  return text?.includes('Error') === true && (text.includes('stackTraceLimit') || text.includes('prepareStackTrace'));
}

function searchable(source: unknown): string | Buffer | undefined {
  if (typeof source === 'string') return source;
  if (ArrayBuffer.isView(source)) return Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  return types.isAnyArrayBuffer(source) ? Buffer.from(source) : undefined;
}
