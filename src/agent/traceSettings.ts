/** Whether a text may read or change how stack traces are made: quick, and wrong now and then. */
export function mentionsTraceSettings(source: string): boolean {
  return source.includes('Error') && (source.includes('stackTraceLimit') || source.includes('prepareStackTrace'));
}
