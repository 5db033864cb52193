/* What the variables of calls hold that still run in other threads when the program ends: a root that no object shows.
 *
 * Noted while those threads are there, for Python takes them away before it looks for garbage the last time, and lets what they hold be.
 * Read from their frames without making anything, so that none of them runs meanwhile. */
#include "graphApi.h"

#define MOST_THREAD_ROOTS 4096
#define MOST_THREAD_FRAMES 100000

typedef struct {
  const void *object, *type;
  void *code; /* held */
  uint32_t variable;
} ThreadRoot;

static struct {
  ThreadRoot found[MOST_THREAD_ROOTS];
  uint32_t count;
} threadRoots;

static void noteFrameRoots(const char *frame) {
  char *code = pointerAt(frame, layout.frameCode);
  if (code == NULL || pointerAt(code, OBJECT_TYPE) != python.PyCode_Type) return;
  uint32_t variableCount = frameVariableCount(code);
  for (uint32_t variable = 0; variable < variableCount && threadRoots.count < MOST_THREAD_ROOTS; variable++) {
    const char *value = pointerAt(frame, layout.frameLocals + 8 * (int64_t)variable);
    if (value == NULL) continue;
    python.Py_IncRef(code);
    threadRoots.found[threadRoots.count++] = (ThreadRoot){value, pointerAt(value, OBJECT_TYPE), code, variable};
  }
}

EXPORT void noteThreadRoots(void) {
  const char *own = currentThreadState();
  for (char *thread = firstThread(); thread != NULL; thread = graphApi.PyThreadState_Next(thread)) {
    if (thread == own) continue;
    uint32_t frameCount = 0;
    for (const char *frame = innermostFrame(thread); frame != NULL && frameCount++ < MOST_THREAD_FRAMES; frame = callerOf(frame)) {
      noteFrameRoots(frame);
    }
  }
}

/* A fresh list of the code whose variable had this object, and the variable's index; empty where none had. */
EXPORT void *threadRootOf(const void *object) {
  void *root = graphApi.PyList_New(0);
  for (uint32_t i = 0; root != NULL && i < threadRoots.count; i++) {
    const ThreadRoot *found = &threadRoots.found[i];
    if (found->object != object || found->type != pointerAt(object, OBJECT_TYPE)) continue;
    void *variable = graphApi.PyLong_FromLong((long)found->variable);
    if (variable != NULL && graphApi.PyList_Append(root, found->code) == 0) graphApi.PyList_Append(root, variable);
    if (variable != NULL) python.Py_DecRef(variable);
    break;
  }
  return root;
}

EXPORT void forgetThreadRoots(void) {
  while (threadRoots.count > 0) python.Py_DecRef(threadRoots.found[--threadRoots.count].code);
}
