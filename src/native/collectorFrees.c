/* What only the cycle collector could free: blocks that go while it runs belong to reference cycles, or hang on one.
 *
 * Two kinds of frees in that time are none of its doing. The program's finalisers and callbacks of weak references run then: what is freed
 * in a frame other than the one that was running is left out. And a full collection ends by emptying the interpreter's free lists, whose
 * objects were dead before: what may be one of these counts only once something else is freed after it. So the objects of cycles that are
 * freed last are missing, at most as many as the free lists hold. */
#include "tablesFile.h"

#define TENTATIVE_CAPACITY (1u << 16)
#define MESSAGE_BLOCKS 6
#define FULL_GENERATION 2

typedef struct {
  uint32_t stack;
  double bytes;
} TentativeFree;

static struct {
  int isRunning;
  int isFull;
  const char *frame; /* the innermost one when it began */
  const void *message[MESSAGE_BLOCKS]; /* what was made to tell that it begins; freed before all else */
  TentativeFree *tentative;
  uint32_t tentativeCount;
} collector;

/* The phase's name, the dict, its table, its keys. */
static void noteMessageBlocks(const void *phase, void *information) {
  int64_t position = 0;
  void *key, *value;
  uint32_t count = 3;
  for (uint32_t i = 0; i < MESSAGE_BLOCKS; i++) collector.message[i] = NULL;
  collector.message[0] = phase;
  collector.message[1] = (const char *)information - HEADER_WORDS_BYTES;
  collector.message[2] = pointerAt(information, DICT_KEYS);
  while (count < MESSAGE_BLOCKS && python.PyDict_Next(information, &position, &key, &value)) collector.message[count++] = key;
}

static int isOfMessage(const void *block) {
  for (uint32_t i = 0; i < MESSAGE_BLOCKS; i++) {
    if (collector.message[i] != block) continue;
    collector.message[i] = NULL; /* the address may be used again */
    return 1;
  }
  return 0;
}

/* `phase` and `information` are what gc gives to its callbacks, a str and a dict. */
static void beginCollectorFrees(const void *phase, void *information, int isFull, const char *threadState) {
  if (isFull && collector.tentative == NULL) collector.tentative = takeSparsePages(TENTATIVE_CAPACITY * sizeof(TentativeFree));
  collector.isRunning = 1;
  collector.isFull = isFull && collector.tentative != NULL;
  collector.frame = innermostFrame(threadState);
  noteMessageBlocks(phase, information);
  collector.tentativeCount = 0;
}

static void endCollectorFrees(void) { collector.isRunning = 0; }

static void addTentativeFrees(void) {
  for (uint32_t i = 0; i < collector.tentativeCount; i++) {
    tables.stacks[collector.tentative[i].stack].collectorFreedBytes += collector.tentative[i].bytes;
  }
  collector.tentativeCount = 0;
}

/* Floats, and the keys of small dicts (3.8 to 3.10, and later), have no type that could be read while they are on a free list. */
static int mayBeFromFreeList(const char *block, uint64_t bytes) {
  if (bytes == 24 || bytes == 168 || bytes == 120) return 1;
  if (bytes < HEADER_WORDS_BYTES + OBJECT_SIZE) return 0;
  const void *type = pointerAt(block, HEADER_WORDS_BYTES + OBJECT_TYPE);
  return type != NULL && (type == python.PyTuple_Type || type == python.PyList_Type || type == python.PyDict_Type || type == python.PyFrame_Type ||
                          type == python.PyMethod_Type || type == python.PyCFunction_Type || type == python.PySlice_Type);
}

/* A tracked block that is about to be given back. `bytes` are those that it stands for. */
static OUT_OF_LINE void noteCollectorFree(uint32_t stack, const void *block, uint64_t blockBytes, double bytes, const char *threadState) {
  if (innermostFrame(threadState) != collector.frame || isOfMessage(block)) return;
  if (collector.isFull && mayBeFromFreeList(block, blockBytes)) {
    if (collector.tentativeCount == TENTATIVE_CAPACITY) addTentativeFrees(); /* more than all free lists hold */
    collector.tentative[collector.tentativeCount++] = (TentativeFree){stack, bytes};
    return;
  }
  addTentativeFrees();
  tables.stacks[stack].collectorFreedBytes += bytes;
}
