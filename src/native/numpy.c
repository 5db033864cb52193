/* NumPy's data, which lies outside Python's allocators: from 1.22 on (NEP 49) every array asks a handler for it. The functions of the default
 * handler are replaced in place, for PyDataMem_SetHandler counts for one context only and misses threads.
 *
 * NumPy is usually imported after the recording has begun. An audit hook (PEP 578), which nothing in Python can see, looks for it at each
 * import; NumPy itself imports many modules after the one that holds the handler, so no array of the user's is missed. */
#include "tablesFile.h"

/* Places in NumPy's table of functions, the same in every version that has them. */
#define NUMPY_FEATURE_VERSION 211
#define NUMPY_DEFAULT_HANDLER 306
#define NUMPY_1_22_FEATURES 0xF

/* PyDataMem_Handler. */
typedef struct {
  char name[127];
  uint8_t version;
  void *context;
  void *(*malloc)(void *context, size_t bytes);
  void *(*calloc)(void *context, size_t count, size_t elementBytes);
  void *(*realloc)(void *context, void *block, size_t bytes);
  void (*free)(void *context, void *block, size_t bytes);
} NumpyHandler;

static NumpyHandler originalNumpy;
static int isNumpyHooked;

/* NULL in a thread without the interpreter's lock, which before 3.12 would be given another thread's state. */
static char *lockedThreadState(void) {
  char *threadState = currentThreadState();
  return threadState != NULL && threadState == (char *)python.PyGILState_GetThisThreadState() ? threadState : NULL;
}

static void *numpyMalloc(void *context, size_t bytes) {
  void *block = originalNumpy.malloc(context, bytes);
  if (!isPassedOver(bytes)) recordAllocation(block, bytes, 1, lockedThreadState());
  return block;
}

static void *numpyCalloc(void *context, size_t count, size_t elementBytes) {
  void *block = originalNumpy.calloc(context, count, elementBytes);
  if (!isPassedOver(count * elementBytes)) recordAllocation(block, count * elementBytes, 1, lockedThreadState());
  return block;
}

static void *reallocateByNumpy(void *how, void *block, size_t bytes) { return originalNumpy.realloc(how, block, bytes); }

static void *numpyRealloc(void *context, void *block, size_t bytes) {
  if (isPassedOver(bytes) && isUntracked(block)) return originalNumpy.realloc(context, block, bytes);
  return recordRealloc(reallocateByNumpy, context, block, bytes, 1, lockedThreadState());
}

static void numpyFree(void *context, void *block, size_t bytes) {
  if (!isUntracked(block)) recordFree(block, lockedThreadState());
  originalNumpy.free(context, block, bytes);
}

static int isDefaultHandler(const NumpyHandler *handler) {
  static const char name[] = "default_allocator";
  return handler->version == 1 && sameBytes(handler->name, name, sizeof name);
}

static void hookNumpyHandler(void **functions) {
  unsigned int (*featureVersion)(void) = (unsigned int (*)(void))functions[NUMPY_FEATURE_VERSION];
  if (featureVersion() < NUMPY_1_22_FEATURES) return;
  void *capsule = *(void **)functions[NUMPY_DEFAULT_HANDLER];
  NumpyHandler *handler = python.PyCapsule_GetPointer(capsule, "mem_handler");
  if (handler == NULL || !isDefaultHandler(handler)) return;
  originalNumpy = *handler;
  handler->malloc = numpyMalloc;
  handler->calloc = numpyCalloc;
  handler->realloc = numpyRealloc;
  handler->free = numpyFree;
}

/* Looks whether NumPy's core has been loaded. */
static void lookForNumpy(void) {
  static const char *const names[] = {"numpy._core._multiarray_umath", "numpy.core._multiarray_umath"};
  void *type, *value, *traceback, *modules = python.PySys_GetObject("modules"), *core = NULL;
  if (modules == NULL) return;
  python.PyErr_Fetch(&type, &value, &traceback);
  for (size_t i = 0; i < COUNT_OF(names) && core == NULL; i++) core = python.PyDict_GetItemString(modules, names[i]);
  void *capsule = core == NULL ? NULL : python.PyObject_GetAttrString(core, "_ARRAY_API");
  if (capsule != NULL) {
    void **functions = python.PyCapsule_GetPointer(capsule, NULL);
    isNumpyHooked = 1;
    if (functions != NULL) hookNumpyHandler(functions);
    python.Py_DecRef(capsule);
  }
  python.PyErr_Restore(type, value, traceback);
}

/* The program has a hook of its own, which would see how objects are looked at when it has ended. */
static int hasProgramAuditHook;

static int onAuditedEvent(const char *event, void *arguments, void *data) {
  static const char importEvent[] = "import", hookEvent[] = "sys.addaudithook";
  (void)arguments, (void)data;
  if (event[0] == 's' && sameBytes(event, hookEvent, sizeof hookEvent)) hasProgramAuditHook = 1;
  if (isNumpyHooked || event[0] != 'i' || (gate->mode != MODE_EXACT && gate->mode != MODE_SAMPLED)) return 0;
  if (sameBytes(event, importEvent, sizeof importEvent) && ownsTables(currentThreadState())) lookForNumpy();
  return 0;
}

/* Returns whether NumPy's data will be seen. */
static int watchForNumpy(void) {
  lookForNumpy();
  int isWatching = python.PySys_AddAuditHook != NULL && python.PySys_AddAuditHook(onAuditedEvent, NULL) == 0;
  return isNumpyHooked ? originalNumpy.malloc != NULL : isWatching;
}
