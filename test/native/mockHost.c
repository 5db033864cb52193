/* Plays the interpreter to the native recorder, where no Python can be had (Windows under wine): frames, code and texts in a made-up layout,
 * and allocators to be hooked. Then it allocates known amounts on known lines and looks into the tables. The recorder takes all offsets
 * from its host, so a layout that no Python has serves as well.
 *
 * Usage: mockHost LIBRARY exact|sampled|broken. Prints `ok` or what is wrong. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/native/tables.h"

#if defined(_WIN32)
#include <windows.h>
static void *loadLibrary(const char *path) { return (void *)LoadLibraryA(path); }
static void *symbolOf(void *library, const char *name) { return (void *)(uintptr_t)GetProcAddress((HMODULE)library, name); }
static int openPipe(int descriptors[2]) {
  descriptors[0] = descriptors[1] = -1; /* reads are asked of the system */
  return 1;
}
#define WORKSPACE "C:\\Work\\"
#define LIBRARY_FOLDER "C:\\Python\\Lib\\"
#define USER_FILE "c:\\work\\program.py"
#define LIBRARY_FILE "C:\\Python\\lib\\json.py"
#else
#include <dlfcn.h>
#include <unistd.h>
static void *loadLibrary(const char *path) { return dlopen(path, RTLD_NOW); }
static void *symbolOf(void *library, const char *name) { return dlsym(library, name); }
static int openPipe(int descriptors[2]) { return pipe(descriptors) == 0; }
#define WORKSPACE "/work/"
#define LIBRARY_FOLDER "/python/lib/"
#define USER_FILE "/work/program.py"
#define LIBRARY_FILE "/python/lib/json.py"
#endif

#define MOST_FRAMES 8
#define LARGEST_TEXT 64
#define BLOCK_COUNT 200000

typedef struct {
  void *context;
  void *(*malloc)(void *, size_t);
  void *(*calloc)(void *, size_t, size_t);
  void *(*realloc)(void *, void *, size_t);
  void (*free)(void *, void *);
} Allocator;

/* The layout. */
typedef struct {
  uint64_t references;
  void *type;
  uint64_t length;
  uint64_t hash;
  uint32_t state; /* compact, ASCII, one byte a character */
  char data[LARGEST_TEXT];
} Text;

typedef struct {
  uint64_t references;
  void *type;
  uint64_t instructionCount;
  Text *fileName, *name;
  uint32_t firstLine;
  uint16_t instructions[64];
} Code;

typedef struct Frame {
  struct Frame *previous;
  Code *code;
  uint16_t *instruction;
  uint8_t owner;
} Frame;

typedef struct {
  void *interpreter;
  Frame *frame;
} ThreadState;

static int codeType, interpreter;
static Frame frames[MOST_FRAMES];
static ThreadState threadState = {&interpreter, NULL};

static Text *makeText(const char *characters) {
  Text *text = calloc(1, sizeof *text);
  text->length = strlen(characters);
  text->state = 1 << 2 | 1 << 5 | 1 << 6;
  memcpy(text->data, characters, text->length);
  return text;
}

static Code *makeCode(const char *fileName, const char *name, uint32_t firstLine) {
  Code *code = calloc(1, sizeof *code);
  code->type = &codeType;
  code->instructionCount = sizeof code->instructions / sizeof code->instructions[0];
  code->fileName = makeText(fileName);
  code->name = makeText(name);
  code->firstLine = firstLine;
  return code;
}

/* An instruction a line. */
static int lineOfInstruction(void *code, int instruction) { return (int)((Code *)code)->firstLine + instruction / 2; }

static void enter(Code *code) {
  Frame *frame = threadState.frame == NULL ? &frames[0] : threadState.frame + 1;
  *frame = (Frame){threadState.frame, code, code->instructions, 0};
  threadState.frame = frame;
}

static void leave(void) { threadState.frame = threadState.frame->previous; }

static void goToLine(uint32_t line) {
  Frame *frame = threadState.frame;
  frame->instruction = &frame->code->instructions[line - frame->code->firstLine];
}

/* The interpreter's functions. */
static void *systemMalloc(void *context, size_t bytes) { return (void)context, malloc(bytes); }
static void *systemCalloc(void *context, size_t count, size_t bytes) { return (void)context, calloc(count, bytes); }
static void *systemRealloc(void *context, void *block, size_t bytes) { return (void)context, realloc(block, bytes); }
static void systemFree(void *context, void *block) { (void)context, free(block); }

static Allocator allocators[3] = {{0}, {NULL, systemMalloc, systemCalloc, systemRealloc, systemFree}, {NULL, systemMalloc, systemCalloc, systemRealloc, systemFree}};
static void getAllocator(int domain, Allocator *allocator) { *allocator = allocators[domain]; }
static void setAllocator(int domain, Allocator *allocator) { allocators[domain] = *allocator; }
static void *getThreadState(void) { return &threadState; }
static void *getInterpreter(void) { return &interpreter; }
static void *nothing(void) { return NULL; }
static int zero(void) { return 0; }

#define NAMED(name, value) \
  if (strcmp(wanted, name) == 0) return (uint64_t)(uintptr_t)(value)

static uint64_t addressOf(const char *wanted) {
  NAMED("PyMem_GetAllocator", getAllocator);
  NAMED("PyMem_SetAllocator", setAllocator);
  NAMED("PyThreadState_GetUnchecked", getThreadState);
  NAMED("PyGILState_GetThisThreadState", getThreadState);
  NAMED("PyInterpreterState_Main", getInterpreter);
  NAMED("PyCode_Addr2Line", lineOfInstruction);
  NAMED("PyCode_Type", &codeType);
  NAMED("PySys_AddAuditHook", zero);
  return (uint64_t)(uintptr_t)nothing;
}

static uint64_t offsetOf(const char *wanted) {
  NAMED("threadFrame", offsetof(ThreadState, frame));
  NAMED("cFrameCurrent", -1);
  NAMED("threadInterpreter", offsetof(ThreadState, interpreter));
  NAMED("frameCode", offsetof(Frame, code));
  NAMED("frameInstruction", offsetof(Frame, instruction));
  NAMED("framePrevious", offsetof(Frame, previous));
  NAMED("frameOwner", offsetof(Frame, owner));
  NAMED("skippedOwner", 3);
  NAMED("codeStart", offsetof(Code, instructions));
  NAMED("instructionFactor", 1);
  NAMED("codeFileName", offsetof(Code, fileName));
  NAMED("codeName", offsetof(Code, name));
  NAMED("codeFirstLine", offsetof(Code, firstLine));
  NAMED("codeLength", -1);
  NAMED("textData", offsetof(Text, data));
  NAMED("wideTextData", offsetof(Text, data));
  return 0;
}

static void fill(uint64_t *values, const char *names, uint64_t (*valueOf)(const char *)) {
  char name[128];
  for (int length; sscanf(names, "%127s%n", name, &length) == 1; names += length) *values++ = valueOf(name);
}

/* What is looked at afterwards. */
static char *mapping;
static int problemCount;

static void *entries(int section) {
  TablesSection *sections = (TablesSection *)(mapping + FIRST_SECTION_SLOT * 8);
  return mapping + sections[section].offset;
}

static uint64_t countOf(int section) { return ((TablesSection *)(mapping + FIRST_SECTION_SLOT * 8))[section].count; }

static void expectNear(const char *what, double actual, double expected, double toleranceRatio) {
  double difference = actual > expected ? actual - expected : expected - actual;
  if (difference <= expected * toleranceRatio) return;
  printf("%s: %.0f, expected %.0f\n", what, actual, expected);
  problemCount++;
}

/* The stack whose innermost line this is. */
static StackEntry *stackAtLine(uint32_t line) {
  StackEntry *stacks = entries(SECTION_STACKS);
  FrameEntry *lines = entries(SECTION_FRAMES);
  for (uint64_t i = 1; i < countOf(SECTION_STACKS); i++) {
    if (lines[stacks[i].firstFrame].line == line) return &stacks[i];
  }
  printf("no stack at line %u\n", line);
  exit(1);
}

static void *take(size_t bytes) { return allocators[2].malloc(allocators[2].context, bytes); }
static void give(void *block) { allocators[2].free(allocators[2].context, block); }

static void runExact(void) {
  Code *module = makeCode(USER_FILE, "<module>", 1), *function = makeCode(USER_FILE, "work", 10), *library = makeCode(LIBRARY_FILE, "loads", 5);
  void *kept[100];
  enter(module);
  goToLine(3);
  enter(function);
  goToLine(12);
  for (int i = 0; i < 100; i++) kept[i] = take(1000);
  goToLine(14);
  /* What the library takes is the line's that called it. */
  enter(library);
  void *large = take(1 << 20);
  leave();
  goToLine(16);
  give(large);
  goToLine(18);
  void *grown = allocators[1].realloc(allocators[1].context, allocators[1].malloc(allocators[1].context, 100), 5000);
  leave();
  goToLine(5);
  for (int i = 0; i < 50; i++) give(kept[i]);
  TablesHeader *header = (TablesHeader *)mapping;
  expectNear("live", header->liveBytes, 50 * 1000 + 5000, 0);
  expectNear("peak", header->peakBytes, 100 * 1000 + (1 << 20), 0);
  expectNear("allocated", header->allocatedBytes, 100 * 1000 + (1 << 20) + 5000, 0);
  expectNear("line 12, live", stackAtLine(12)->liveBytes, 50 * 1000, 0);
  expectNear("line 12, allocated", stackAtLine(12)->allocatedCount, 100, 0);
  expectNear("line 12, frames", stackAtLine(12)->frameCount, 2, 0);
  expectNear("line 14, allocated", stackAtLine(14)->allocatedBytes, 1 << 20, 0);
  expectNear("line 16, freed", stackAtLine(16)->freedBytes, 1 << 20, 0);
  expectNear("line 5, freed", stackAtLine(5)->freedBytes, 50 * 1000, 0);
  CodeEntry *codes = entries(SECTION_CODES);
  char *strings = entries(SECTION_STRINGS);
  FrameEntry *lines = entries(SECTION_FRAMES);
  CodeEntry *code = &codes[lines[stackAtLine(12)->firstFrame].code];
  if (code->fileLength != strlen(USER_FILE) || memcmp(strings + code->fileOffset, USER_FILE, code->fileLength) != 0) {
    printf("the file is %.*s\n", (int)code->fileLength, strings + code->fileOffset);
    problemCount++;
  }
  (void)grown;
}

static void runSampled(void) {
  static void *kept[BLOCK_COUNT];
  enter(makeCode(USER_FILE, "<module>", 1));
  goToLine(2);
  for (int i = 0; i < BLOCK_COUNT; i++) kept[i] = take(100);
  goToLine(4);
  for (int i = 0; i < BLOCK_COUNT; i += 2) give(kept[i]);
  expectNear("line 2, allocated", stackAtLine(2)->allocatedBytes, BLOCK_COUNT * 100.0, 0.05);
  expectNear("line 2, live", stackAtLine(2)->liveBytes, BLOCK_COUNT * 50.0, 0.05);
  expectNear("line 4, freed", stackAtLine(4)->freedBytes, BLOCK_COUNT * 50.0, 0.05);
}

int main(int argumentCount, char **arguments) {
  void *library = argumentCount == 3 ? loadLibrary(arguments[1]) : NULL;
  if (library == NULL) return printf("the library can't be loaded\n"), 1;
  const char *mode = arguments[2];
  const char *(*apiNames)(void) = symbolOf(library, "apiNames");
  const char *(*layoutNames)(void) = symbolOf(library, "layoutNames");
  int (*usePython)(const void *, const void *) = symbolOf(library, "usePython");
  int (*calibrateFrames)(uint64_t *, int, int, int) = symbolOf(library, "calibrateFrames");
  uint64_t (*tablesFileBytes)(void) = symbolOf(library, "tablesFileBytes");
  int (*prepareRecording)(void *, const char *, uint32_t, uint64_t) = symbolOf(library, "prepareRecording");
  int (*startRecording)(int, int, uint64_t) = symbolOf(library, "startRecording");
  void (*stopRecording)(void) = symbolOf(library, "stopRecording");

  uint64_t api[64] = {0}, layout[64] = {0}, fields[5 * MOST_FRAMES];
  int pipeEnds[2];
  fill(api, apiNames(), addressOf);
  fill(layout, layoutNames(), offsetOf);
  if (!usePython(api, layout) || !openPipe(pipeEnds)) return printf("the host is refused\n"), 1;
  Code *code = makeCode(USER_FILE, "calibrated", 7);
  enter(code);
  if (strcmp(mode, "broken") == 0) threadState.frame = (Frame *)16;
  int found = calibrateFrames(fields, MOST_FRAMES, pipeEnds[0], pipeEnds[1]);
  if (strcmp(mode, "broken") == 0) return printf(found == -1 ? "ok\n" : "a frame that can't be read is taken for one\n"), found != -1;
  if (found != 1 || fields[0] != (uint64_t)(uintptr_t)code || fields[4] != 7) return printf("the frame is not found\n"), 1;
  leave();

  mapping = calloc(1, tablesFileBytes());
  static const char folders[] = WORKSPACE "\0" LIBRARY_FOLDER "\0";
  if (mapping == NULL || !prepareRecording(mapping, folders, sizeof folders, 4711)) return printf("there is no memory\n"), 1;
  int isSampled = strcmp(mode, "sampled") == 0;
  startRecording(!isSampled, isSampled, 512);
  if (isSampled) runSampled();
  else runExact();
  stopRecording();
  if (problemCount == 0) printf("ok\n");
  return problemCount != 0;
}
