/* Execution counts: the table of lines, the memory in use around them, and the hook that sees the user's code before it runs. */
#include "counters.h"
#include "pythonApi.h"
#include "tablesFile.h"

static CountingSetup countingSetup;
/* 0 in a forked child, which must not write into its parent's tables, and after the end. */
static volatile int countingEnabled;
/* Lines or files that found no room any more. */
static uint64_t countingDroppedCount;
/* Modules whose own lines, outside of functions, could not get probes; of some not the functions either. */
static uint64_t unreachedModules;
/* Modules that were left alone, for something reads their bytecode. */
static uint64_t bytecodeReaderCount;

/* ---- memory of the counters: taken from the system in large pieces, never given back ---- */

#define ARENA_PIECE_BYTES (256 * 1024)

static struct {
  char *next;
  size_t leftBytes;
} countingArena;

static void *allocateFromArena(size_t bytes) {
  bytes = (bytes + 15) & ~(size_t)15;
  if (bytes > ARENA_PIECE_BYTES / 4) {
    return takeOwnPages(bytes);
  }
  if (bytes > countingArena.leftBytes) {
    char *piece = takeOwnPages(ARENA_PIECE_BYTES);
    if (piece == NULL) {
      return NULL;
    }
    countingArena.next = piece;
    countingArena.leftBytes = ARENA_PIECE_BYTES;
  }
  void *result = countingArena.next;
  countingArena.next += bytes;
  countingArena.leftBytes -= bytes;
  return result;
}

static int isText(const char *bytes, uint64_t length, const char *text) {
  return textLength(text) == length && sameBytes(bytes, text, length);
}

/* ---- files and their lines ---- */

/* A line number beyond this is a mistake or generated code; a list of such length would cost too much memory. */
#define MAXIMAL_LINE 1000000

typedef struct CountedFile {
  struct CountedFile *next;
  const char *path;
  uint32_t pathLength;
  int isUserFile;
  /* The path in section `strings`; set with the first line. */
  Text writtenPath;
  /* For each line the index of its entry plus 1, 0 where there is none yet: of the line itself and of the function that begins there. */
  uint32_t *entryOfLine[2];
  uint32_t capacity;
} CountedFile;

#define FILE_BUCKET_COUNT 1024
static CountedFile *countedFiles[FILE_BUCKET_COUNT];

static uint64_t hashText(const char *text, uint64_t length) {
  uint64_t hash = length;
  for (uint64_t index = 0; index < length; index += 1) {
    hash = mixBits(hash ^ (unsigned char)text[index]);
  }
  return hash;
}

/* The file of that path, made when it is new; NULL when there is no memory. */
static CountedFile *findCountedFile(const char *path, uint64_t length) {
  CountedFile **bucket = &countedFiles[hashText(path, length) % FILE_BUCKET_COUNT];
  for (CountedFile *file = *bucket; file != NULL; file = file->next) {
    if (file->pathLength == length && sameBytes(file->path, path, length)) {
      return file;
    }
  }
  CountedFile *file = allocateFromArena(sizeof(CountedFile));
  char *ownPath = allocateFromArena(length + 1);
  if (file == NULL || ownPath == NULL) {
    return NULL;
  }
  copyBytes(ownPath, path, length);
  file->path = ownPath;
  file->pathLength = (uint32_t)length;
  file->isUserFile = isUserPath(path, (uint32_t)length);
  file->next = *bucket;
  *bucket = file;
  return file;
}

static int growLinesOfFile(CountedFile *file, uint32_t line) {
  uint32_t capacity = file->capacity == 0 ? 128 : file->capacity;
  while (capacity <= line) {
    capacity *= 2;
  }
  for (int kind = 0; kind < 2; kind += 1) {
    uint32_t *grown = allocateFromArena(capacity * sizeof(uint32_t));
    if (grown == NULL) {
      return 0;
    }
    for (uint32_t index = 0; index < file->capacity; index += 1) {
      grown[index] = file->entryOfLine[kind][index];
    }
    file->entryOfLine[kind] = grown;
  }
  file->capacity = capacity;
  return 1;
}

static LineEntry *addLineEntry(CountedFile *file, uint32_t line, int isFunction) {
  int64_t index = nextEntry(SECTION_LINES);
  if (index < 0) {
    return NULL;
  }
  if (file->writtenPath.length == 0) {
    file->writtenPath = internText(file->path, file->pathLength);
    if (file->writtenPath.length == 0) {
      return NULL;
    }
  }
  LineEntry *entry = &tables.lines[index];
  entry->fileOffset = file->writtenPath.offset;
  entry->fileLength = file->writtenPath.length;
  entry->line = line;
  entry->flags = isFunction ? LINE_IS_FUNCTION : 0;
  file->entryOfLine[isFunction][line] = (uint32_t)index + 1;
  publishCount(SECTION_LINES, (uint64_t)index + 1);
  return entry;
}

/* The entry of a line, made when it is new; NULL when the tables are full. */
static LineEntry *findLineEntry(CountedFile *file, uint32_t line, int isFunction) {
  if (line < file->capacity) {
    uint32_t number = file->entryOfLine[isFunction][line];
    if (number != 0) {
      return &tables.lines[number - 1];
    }
  }
  LineEntry *entry = NULL;
  if (line < MAXIMAL_LINE && (line < file->capacity || growLinesOfFile(file, line))) {
    entry = addLineEntry(file, line, isFunction);
  }
  if (entry == NULL) {
    countingDroppedCount += 1;
  }
  return entry;
}

/* ---- the memory in use around a line ---- */

/* The last line of each frame that ran lately, the innermost on top. A call's frame stands above its caller's; frames of other threads
 * may lie between. What is pushed out at the bottom loses one reading. More than the depth of recursion that Python allows at first. */
#define RECENT_FRAME_COUNT 2048
#define NOT_RECENT RECENT_FRAME_COUNT

typedef struct {
  void *frame;
  LineEntry *line;
} RecentLine;

static RecentLine recentLines[RECENT_FRAME_COUNT];
static uint32_t recentTop;

/* Where a frame stands in recentLines, by its address, in one of a few slots. A frame keeps its place as long as it is there. */
#define PLACE_SLOT_COUNT (2 * RECENT_FRAME_COUNT)
#define PLACE_SLOTS_SEARCHED 4

typedef struct {
  const void *frame;
  uint32_t top; /* recentTop when it was pushed */
} RecentPlace;

static RecentPlace recentPlaces[PLACE_SLOT_COUNT];

static void *runningFrame(void) {
  char *innermost = pointerAt(currentThreadState(), layout.threadFrame);
  return layout.cFrameCurrent < 0 ? innermost : pointerAt(innermost, layout.cFrameCurrent);
}

static RecentPlace *slotOfPlace(const void *frame, uint32_t step) {
  uint32_t slot = (uint32_t)(mixBits((uint64_t)frame >> 3) >> 32) + step;
  return &recentPlaces[slot % PLACE_SLOT_COUNT];
}

static int isPlaceInUse(const RecentPlace *place) {
  return place->frame != NULL && recentTop - place->top < RECENT_FRAME_COUNT &&
         recentLines[place->top % RECENT_FRAME_COUNT].frame == place->frame;
}

/* How far below the top the frame's last line is, or NOT_RECENT. A line may have called a thousand deep, and all of these go straight on
 * to return, so that the top says nothing. */
static uint32_t depthOfFrame(const void *frame) {
  if (recentLines[recentTop % RECENT_FRAME_COUNT].frame == frame) {
    return 0;
  }
  for (uint32_t step = 0; step < PLACE_SLOTS_SEARCHED; step += 1) {
    const RecentPlace *place = slotOfPlace(frame, step);
    if (place->frame == frame && isPlaceInUse(place)) {
      return recentTop - place->top;
    }
  }
  return NOT_RECENT;
}

/* Where all slots are in use, the last one's frame is found no more and loses one reading. */
static void rememberPlaceOfTop(const void *frame) {
  RecentPlace *place = NULL;
  for (uint32_t step = 0; step < PLACE_SLOTS_SEARCHED; step += 1) {
    place = slotOfPlace(frame, step);
    if (place->frame == frame || !isPlaceInUse(place)) {
      break;
    }
  }
  *place = (RecentPlace){frame, recentTop};
}

/* The last lines of the frame at that depth and of those above it have ended by now. */
static void endLinesDownTo(uint32_t depth) {
  for (uint32_t above = 0; above <= depth; above += 1) {
    RecentLine *ended = &recentLines[(recentTop - above) % RECENT_FRAME_COUNT];
    if (ended->line != NULL) {
      ended->line->inUseAfterBytes = header->liveBytes;
    }
    *ended = (RecentLine){NULL, NULL};
  }
  recentTop -= depth + 1;
}

static void beginLine(LineEntry *line, void *frame) {
  line->inUseBeforeBytes = header->liveBytes;
  uint32_t depth = depthOfFrame(frame);
  if (depth != NOT_RECENT) {
    endLinesDownTo(depth);
  }
  recentTop += 1;
  recentLines[recentTop % RECENT_FRAME_COUNT] = (RecentLine){frame, line};
  if (depth == NOT_RECENT) {
    rememberPlaceOfTop(frame);
  }
}

/* The frame returns: what it returns is still there. */
static void endFrame(const void *frame) {
  uint32_t depth = depthOfFrame(frame);
  if (depth != NOT_RECENT) {
    endLinesDownTo(depth);
  }
}

/* The program has ended, and with it the last line of each frame that did not return. */
static void endRecentLines(void) {
  for (uint32_t index = 0; index < RECENT_FRAME_COUNT; index += 1) {
    if (recentLines[index].line != NULL) {
      recentLines[index].line->inUseAfterBytes = header->liveBytes;
      recentLines[index] = (RecentLine){NULL, NULL};
    }
  }
}

/* ---- counting ---- */

/* Counts one execution; 0 when the line is not to be counted any more. */
static int countExecution(LineEntry *entry) {
  if (entry->executionCount < countingSetup.countLimit) {
    entry->executionCount += 1;
    return 1;
  }
  if ((entry->flags & LINE_STOPPED) == 0) {
    /* This one is known of, too. */
    entry->executionCount += 1;
    entry->flags |= LINE_STOPPED;
  }
  return 0;
}

/* ---- the user's code, just before it runs ---- */

#define TUPLE_ITEMS 24

static void *typeOf(const void *object) { return pointerAt(object, OBJECT_TYPE); }

static int64_t tupleSize(const void *tuple) { return (int64_t)uint64At(tuple, OBJECT_SIZE); }

static void *tupleItem(const void *tuple, int64_t index) { return pointerAt(tuple, TUPLE_ITEMS + index * (int64_t)sizeof(void *)); }

static int isCode(const void *object) { return typeOf(object) == python.PyCode_Type; }

/* The file of a code object; NULL when there is no memory. */
static CountedFile *fileOfCode(const void *code) {
  static char path[LONGEST_TEXT_BYTES];
  return findCountedFile(path, readPythonText(pointerAt(code, layout.codeFileName), path));
}

/* A code object's attribute that is a small integer; 0 when it has none. */
static uint32_t integerAttribute(void *code, const char *name) {
  void *integer = python.PyObject_GetAttrString(code, name);
  if (integer == NULL) {
    python.PyErr_Clear();
    return 0;
  }
  uint32_t value = (uint32_t)python.PyLong_AsLongLong(integer);
  python.Py_DecRef(integer);
  return value;
}

typedef struct {
  uint32_t firstLine;
  /* Its calls are counted: it is the code of a function that has a name. */
  int isFunction;
  int isLambda;
  /* A comprehension or generator expression: what it does in the line in which it begins belongs to that line's one execution. */
  int isComprehension;
} CodeKind;

/* CO_OPTIMIZED: it has fast locals, so it is no module's or class's body. */
#define CODE_HAS_FAST_LOCALS 1u

static int isNameOfComprehension(const char *name, uint64_t length) {
  return isText(name, length, "<genexpr>") || isText(name, length, "<listcomp>") || isText(name, length, "<setcomp>") ||
         isText(name, length, "<dictcomp>");
}

static CodeKind kindOfCode(void *code) {
  static char text[LONGEST_TEXT_BYTES];
  CodeKind kind = {integerAttribute(code, "co_firstlineno"), 0, 0, 0};
  void *name = python.PyObject_GetAttrString(code, "co_name");
  if (name == NULL) {
    python.PyErr_Clear();
    return kind;
  }
  uint32_t length = readPythonText(name, text);
  python.Py_DecRef(name);
  kind.isFunction = length > 0 && text[0] != '<' && (integerAttribute(code, "co_flags") & CODE_HAS_FAST_LOCALS) != 0;
  kind.isLambda = isText(text, length, "<lambda>");
  kind.isComprehension = isNameOfComprehension(text, length);
  return kind;
}

#include "repeatedCalls.c"

#include "counterEvents.c"

#include "counterPlacing.c"

static int hasEvents(void) { return countingSetup.versionHex >= 0x030C; }

static void countLinesOfCode(void *code) {
  void *error[3];
  python.PyErr_Fetch(&error[0], &error[1], &error[2]);
  pauseAllocations();
  CountedFile *file = fileOfCode(code);
  if (file != NULL) {
    lookForComparer(file);
  }
  if (file != NULL && file->isUserFile) {
    if (hasEvents()) {
      watchEventsOfCode(code, file);
    } else {
      putProbesIntoModule(code, file);
    }
  }
  resumeAllocations();
  /* Also takes away what went wrong here. */
  python.PyErr_Restore(error[0], error[1], error[2]);
}

/* Called by the interpreter for each of its audit events; must be fast for all but one of them. */
static int onAuditEvent(const char *event, void *arguments, void *unused) {
  (void)unused;
  if (event[0] != 'e' || !countingEnabled || !isText(event, textLength(event), "exec")) {
    return 0;
  }
  if (arguments == NULL || tupleSize(arguments) < 1 || !ownsTables(currentThreadState())) {
    return 0;
  }
  void *code = tupleItem(arguments, 0);
  if (isCode(code)) {
    countLinesOfCode(code);
  }
  return 0;
}

/* ---- what counting/ calls ---- */

/* Takes the setup and starts to look out for the user's code; 0 when the interpreter refuses. */
EXPORT int startCounting(const CountingSetup *setup) {
  countingSetup = *setup;
  if (!prepareLooks() || (hasEvents() ? !prepareEvents() : !prepareProbes())) {
    return 0;
  }
  if (python.PySys_AddAuditHook(onAuditEvent, NULL) != 0) {
    python.PyErr_Clear();
    return 0;
  }
  countingEnabled = 1;
  return 1;
}

/* Stops for good at the program's end. */
EXPORT void stopCounting(void) {
  if (countingEnabled) {
    endRecentLines();
  }
  countingEnabled = 0;
}

/* In a forked child, whose tables are its parent's. */
EXPORT void disableCountingInChild(void) { countingEnabled = 0; }

/* How many lines, functions or files found no room in the tables. */
EXPORT uint64_t droppedLineCount(void) { return countingDroppedCount; }

/* How many modules were not counted, or not their own lines, for their frame could not be changed. */
EXPORT uint64_t unreachedModuleCount(void) { return unreachedModules; }

/* How many modules were not counted, for something reads their bytecode. */
EXPORT uint64_t bytecodeReaderModuleCount(void) { return bytecodeReaderCount; }
