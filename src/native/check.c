/* For the tests only (-DMEMORY_LENS_CHECK): what is kept step by step is compared with the same worked out at once. */
#include "tablesFile.h"

static double peakCopies[1u << 16];
static const char *checkProblem = "";

/* At a new peak: every stack's live bytes, so that its lazily kept peak figures can be compared. */
static void copyPeakForCheck(void) {
  for (uint64_t i = 0; i < sections[SECTION_STACKS].count; i++) peakCopies[i] = tables.stacks[i].liveBytes;
}

static double trackedBytes[1u << 16];

static void sumTracked(void *block, uint64_t *word) {
  (void)block;
  if (isBlockWord(*word)) trackedBytes[stackOfWord(*word)] += (double)bytesOfWord(*word);
}

static int isClose(double left, double right) {
  double difference = left > right ? left - right : right - left;
  return difference <= 1 + 1e-9 * (left > right ? left : right);
}

static void checkFigures(void) {
  if (recording.wasExact) {
    forEachWord(sumTracked);
  } else {
    for (uint32_t i = 0; i < samples.slotCount; i++) {
      const Sample *sample = &samples.slots[i];
      if (sample->block != NULL) trackedBytes[sample->stack] += (double)sample->bytes * sample->weight;
    }
  }
  double live = 0, allocated = 0, freed = 0, peak = 0;
  for (uint64_t i = 0; i < sections[SECTION_STACKS].count; i++) {
    const StackEntry *stack = &tables.stacks[i];
    double stackPeak = stack->lastEvent <= header->peakEvent ? stack->liveBytes : stack->peakBytes;
    if (!isClose(stackPeak, peakCopies[i])) checkProblem = "a stack's peak figures are not those of the peak";
    if (!isClose(stack->liveBytes, trackedBytes[i])) checkProblem = "a stack's live bytes are not those of its blocks";
    live += stack->liveBytes;
    peak += stackPeak;
    allocated += stack->allocatedBytes;
    freed += stack->freedBytes;
  }
  if (!isClose(live, header->liveBytes)) checkProblem = "the stacks' live bytes are not the program's";
  if (!isClose(peak, header->peakBytes)) checkProblem = "the stacks' peak bytes are not the program's";
  if (!isClose(allocated, header->allocatedBytes)) checkProblem = "the stacks' allocated bytes are not the program's";
  if (header->exact && !isClose(allocated - freed, live)) checkProblem = "what was allocated and not freed is not what is alive";
}

EXPORT const char *problemFound(void) { return checkProblem; }
