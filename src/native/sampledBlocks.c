/* The sampled blocks that are alive: a hash table by address, and before it a filter of one byte for each hash of an address, so that
 * the free of any other block costs one look into memory that its neighbours share. */
#include "tablesFile.h"

#define FILTER_SLOTS (1u << 21)
#define FIRST_SAMPLE_SLOTS (1u << 13)
#define MOST_SAMPLES (1u << 18)
#define FILTER_FULL 255

typedef struct {
  const void *block; /* NULL is free */
  uint64_t bytes;
  float weight;
  uint32_t stack : 29, isExternal : 1;
  uint32_t isNamed : 1;   /* its type has been recorded */
  uint32_t isWatched : 1; /* a code object's address */
} Sample;

static struct {
  Sample *slots;
  uint32_t slotCount, count;
  uint8_t *filter;
} samples;

static inline uint64_t filterSlot(const void *address) { return (uint64_t)(uintptr_t)address >> 4 ^ (uint64_t)(uintptr_t)address >> 16; }

/* A slot that was full once stays full: it no longer knows how many it stands for. */
static void addToFilter(const void *address) {
  uint8_t *slot = &samples.filter[filterSlot(address) & (FILTER_SLOTS - 1)];
  if (*slot != FILTER_FULL) ++*slot;
}

static void removeFromFilter(const void *address) {
  uint8_t *slot = &samples.filter[filterSlot(address) & (FILTER_SLOTS - 1)];
  if (*slot != FILTER_FULL && *slot != 0) --*slot;
}

static int prepareSamples(void) {
  samples.slots = takeOwnPages(FIRST_SAMPLE_SLOTS * sizeof(Sample));
  samples.filter = takeOwnPages(FILTER_SLOTS);
  samples.slotCount = FIRST_SAMPLE_SLOTS;
  return samples.slots != NULL && samples.filter != NULL;
}

/* Neighbours stay neighbours: blocks that are made one after the other find each other's slots in the processor's cache. 16 KiB of the
 * program's memory share 64 slots, where these are is mixed. */
static inline uint32_t sampleHome(const void *block, uint32_t slotCount) {
  uint64_t address = (uint64_t)(uintptr_t)block;
  return (uint32_t)(mixBits(address >> 14) >> 24 << 6 | (address >> 8 & 63)) & (slotCount - 1);
}

static void putSample(const Sample *sample) {
  uint32_t slot = sampleHome(sample->block, samples.slotCount);
  while (samples.slots[slot].block != NULL) slot = (slot + 1) & (samples.slotCount - 1);
  samples.slots[slot] = *sample;
  samples.count++;
}

static int growSamples(void) {
  Sample *old = samples.slots;
  uint32_t oldCount = samples.slotCount;
  Sample *grown = takeOwnPages((size_t)oldCount * 2 * sizeof(Sample));
  if (grown == NULL) return 0;
  samples.slots = grown;
  samples.slotCount = oldCount * 2;
  samples.count = 0;
  for (uint32_t i = 0; i < oldCount; i++) {
    if (old[i].block != NULL) putSample(&old[i]);
  }
  releaseOwnPages(old, oldCount * sizeof(Sample));
  return 1;
}

/* Returns 0 when there is no room: the caller thins the samples out and tries again. */
static int addSample(const Sample *sample) {
  if (samples.count >= MOST_SAMPLES) return 0;
  if (samples.count * 2 >= samples.slotCount && !growSamples() && samples.count + 1 >= samples.slotCount) return 0;
  putSample(sample);
  addToFilter(sample->block);
  return 1;
}

/* NULL: the block is none of the sampled ones. */
static Sample *findSample(const void *block) {
  uint32_t slot = sampleHome(block, samples.slotCount);
  while (samples.slots[slot].block != block) {
    if (samples.slots[slot].block == NULL) return NULL;
    slot = (slot + 1) & (samples.slotCount - 1);
  }
  return &samples.slots[slot];
}

/* Takes the block out and gives it; 0: it is none of the sampled ones. */
static int takeSample(const void *block, Sample *result) {
  const Sample *found = findSample(block);
  if (found == NULL) return 0;
  uint32_t mask = samples.slotCount - 1, slot = (uint32_t)(found - samples.slots);
  *result = *found;
  /* Close the gap, so that no search ends early (Knuth 6.4, algorithm R). */
  for (uint32_t next = (slot + 1) & mask; samples.slots[next].block != NULL; next = (next + 1) & mask) {
    uint32_t home = sampleHome(samples.slots[next].block, samples.slotCount);
    if (((next - home) & mask) >= ((next - slot) & mask)) {
      samples.slots[slot] = samples.slots[next];
      slot = next;
    }
  }
  samples.slots[slot].block = NULL;
  samples.count--;
  removeFromFilter(block);
  return 1;
}
