/* Where the program steers the collector: module gc's functions, whose entries in the interpreter's own table of methods point here while
 * recording. The function objects stay what they are, whoever holds them and however he came by them: they look up their entry at each
 * call. */
#include "tablesFile.h"

/* In this order: how CollectorChange of src/core/profile.ts names them is in src/engines/python/collectorChanges.ts. */
#define STEERING_FUNCTIONS(F) \
  F(disable)                  \
  F(enable)                   \
  F(set_threshold)            \
  F(freeze)                   \
  F(unfreeze)                 \
  F(collect)

enum {
#define DECLARE_CHANGE(name) CHANGE_##name,
  STEERING_FUNCTIONS(DECLARE_CHANGE)
#undef DECLARE_CHANGE
  CHANGE_COUNT
};

#define METHOD_OF_FUNCTION 16
#define TUPLE_FIRST_ITEM 24

/* Arguments beyond those that a function's flags promise are passed on unread, which no calling convention of ours minds. */
typedef void *(*BuiltinFunction)(void *self, void *arguments, int64_t argumentCount, void *keywords);

static struct {
  PythonMethod *method; /* NULL: as the interpreter made it */
  BuiltinFunction original;
} steering[CHANGE_COUNT];

static BuiltinFunction getThreshold;
static uint64_t lastChange;

/* What the program has set by now; zeros where that can't be told. */
static void readThresholds(void *module, CollectorChangeEntry *entry) {
  if (getThreshold == NULL) return;
  uint32_t *const thresholds[] = {&entry->threshold0, &entry->threshold1, &entry->threshold2};
  pauseAllocations();
  void *values = getThreshold(module, NULL, 0, NULL);
  if (values == NULL) {
    python.PyErr_Clear();
  } else {
    for (uint64_t i = 0; i < COUNT_OF(thresholds) && i < uint64At(values, OBJECT_SIZE); i++) {
      *thresholds[i] = (uint32_t)python.PyLong_AsLongLong(pointerAt(values, TUPLE_FIRST_ITEM + (int64_t)i * 8));
    }
    python.Py_DecRef(values);
  }
  resumeAllocations();
}

static CollectorChangeEntry *findChange(uint32_t change, uint32_t stack) {
  uint64_t count = sections[SECTION_CHANGES].count;
  for (uint64_t i = 0; i < count; i++) {
    CollectorChangeEntry *entry = &tables.changes[i];
    if (entry->change == change && entry->stack == stack) return entry;
  }
  int64_t index = nextEntry(SECTION_CHANGES);
  if (index < 0) return NULL;
  tables.changes[index] = (CollectorChangeEntry){.change = change, .stack = stack};
  publishCount(SECTION_CHANGES, (uint64_t)index + 1);
  return &tables.changes[index];
}

static void noteChange(uint32_t change, void *module, const char *threadState) {
  CollectorChangeEntry *entry = findChange(change, runningStack(threadState));
  if (entry == NULL) return;
  entry->count++;
  entry->last = ++lastChange;
  if (change == CHANGE_set_threshold) readThresholds(module, entry);
}

static void *steer(uint32_t change, void *self, void *arguments, int64_t argumentCount, void *keywords) {
  void *result = steering[change].original(self, arguments, argumentCount, keywords);
  char *threadState = currentThreadState();
  /* Wrong arguments change nothing. */
  if (result != NULL && isRecordingAllocations() && ownsTables(threadState)) noteChange(change, self, threadState);
  return result;
}

#define DECLARE_STEERING(name)                                                                         \
  static void *steer_##name(void *self, void *arguments, int64_t argumentCount, void *keywords) {      \
    return steer(CHANGE_##name, self, arguments, argumentCount, keywords);                             \
  }
STEERING_FUNCTIONS(DECLARE_STEERING)
#undef DECLARE_STEERING

/* The entry of a builtin function in its module's table; NULL: it is none. */
static PythonMethod *methodOf(void *module, const char *name) {
  void *function = python.PyObject_GetAttrString(module, name);
  if (function == NULL) {
    python.PyErr_Clear();
    return NULL;
  }
  PythonMethod *method = pointerAt(function, OBJECT_TYPE) == python.PyCFunction_Type ? (PythonMethod *)pointerAt(function, METHOD_OF_FUNCTION) : NULL;
  if (method != NULL && !(textLength(method->name) == textLength(name) && sameBytes(method->name, name, textLength(name)))) method = NULL;
  python.Py_DecRef(function);
  return method;
}

/* `module` is gc. Descriptors as for safe reads, by which is found out whether the interpreter's table may be written to. */
EXPORT void watchCollectorChanges(void *module, int readDescriptor, int writeDescriptor) {
  static const struct {
    const char *name;
    BuiltinFunction replacement;
  } functions[CHANGE_COUNT] = {
#define NAME_OF_STEERING(name) {#name, steer_##name},
      STEERING_FUNCTIONS(NAME_OF_STEERING)
#undef NAME_OF_STEERING
  };
  const int descriptors[2] = {readDescriptor, writeDescriptor};
  PythonMethod *threshold = methodOf(module, "get_threshold");
  if (threshold != NULL) getThreshold = (BuiltinFunction)threshold->function;
  for (uint32_t i = 0; i < CHANGE_COUNT; i++) {
    PythonMethod *method = methodOf(module, functions[i].name);
    if (method == NULL) continue;
    steering[i].original = (BuiltinFunction)method->function;
    if (writeSafely(descriptors, &method->function, &functions[i].replacement, sizeof method->function)) steering[i].method = method;
  }
}

static void forgetCollectorChanges(void) {
  for (uint32_t i = 0; i < CHANGE_COUNT; i++) {
    if (steering[i].method != NULL) steering[i].method->function = (void *)steering[i].original;
    steering[i].method = NULL;
  }
}
