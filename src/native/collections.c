/* Garbage collections: a function in gc.callbacks, made natively so that no Python code of ours runs at a collection. */
#include "tablesFile.h"

static struct {
  uint64_t startedAtUs;
  double freedBytesBefore;
} collection;

static uint64_t countIn(void *information, const char *name) {
  void *number = python.PyDict_GetItemString(information, name);
  long long count = number == NULL ? 0 : python.PyLong_AsLongLong(number);
  return count > 0 ? (uint64_t)count : 0;
}

static void noteCollection(void *information, const char *threadState) {
  int64_t index = nextEntry(SECTION_COLLECTIONS);
  if (index < 0) return;
  uint64_t nowUs = monotonicUs();
  tables.collections[index] = (CollectionEntry){
      .atUs = collection.startedAtUs,
      .durationUs = nowUs - collection.startedAtUs,
      .generation = (uint32_t)countIn(information, "generation"),
      .stack = runningStack(threadState),
      .collectedCount = countIn(information, "collected"),
      .uncollectableCount = countIn(information, "uncollectable"),
      .freedBytes = recording.freedBytes - collection.freedBytesBefore,
  };
  publishCount(SECTION_COLLECTIONS, (uint64_t)index + 1);
}

/* callback(phase, information), called by gc at the start and at the end of a collection. */
static void *onCollection(void *self, void *const *arguments, int64_t argumentCount) {
  (void)self;
  char *threadState = currentThreadState();
  if (argumentCount == 2 && isRecordingAllocations() && ownsTables(threadState)) {
    /* "start" or "stop". */
    if (uint64At(arguments[0], OBJECT_SIZE) == 5) {
      uint32_t generation = (uint32_t)countIn(arguments[1], "generation");
      lookForCycles(generation);
      collection.startedAtUs = monotonicUs();
      collection.freedBytesBefore = recording.freedBytes;
      beginCollectorFrees(arguments[0], arguments[1], generation == FULL_GENERATION, threadState);
    } else if (collection.startedAtUs != 0) {
      endCollectorFrees();
      noteCollection(arguments[1], threadState);
      collection.startedAtUs = 0;
    }
  }
  python.Py_IncRef(python._Py_NoneStruct);
  return python._Py_NoneStruct;
}

/* A new reference, for gc.callbacks. */
EXPORT void *makeCollectionCallback(void) {
  static PythonMethod method = {"memory_lens", onCollection, METHOD_FASTCALL, NULL};
  return python.PyCFunction_NewEx(&method, NULL, NULL);
}
