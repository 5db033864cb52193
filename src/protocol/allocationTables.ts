/**
 * The file that the native recorder in the user's Python program writes (a shared mapping) and the engine reads, while the program runs
 * and after it has ended, however it ended. src/native/tables.h says the same to the C compiler; a test compares the two.
 *
 * Little endian. A page of header: 8-byte slots, first the figures of `headerSlots` in their order, then from slot `firstSectionSlot` on
 * four slots a section: offset in the file, bytes an entry, capacity, count. Counts only grow; an entry is written before it is counted.
 * Texts are slices of the section `strings`, UTF-8.
 */

export const tablesMagic = 'MLTABLES';
export const tablesVersion = 1;
export const headerBytes = 4096;
export const firstSectionSlot = 64;

/** `f` a double, `u` an unsigned 64-bit integer. Bytes are bytes of the program's own memory, the recorder's left out. */
export const headerSlots = [
  ['magic', 'u'],
  ['version', 'u'],
  // 0 being prepared, 1 recording, 2 ended by itself: what is live was taken after a full collection.
  ['state', 'u'],
  // 1: every allocation was recorded so far.
  ['exact', 'u'],
  // Mean bytes between two samples now; 0 while exact.
  ['samplingIntervalBytes', 'f'],
  // Monotonic clock.
  ['startedAtUs', 'u'],
  ['liveBytes', 'f'],
  ['liveExternalBytes', 'f'],
  ['peakBytes', 'f'],
  // The value of eventCount when the peak was reached, see the stacks' lastEvent.
  ['peakEvent', 'u'],
  ['eventCount', 'u'],
  ['allocatedBytes', 'f'],
  ['allocatedExternalBytes', 'f'],
  ['sampleCount', 'u'],
  // How often the interval was doubled and the samples thinned out.
  ['thinnedCount', 'u'],
  // Stacks that had to be cut to their innermost user line because the table was full.
  ['cutStackCount', 'u'],
  // What the recorder itself holds in the program's process, this file left out.
  ['ownBytes', 'u'],
  ['peakExternalBytes', 'f'],
] as const;

export const sections = ['stacks', 'frames', 'codes', 'strings', 'lines', 'collections', 'types', 'changes', 'cycles', 'calls'] as const;
export type Section = (typeof sections)[number];

/**
 * Fields of each section's entries in their order: `f` double, `u` 64 bits, `i` unsigned 32 bits. Entry 0 of `stacks` has no frames: what no
 * Python code asked for.
 *
 * A stack's peak figures are copied from its live figures at its first change after a new peak. So a stack whose lastEvent is at most
 * the header's peakEvent has its live figures as its peak figures.
 */
export const sectionFields = {
  stacks: [
    ['allocatedCount', 'f'],
    ['allocatedBytes', 'f'],
    ['liveCount', 'f'],
    ['liveBytes', 'f'],
    ['peakCount', 'f'],
    ['peakBytes', 'f'],
    // What was freed while this was the running stack, whoever had allocated it.
    ['freedBytes', 'f'],
    // Of these, outside Python's own allocators (NumPy's data).
    ['allocatedExternalBytes', 'f'],
    ['liveExternalBytes', 'f'],
    ['peakExternalBytes', 'f'],
    // Of the sampled figures, in bytes squared; 0 while exact.
    ['allocatedVariance', 'f'],
    ['liveVariance', 'f'],
    ['peakVariance', 'f'],
    // Of what this stack allocated, what was freed while the cycle collector ran, by it and not by finalisers.
    ['collectorFreedBytes', 'f'],
    ['lastEvent', 'u'],
    ['firstFrame', 'i'],
    ['frameCount', 'i'],
  ],
  // Innermost first.
  frames: [
    ['code', 'i'],
    ['line', 'i'],
  ],
  codes: [
    ['fileOffset', 'i'],
    ['fileLength', 'i'],
    ['nameOffset', 'i'],
    ['nameLength', 'i'],
    ['firstLine', 'i'],
    ['lastLine', 'i'],
  ],
  // Bytes.
  strings: [],
  lines: [
    ['fileOffset', 'i'],
    ['fileLength', 'i'],
    ['line', 'i'],
    // Bit 0: counting stopped, it ran at least so often. Bit 1: the line begins a function (its count is the number of calls).
    ['flags', 'i'],
    ['executionCount', 'u'],
    // The traced memory when the line began last, and when the next one of its frame began.
    ['inUseBeforeBytes', 'f'],
    ['inUseAfterBytes', 'f'],
  ],
  collections: [
    ['atUs', 'u'],
    ['durationUs', 'u'],
    ['generation', 'i'],
    ['stack', 'i'],
    ['collectedCount', 'u'],
    ['uncollectableCount', 'u'],
    ['freedBytes', 'f'],
  ],
  // What is alive at the end, by the stack that allocated it.
  types: [
    ['stack', 'i'],
    ['nameOffset', 'i'],
    ['nameLength', 'i'],
    ['unused', 'i'],
    ['liveBytes', 'f'],
    ['liveCount', 'f'],
  ],
  // Where the program steered the collector: each function of module gc by the stack that called it.
  changes: [
    // 0 disable, 1 enable, 2 set_threshold, 3 freeze, 4 unfreeze, 5 collect.
    ['change', 'i'],
    ['stack', 'i'],
    ['count', 'u'],
    // The last call's place in the order of all of them.
    ['last', 'u'],
    // What set_threshold left.
    ['threshold0', 'i'],
    ['threshold1', 'i'],
    ['threshold2', 'i'],
    ['unused', 'i'],
  ],
  // Reference cycles in the garbage of collections, as far as it was looked at: by the types in them and the stack that made the objects.
  cycles: [
    // Names of types, by line feeds.
    ['typesOffset', 'i'],
    ['typesLength', 'i'],
    // Empty where another entry of these types has it.
    ['pathOffset', 'i'],
    ['pathLength', 'i'],
    ['pathTries', 'i'],
    ['stack', 'i'],
    ['objectCount', 'u'],
    ['uncollectableCount', 'u'],
    ['finalizerCount', 'u'],
    // With what hung on the cycles alone.
    ['bytes', 'f'],
  ],
  // Functions whose arguments were plain values at each call that was looked at.
  calls: [
    // The function's entry in `lines`.
    ['line', 'i'],
    ['unused', 'i'],
    ['checkedCount', 'u'],
    ['distinctCount', 'u'],
  ],
} as const satisfies Readonly<Record<Section, readonly (readonly [name: string, kind: 'f' | 'u' | 'i'])[]>>;
