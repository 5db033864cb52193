/** Whether anything of the program's keeps its event loop turning. */

export function isAnythingAwaited(): boolean {
  // Standard streams that were opened are listed whether or not anybody reads them.
  return process.getActiveResourcesInfo().some((resource) => resource !== 'PipeWrap' && resource !== 'TTYWrap');
}
