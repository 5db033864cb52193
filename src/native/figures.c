/* The figures of stacks and of the whole program, kept in the file of tables at each change. */
#include "tablesFile.h"

/* Before a stack's live figures change: if they made part of the newest peak, they are kept as its make-up. */
static inline StackEntry *changingStack(uint32_t index) {
  StackEntry *stack = &tables.stacks[index];
  if (stack->lastEvent <= header->peakEvent) {
    stack->peakCount = stack->liveCount;
    stack->peakBytes = stack->liveBytes;
    stack->peakExternalBytes = stack->liveExternalBytes;
    stack->peakVariance = stack->liveVariance;
  }
  stack->lastEvent = ++header->eventCount;
  return stack;
}

#ifdef MEMORY_LENS_CHECK
static void copyPeakForCheck(void);
#else
static inline void copyPeakForCheck(void) {}
#endif

static inline void notePeak(void) {
  if (header->liveBytes > header->peakBytes) {
    header->peakBytes = header->liveBytes;
    header->peakEvent = header->eventCount;
    copyPeakForCheck();
  }
  if (header->liveExternalBytes > header->peakExternalBytes) header->peakExternalBytes = header->liveExternalBytes;
}

/* What a tracked block stands for: itself in exact figures, `weight` blocks of its size in sampled ones. */
typedef struct {
  double bytes;
  double weight;
  int isExternal;
} Share;

/* A share's own contribution to the variance: size squared times (1 - p) / p squared, where p is 1 / weight (Horvitz and Thompson). */
static inline double varianceOf(const Share *share) { return share->bytes * share->bytes * share->weight * (share->weight - 1); }

static inline void addLive(uint32_t index, const Share *share) {
  StackEntry *stack = changingStack(index);
  double bytes = share->bytes * share->weight;
  stack->liveCount += share->weight;
  stack->liveBytes += bytes;
  header->liveBytes += bytes;
  if (share->weight != 1) stack->liveVariance += varianceOf(share);
  if (share->isExternal) {
    stack->liveExternalBytes += bytes;
    header->liveExternalBytes += bytes;
  }
}

static inline void removeLive(uint32_t index, const Share *share) {
  StackEntry *stack = changingStack(index);
  double bytes = share->bytes * share->weight;
  stack->liveCount -= share->weight;
  stack->liveBytes -= bytes;
  header->liveBytes -= bytes;
  if (share->weight != 1) stack->liveVariance -= varianceOf(share);
  if (share->isExternal) {
    stack->liveExternalBytes -= bytes;
    header->liveExternalBytes -= bytes;
  }
}

/* `count` is 0 for growth of a block that was there. */
static inline void addAllocated(uint32_t index, const Share *share, double count) {
  StackEntry *stack = &tables.stacks[index];
  double bytes = share->bytes * share->weight;
  stack->allocatedCount += count * share->weight;
  stack->allocatedBytes += bytes;
  header->allocatedBytes += bytes;
  if (share->weight != 1) stack->allocatedVariance += varianceOf(share);
  if (share->isExternal) {
    stack->allocatedExternalBytes += bytes;
    header->allocatedExternalBytes += bytes;
  }
}

static inline void addFreed(uint32_t index, const Share *share) { tables.stacks[index].freedBytes += share->bytes * share->weight; }
