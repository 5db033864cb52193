/* What native.py calls, in this order: the names, prepare, calibrate..., start, stop. */
#include "tablesFile.h"

#define LIBRARY_VERSION 1

EXPORT int libraryVersion(void) { return LIBRARY_VERSION; }
EXPORT const char *apiNames(void) { return pythonApiNames; }
EXPORT const char *layoutNames(void) { return pythonLayoutNames; }
EXPORT uint64_t tablesFileBytes(void) { return tablesBytes(); }

#if !defined(_WIN32)
EXPORT void *mapTables(int descriptor) { return mapSharedFile(descriptor, tablesBytes()); }
#endif

/* Takes what is needed of the interpreter. Until `prepareRecording` nothing is kept in tables. */
EXPORT int usePython(const void *api, const void *offsets) {
  copyBytes(&python, api, sizeof python);
  copyBytes(&layout, offsets, sizeof layout);
  if (python.PyThreadState_GetUnchecked == NULL) python.PyThreadState_GetUnchecked = python._PyThreadState_UncheckedGet;
  if (python.PyThreadState_GetUnchecked == NULL) return 0;
  mainInterpreter = python.PyInterpreterState_Main();
  return 1;
}

/* `mapping` is zeroed memory of tablesFileBytes, its own when it is NULL; `folders` as codes.c has them. Returns 0 when memory is short. */
EXPORT int prepareRecording(void *mapping, const char *folders, uint32_t foldersBytes, uint64_t seed) {
  if (mapping == NULL) mapping = takePages(tablesBytes());
  if (mapping == NULL) return 0;
  layOutTables(mapping);
  randomState ^= seed * 0x9E3779B97F4A7C15ULL;
  if (randomState == 0) randomState = 1;
  prepareCapture();
  return prepareGate() && prepareTexts() && prepareStacks() && prepareCodes(folders, foldersBytes);
}

/* `isForcedExact`: it stays exact. `intervalBytes` above 0 is the first interval; `isSampledFromStart` leaves the exact part out.
 * Returns 0 when NumPy's data will not be seen. */
EXPORT int startRecording(int isForcedExact, int isSampledFromStart, uint64_t intervalBytes) {
  recording.isForcedExact = isForcedExact;
  recording.intervalBytes = intervalBytes > 0 ? (double)intervalBytes : FIRST_INTERVAL_BYTES;
  header->startedAtUs = monotonicUs();
  recordEverything();
  if (isSampledFromStart) startSampling();
  header->state = 1;
  hookAllocators();
  return watchForNumpy();
}

/* The figures stand from here on. */
EXPORT void stopRecording(void) {
  if (gate->mode == MODE_PASSING) return;
  recordFreesOnly();
  forgetCollectorChanges();
  header->state = 2;
#ifdef MEMORY_LENS_CHECK
  checkFigures();
#endif
}

EXPORT void endRecording(void) { recordNothing(); }

/* For a forked child, where the system has not done it: the tables are the parent's. */
EXPORT void disableInChild(void) { recordNothing(); }
