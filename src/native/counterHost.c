/* What the counters need of the recorder: that what the interpreter allocates on their behalf is not taken for the program's. */
#include "tablesFile.h"

/* Allocations pass from here to the end of the pause; frees are recorded as ever. */
static void pauseAllocations(void) { closeGateForAllocations(); }

static void resumeAllocations(void) {
  if (gate->mode == MODE_EXACT) {
    gate->countdownBytes = 0;
    gate->surelyRecordedBytes = 0;
  } else if (gate->mode == MODE_SAMPLED) {
    /* A Poisson process has no memory: the way to the next sample may be drawn anew. */
    gate->surelyRecordedBytes = (uint64_t)recording.intervalBytes;
    gate->countdownBytes = exponentialBytes(recording.intervalBytes);
  }
}

static void undoAllocation(uint32_t stack, const Share *share) {
  Share negative = {-share->bytes, share->weight, share->isExternal};
  removeLive(stack, share);
  addAllocated(stack, &negative, -1);
  if (share->weight != 1) tables.stacks[stack].allocatedVariance -= 2 * varianceOf(share);
}

/* Takes a block that was just allocated out of the figures: the interpreter made it to tell us something. */
static void disownBlock(void *block) {
  if (gate->mode == MODE_EXACT) {
    uint64_t *word = findWord(block);
    if (word == NULL || !isBlockWord(*word)) return;
    Share share = {(double)bytesOfWord(*word), 1, 0};
    undoAllocation(stackOfWord(*word), &share);
    *word &= WORD_WATCHED;
    if (recording.events > 0) recording.events--;
    return;
  }
  Sample sample;
  if (gate->mode != MODE_SAMPLED || isUntracked(block) || !takeSample(block, &sample)) return;
  Share share = {(double)sample.bytes, sample.weight, (int)sample.isExternal};
  undoAllocation(sample.stack, &share);
}
