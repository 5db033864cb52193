/* The hooks around the interpreter's allocators for memory and for objects (PyMem_SetAllocator). Blocks from before are passed through:
 * they are in no table. The raw allocator is left alone: it is called without the interpreter's lock. */
#include "tablesFile.h"

#define DOMAIN_MEM 1
#define DOMAIN_OBJ 2

static PythonAllocator originalAllocators[3];

/* Whether a block of this size is left out; charges the sampling with it. */
static inline int isPassedOver(size_t bytes) {
  gate->countdownBytes -= (int64_t)bytes;
  return LIKELY(gate->countdownBytes > 0 && bytes < gate->surelyRecordedBytes);
}

static inline int isUntracked(const void *block) { return LIKELY(trackedFilter[filterSlot(block) & gate->filterMask] == 0); }

static void *hookedMalloc(void *context, size_t bytes) {
  const PythonAllocator *original = context;
  if (isPassedOver(bytes)) return original->malloc(original->context, bytes);
  void *block = original->malloc(original->context, bytes);
  recordAllocation(block, bytes, 0, currentThreadState());
  return block;
}

static void *hookedCalloc(void *context, size_t count, size_t elementBytes) {
  const PythonAllocator *original = context;
  size_t bytes = count * elementBytes; /* where that overflows there is no block */
  if (isPassedOver(bytes)) return original->calloc(original->context, count, elementBytes);
  void *block = original->calloc(original->context, count, elementBytes);
  recordAllocation(block, bytes, 0, currentThreadState());
  return block;
}

static void *reallocateByAllocator(void *how, void *block, size_t bytes) {
  const PythonAllocator *original = how;
  return original->realloc(original->context, block, bytes);
}

static void *hookedRealloc(void *context, void *block, size_t bytes) {
  const PythonAllocator *original = context;
  if (isPassedOver(bytes) && isUntracked(block)) return original->realloc(original->context, block, bytes);
  return recordRealloc(reallocateByAllocator, context, block, bytes, 0, currentThreadState());
}

static void hookedFree(void *context, void *block) {
  const PythonAllocator *original = context;
  if (UNLIKELY(!isUntracked(block))) recordFree(block, currentThreadState());
  original->free(original->context, block);
}

/* Setting an allocator is not atomic: this runs before the program does. */
static void hookAllocators(void) {
  static const int domains[] = {DOMAIN_MEM, DOMAIN_OBJ};
  for (size_t i = 0; i < COUNT_OF(domains); i++) {
    PythonAllocator *original = &originalAllocators[domains[i]];
    PythonAllocator hooked = {original, hookedMalloc, hookedCalloc, hookedRealloc, hookedFree};
    python.PyMem_GetAllocator(domains[i], original);
    python.PyMem_SetAllocator(domains[i], &hooked);
  }
}
