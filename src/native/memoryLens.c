/* The native recorder of Python programs as one translation unit: everything but the interface in api.c is private to it.
 *
 * Loaded by native.py into the user's interpreter. Single-threaded by construction: only the thread that holds the main interpreter's lock
 * touches the tables. */
#include "platform.h"
#include "freestanding.c"

#include "pythonApi.h"
#include "random.h"
#include "tables.h"
#include "tablesFile.h"

#include "texts.c"

#include "codes.c"
#include "stacks.c"

#include "capture.c"
#include "figures.c"

#include "exactBlocks.c"
#include "sampledBlocks.c"

#include "collectorFrees.c"
#include "recording.c"

#include "allocators.c"
#include "calibration.c"
#include "numpy.c"
#include "survivors.c"

#include "objectGraph.c"
#include "threadRoots.c"
#include "objectSizes.c"
#include "heldBytes.c"
#include "holderPaths.c"
#include "survivingLines.c"

#include "counterHost.c"
#include "collectorChanges.c"
#include "garbage.c"
#include "cyclePaths.c"
#include "cycleKinds.c"
#include "cycles.c"
#include "collections.c"
#include "counters.c"

#ifdef MEMORY_LENS_CHECK
#include "check.c"
#endif

#include "api.c"
