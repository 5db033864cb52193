/* What happens at an allocation and a free: which are recorded, under which stack, with what weight.
 *
 * All are recorded at first. Once that has cost more than its share of the run, only samples are: a Poisson process by bytes takes a
 * block of s bytes with probability 1 - exp(-s / interval) and lets it stand for the inverse, which is unbiased; blocks of an interval or
 * more are always taken. The blocks tracked until then are thinned out by the same probabilities, and so again whenever sampling itself
 * costs too much or takes too much room: then the interval is doubled. */
#include "tablesFile.h"

#define FIRST_INTERVAL_BYTES 512
#define LARGEST_INTERVAL_BYTES (64u << 20)

/* What recording may cost: so much at once and this share of the time since the start; sampled, since the interval was last doubled. */
#define EXACT_ALLOWANCE_NS 25e6
#define EXACT_SHARE 0.02
#define SAMPLED_ALLOWANCE_NS 5e6
#define SAMPLED_SHARE 0.025
/* Measured: an event, and a frame that is walked at it. */
#define EXACT_EVENT_NS 28
#define SAMPLED_EVENT_NS 180
#define WALKED_FRAME_NS 1.2
#define EVENTS_BETWEEN_EXACT_CHECKS 8192
#define EVENTS_BETWEEN_SAMPLED_CHECKS 512

typedef enum { MODE_PASSING, MODE_EXACT, MODE_SAMPLED, MODE_ENDING } Mode;

/* What the hooks look at for every block; all else is behind it. It lies in pages that a forked child finds zeroed, where the system can do
 * that: all zero means that every block is passed through, so a child never touches the tables, which it shares with its parent. */
typedef struct {
  Mode mode;
  int64_t countdownBytes;
  uint64_t surelyRecordedBytes;
  uint64_t filterMask;
} Gate;

static Gate *gate;
/* A byte for each hash of an address: 0, no block there is tracked. */
static const uint8_t *trackedFilter;

static struct {
  int isForcedExact;
  int wasExact; /* the blocks are in the table of all blocks */
  double intervalBytes;
  uint64_t events, nextCheckAt;
  uint64_t sinceUs, walkedFramesBefore; /* what the cost of sampling is measured from */
  double freedBytes; /* of tracked blocks, over the whole run */
} recording;

static int prepareGate(void) {
  gate = takePages(sizeof *gate);
  if (gate != NULL) zeroInForkedChild(gate, sizeof *gate);
  return gate != NULL;
}

static inline int isRecordingAllocations(void) { return gate->mode == MODE_EXACT || gate->mode == MODE_SAMPLED; }

static const uint8_t everyBlock[1] = {1}, noBlock[1] = {0};

static void closeGateForAllocations(void) {
  gate->countdownBytes = INT64_MAX;
  gate->surelyRecordedBytes = UINT64_MAX;
}

static void recordEverything(void) {
  gate->mode = MODE_EXACT;
  recording.wasExact = 1;
  recording.nextCheckAt = EVENTS_BETWEEN_EXACT_CHECKS;
  gate->countdownBytes = 0;
  gate->surelyRecordedBytes = 0;
  trackedFilter = everyBlock;
  gate->filterMask = 0;
}

static void recordNothing(void) {
  gate->mode = MODE_PASSING;
  closeGateForAllocations();
  trackedFilter = noBlock;
  gate->filterMask = 0;
}

/* The figures stand; what is freed only leaves the table of blocks, which is still to be looked through. */
static void recordFreesOnly(void) {
  gate->mode = MODE_ENDING;
  closeGateForAllocations();
}

static void watchAddress(const void *address) {
  if (recording.wasExact) {
    *wordFor(address) |= WORD_WATCHED;
    return;
  }
  Sample *sample = findSample(address);
  if (sample != NULL) sample->isWatched = 1;
  addToFilter(address);
}

static inline double shareOf(uint64_t bytes, double intervalBytes) {
  if ((double)bytes >= intervalBytes) return 1;
  return sampledShare((double)(bytes > 0 ? bytes : 1) / intervalBytes);
}

static void setInterval(double bytes) {
  recording.intervalBytes = bytes;
  header->samplingIntervalBytes = bytes;
  gate->surelyRecordedBytes = (uint64_t)bytes;
  gate->countdownBytes = exponentialBytes(bytes);
}

/* Doubles the interval and keeps each sample with the ratio of its new and its old probability. Returns 0 when it can't. */
static int thinSamples(void) {
  double oldInterval = recording.intervalBytes;
  Sample *old = samples.slots;
  Sample *kept = takeOwnPages(samples.slotCount * sizeof(Sample));
  if (kept == NULL || oldInterval >= LARGEST_INTERVAL_BYTES) {
    if (kept != NULL) releaseOwnPages(kept, samples.slotCount * sizeof(Sample));
    return 0;
  }
  setInterval(oldInterval * 2);
  header->thinnedCount++;
  samples.slots = kept;
  samples.count = 0;
  for (uint32_t i = 0; i < samples.slotCount; i++) {
    Sample sample = old[i];
    if (sample.block == NULL) continue;
    double probability = shareOf(sample.bytes, recording.intervalBytes);
    /* Its weight is the inverse of the probability with which it came so far. */
    double keptShare = probability * sample.weight;
    if (keptShare >= 1) {
      putSample(&sample);
      continue;
    }
    Share share = {(double)sample.bytes, sample.weight, sample.isExternal};
    removeLive(sample.stack, &share);
    if (randomShare() >= keptShare) {
      removeFromFilter(sample.block);
      continue;
    }
    sample.weight = (float)(1 / probability);
    share.weight = sample.weight;
    addLive(sample.stack, &share);
    putSample(&sample);
  }
  releaseOwnPages(old, samples.slotCount * sizeof(Sample));
  return 1;
}

/* A full table is thinned out until there is room. */
static void trackSample(const Sample *sample) {
  while (!addSample(sample)) {
    if (!thinSamples()) return;
  }
}

static void sampleExactBlock(void *block, uint64_t *found) {
  uint64_t word = *found;
  uint32_t isWatched = (word & WORD_WATCHED) != 0;
  if (isWatched) addToFilter(block);
  if (!isBlockWord(word)) return;
  uint64_t bytes = bytesOfWord(word);
  double probability = shareOf(bytes, recording.intervalBytes);
  Share share = {(double)bytes, 1, (word & WORD_EXTERNAL) != 0};
  uint32_t stack = stackOfWord(word);
  if (probability == 1) {
    trackSample(&(Sample){block, bytes, 1, stack, (uint32_t)share.isExternal, 0, isWatched});
    return;
  }
  removeLive(stack, &share);
  if (randomShare() >= probability) return;
  share.weight = (float)(1 / probability);
  addLive(stack, &share);
  trackSample(&(Sample){block, bytes, (float)share.weight, stack, (uint32_t)share.isExternal, 0, isWatched});
}

/* The cost of sampling counts from here. */
static void beginSampledCost(void) {
  recording.events = 0;
  recording.nextCheckAt = EVENTS_BETWEEN_SAMPLED_CHECKS;
  recording.sinceUs = monotonicUs();
  recording.walkedFramesBefore = stackCache.walkedFrameCount;
}

static void startSampling(void) {
  if (!prepareSamples()) {
    recording.isForcedExact = 1; /* no memory for anything else */
    return;
  }
  header->exact = 0;
  gate->mode = MODE_SAMPLED;
  recording.wasExact = 0;
  setInterval(recording.intervalBytes);
  trackedFilter = samples.filter;
  gate->filterMask = FILTER_SLOTS - 1;
  forEachWord(sampleExactBlock);
  releaseExactBlocks();
  beginSampledCost();
}

static OUT_OF_LINE void checkCost(void) {
  uint64_t nowUs = monotonicUs();
  if (gate->mode == MODE_EXACT) {
    recording.nextCheckAt += EVENTS_BETWEEN_EXACT_CHECKS;
    double costNs = (double)recording.events * EXACT_EVENT_NS + (double)stackCache.walkedFrameCount * WALKED_FRAME_NS;
    double allowedNs = EXACT_ALLOWANCE_NS + (double)(nowUs - header->startedAtUs) * 1000 * EXACT_SHARE;
    if (!recording.isForcedExact && costNs > allowedNs) startSampling();
    return;
  }
  recording.nextCheckAt += EVENTS_BETWEEN_SAMPLED_CHECKS;
  double costNs = (double)recording.events * SAMPLED_EVENT_NS +
                  (double)(stackCache.walkedFrameCount - recording.walkedFramesBefore) * WALKED_FRAME_NS;
  double allowedNs = SAMPLED_ALLOWANCE_NS + (double)(nowUs - recording.sinceUs) * 1000 * SAMPLED_SHARE;
  if (costNs <= allowedNs) return;
  thinSamples();
  beginSampledCost();
}

static inline void countEvent(void) {
  if (UNLIKELY(++recording.events >= recording.nextCheckAt)) checkCost();
}

static inline void chargeFree(uint32_t owner, const Share *share, const char *threadState) {
  removeLive(owner, share);
  recording.freedBytes += share->bytes * share->weight;
  addFreed(runningStack(threadState), share);
}

/* A block that is new under its address. `growthBytes` is what counts as allocated, `count` how many allocations that is. */
static void recordExactBlock(void *block, uint64_t bytes, double growthBytes, double count, int isExternal, const char *threadState) {
  uint32_t stack = runningStack(threadState);
  uint64_t *word = wordFor(block);
  if (UNLIKELY(isBlockWord(*word))) {
    /* Its free was not seen: another tool's hook came in between. */
    Share lost = {(double)bytesOfWord(*word), 1, (*word & WORD_EXTERNAL) != 0};
    chargeFree(stackOfWord(*word), &lost, threadState);
  }
  if (UNLIKELY(word == &noWord)) return;
  *word = (*word & WORD_WATCHED) | makeWord(bytes, stack, isExternal);
  Share live = {(double)bytes, 1, isExternal}, fresh = {growthBytes, 1, isExternal};
  addAllocated(stack, &fresh, count);
  addLive(stack, &live);
  notePeak();
  countEvent();
}

/* A block that the sampling took. */
static void recordSample(void *block, uint64_t bytes, int isFresh, int isExternal, const char *threadState) {
  uint32_t stack = runningStack(threadState);
  Share share = {(double)bytes, (float)(1 / shareOf(bytes, recording.intervalBytes)), isExternal};
  Sample lost;
  if (UNLIKELY(trackedFilter[filterSlot(block) & gate->filterMask] != 0 && takeSample(block, &lost))) {
    Share gone = {(double)lost.bytes, lost.weight, lost.isExternal};
    chargeFree(lost.stack, &gone, threadState);
  }
  if (isFresh) addAllocated(stack, &share, 1);
  addLive(stack, &share);
  notePeak();
  header->sampleCount++;
  trackSample(&(Sample){block, bytes, (float)share.weight, stack, (uint32_t)isExternal, 0, 0});
  countEvent();
}

/* The countdown has been charged with the block and has run out, or the block is large. */
static void drawNextSample(uint64_t bytes) {
  if (bytes >= gate->surelyRecordedBytes) {
    gate->countdownBytes += (int64_t)bytes; /* taken in any case: not by the draw */
    if (gate->countdownBytes > 0) return;
  }
  gate->countdownBytes = exponentialBytes(recording.intervalBytes);
}

static OUT_OF_LINE void recordAllocation(void *block, uint64_t bytes, int isExternal, const char *threadState) {
  if (gate->mode == MODE_EXACT) {
    gate->countdownBytes = 0;
    if (block != NULL && ownsTables(threadState)) recordExactBlock(block, bytes, (double)bytes, 1, isExternal, threadState);
    return;
  }
  if (gate->mode != MODE_SAMPLED) {
    closeGateForAllocations();
    return;
  }
  drawNextSample(bytes);
  if (block != NULL && ownsTables(threadState)) recordSample(block, bytes, 1, isExternal, threadState);
}

static void recordExactFree(void *block, const char *threadState) {
  uint64_t *found = findWord(block);
  if (found == NULL || *found == 0) return;
  uint64_t word = *found;
  *found = 0;
  if (UNLIKELY(word & WORD_WATCHED)) forgetCode(block);
  if (!isBlockWord(word) || gate->mode == MODE_ENDING) return;
  Share share = {(double)bytesOfWord(word), 1, (word & WORD_EXTERNAL) != 0};
  if (UNLIKELY(collector.isRunning)) noteCollectorFree(stackOfWord(word), block, bytesOfWord(word), share.bytes, threadState);
  chargeFree(stackOfWord(word), &share, threadState);
  countEvent();
}

static void recordSampledFree(void *block, const char *threadState) {
  Sample sample;
  int isSample = takeSample(block, &sample);
  if ((!isSample || sample.isWatched) && forgetCode(block)) removeFromFilter(block);
  if (isSample && gate->mode != MODE_ENDING) {
    Share share = {(double)sample.bytes, sample.weight, sample.isExternal};
    if (UNLIKELY(collector.isRunning)) noteCollectorFree(sample.stack, block, sample.bytes, share.bytes * share.weight, threadState);
    chargeFree(sample.stack, &share, threadState);
    countEvent();
  }
}

/* The filter said that the block may be tracked. Before the block is given back: another thread could get it at once. */
static OUT_OF_LINE void recordFree(void *block, const char *threadState) {
  if (block == NULL || gate->mode == MODE_PASSING || !ownsTables(threadState)) return;
  if (recording.wasExact) {
    recordExactFree(block, threadState);
  } else {
    recordSampledFree(block, threadState);
  }
}

/* What realloc did, in exact figures: `word` was the block's before. */
static void recordExactRealloc(void *block, uint64_t bytes, uint64_t word, int isExternal, const char *threadState) {
  if (!isBlockWord(word)) {
    recordExactBlock(block, bytes, (double)bytes, 1, isExternal, threadState);
    return;
  }
  double oldBytes = (double)bytesOfWord(word), growthBytes = (double)bytes - oldBytes;
  Share old = {oldBytes, 1, isExternal}, shrunk = {-growthBytes, 1, isExternal};
  removeLive(stackOfWord(word), &old);
  if (growthBytes < 0) {
    addFreed(runningStack(threadState), &shrunk);
    recording.freedBytes -= growthBytes;
  }
  recordExactBlock(block, bytes, growthBytes > 0 ? growthBytes : 0, 0, isExternal, threadState);
}

/* What realloc did, in sampled figures. For live memory it is a free and a fresh draw; as allocated counts what the block grew by, as
 * freed what it shrank by, which the old block stands for with its weight. */
static void recordSampledRealloc(void *block, uint64_t bytes, const Sample *old, int hadBlock, int isExternal, const char *threadState) {
  int isTaken = gate->countdownBytes <= 0 || bytes >= gate->surelyRecordedBytes;
  if (isTaken) drawNextSample(bytes);
  if (old->block != NULL) {
    double growthBytes = (double)bytes - (double)old->bytes;
    Share gone = {(double)old->bytes, old->weight, isExternal};
    removeLive(old->stack, &gone);
    uint32_t stack = runningStack(threadState);
    Share change = {growthBytes > 0 ? growthBytes : -growthBytes, old->weight, isExternal};
    if (growthBytes > 0) addAllocated(stack, &change, 0);
    if (growthBytes < 0) {
      addFreed(stack, &change);
      recording.freedBytes += change.bytes * change.weight;
    }
  } else if (hadBlock && bytes >= gate->surelyRecordedBytes) {
    /* The old block was too small to be taken for sure, or older than the recording. */
    Share change = {(double)bytes, 1, isExternal};
    addAllocated(runningStack(threadState), &change, 0);
  }
  if (isTaken) recordSample(block, bytes, !hadBlock, isExternal, threadState);
}

typedef void *(*Reallocate)(void *how, void *block, size_t bytes);

/* `countdownBytes` has been charged with the new size. */
static OUT_OF_LINE void *recordRealloc(Reallocate reallocate, void *how, void *block, size_t bytes, int isExternal, const char *threadState) {
  if (gate->mode == MODE_PASSING || !ownsTables(threadState)) return reallocate(how, block, bytes);
  if (recording.wasExact) {
    uint64_t *found = block == NULL ? NULL : findWord(block);
    uint64_t word = found == NULL ? 0 : *found;
    if (found != NULL) *found = 0;
    void *result = reallocate(how, block, bytes);
    if (result == NULL) {
      if (found != NULL) *found = word;
      return NULL;
    }
    if (UNLIKELY(word & WORD_WATCHED)) forgetCode(block);
    if (gate->mode == MODE_EXACT) recordExactRealloc(result, bytes, word, isExternal, threadState);
    return result;
  }
  Sample old = {0};
  int isWatched = block != NULL && trackedFilter[filterSlot(block) & gate->filterMask] != 0;
  if (isWatched) takeSample(block, &old);
  void *result = reallocate(how, block, bytes);
  if (result == NULL) {
    if (old.block != NULL) trackSample(&old);
    return NULL;
  }
  if (isWatched && forgetCode(block)) removeFromFilter(block);
  if (gate->mode == MODE_SAMPLED) recordSampledRealloc(result, bytes, &old, block != NULL, isExternal, threadState);
  return result;
}
