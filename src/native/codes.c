/* Code objects: whether they are the user's, their entry in the tables, and the line of an instruction.
 *
 * No code object is kept alive (it would show as the user's leak): its address is watched like a block's, and forgotten when it is freed.
 * What is remembered under an address carries a serial number, so what was cached for a code that had the address before is never found. */
#include "tablesFile.h"

#define CODE_SLOTS (1u << 17)
#define CODE_ENTRY_SLOTS (1u << 16)
#define CODE_CACHE_SLOTS 1024u
#define LINE_CACHE_SLOTS 8192u
#define NOT_USER 0xFFFFFFFFu
#define LONGEST_PATH_LIST 8192

typedef struct {
  const void *code;
  uint32_t serial;
  uint32_t entry; /* index into the section of codes, NOT_USER for code that is not the user's */
} KnownCode;

typedef struct {
  uint32_t serial; /* 0 is free */
  int32_t instruction;
  uint32_t line;
} KnownLine;

static struct {
  KnownCode *slots;
  uint32_t count, lastSerial;
  uint32_t *entrySlots; /* index + 1 into the section of codes, by file, name and line */
  KnownCode cache[CODE_CACHE_SLOTS];
  KnownLine lines[LINE_CACHE_SLOTS];
  /* The workspace's folder, then folders of libraries, each with a 0 at its end; an empty one ends the list. UTF-8, with a separator at
   * the end of each. */
  char folders[LONGEST_PATH_LIST];
} codes;

static void watchAddress(const void *address);
static void forgetStackCache(void);

static int prepareCodes(const char *folders, uint32_t foldersBytes) {
  if (foldersBytes + 2 > LONGEST_PATH_LIST) return 0;
  copyBytes(codes.folders, folders, foldersBytes);
  codes.slots = takeSparsePages(CODE_SLOTS * sizeof(KnownCode));
  codes.entrySlots = takeSparsePages(CODE_ENTRY_SLOTS * sizeof(uint32_t));
  return codes.slots != NULL && codes.entrySlots != NULL;
}

static uint32_t textLength(const char *text) {
  uint32_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

static int beginsWith(const char *path, uint32_t length, const char *folder, uint32_t folderLength) {
  if (length <= folderLength) return 0;
#if defined(_WIN32)
  for (uint32_t i = 0; i < folderLength; i++) {
    char a = path[i], b = folder[i];
    if (a >= 'A' && a <= 'Z') a += 'a' - 'A';
    if (b >= 'A' && b <= 'Z') b += 'a' - 'A';
    if (a == '/') a = '\\';
    if (b == '/') b = '\\';
    if (a != b) return 0;
  }
  return 1;
#else
  return sameBytes(path, folder, folderLength);
#endif
}

/* Whether a folder of this name is on the path, below its first `from` bytes. */
static int hasFolder(const char *path, uint32_t length, uint32_t from, const char *name) {
  uint32_t nameLength = textLength(name);
  for (uint32_t i = from; i + nameLength + 1 < length; i++) {
    int begins = i == 0 || path[i - 1] == '/' || path[i - 1] == '\\';
    int ends = path[i + nameLength] == '/' || path[i + nameLength] == '\\';
    if (begins && ends && sameBytes(path + i, name, nameLength)) return 1;
  }
  return 0;
}

/* Coarse on purpose: what is not known to be a library's may be the user's, and the engine decides once more by its own rules. */
static int isUserPath(const char *path, uint32_t length) {
  if (length == 0 || path[0] == '<') return 0;
  const char *workspace = codes.folders;
  uint32_t workspaceLength = textLength(workspace);
  int isInWorkspace = workspaceLength > 0 && beginsWith(path, length, workspace, workspaceLength);
  uint32_t inside = isInWorkspace ? workspaceLength : 0;
  if (hasFolder(path, length, inside, "site-packages") || hasFolder(path, length, inside, "dist-packages") ||
      hasFolder(path, length, inside, "node_modules")) {
    return 0;
  }
  for (const char *folder = workspace + workspaceLength + 1; *folder != 0; folder += textLength(folder) + 1) {
    uint32_t folderLength = textLength(folder);
    if (beginsWith(path, length, folder, folderLength) && !(isInWorkspace && workspaceLength > folderLength)) return 0;
  }
  return 1;
}

static uint32_t instructionBytes(const void *code) {
  if (layout.codeStart >= 0) return (uint32_t)uint64At(code, OBJECT_SIZE) * 2;
  return (uint32_t)uint64At(pointerAt(code, layout.codeLength), OBJECT_SIZE);
}

static uint32_t frameVariableCount(const void *code) {
  uint32_t count = uint32At(code, layout.codeVariableCount);
  if (layout.codeCellNames < 0) return count;
  const char *cells = pointerAt(code, layout.codeCellNames), *outer = pointerAt(code, layout.codeFreeNames);
  return count + (uint32_t)uint64At(cells, OBJECT_SIZE) + (uint32_t)uint64At(outer, OBJECT_SIZE);
}

/* The highest line that any instruction of the code has; long codes are looked at in steps, for each look costs a walk of their table. */
static uint32_t lastLineOf(void *code) {
  uint32_t bytes = instructionBytes(code), last = uint32At(code, layout.codeFirstLine);
  uint32_t step = bytes > 1000 ? bytes / 500 * 2 : 2;
  for (uint32_t instruction = 0; instruction < bytes; instruction += step) {
    int line = python.PyCode_Addr2Line(code, (int)instruction);
    if (line > (int)last) last = (uint32_t)line;
  }
  return last;
}

/* The entry of a code of the user's, made at its first sight; NOT_USER where the tables are full. */
static uint32_t codeEntryOf(void *code, Text file) {
  static char nameBytes[LONGEST_TEXT_BYTES];
  Text name = internText(nameBytes, readPythonText(pointerAt(code, layout.codeName), nameBytes));
  uint32_t firstLine = uint32At(code, layout.codeFirstLine);
  uint32_t slot = (uint32_t)(mixBits(((uint64_t)file.offset << 32 | name.offset) ^ mixBits(firstLine)) >> 32) & (CODE_ENTRY_SLOTS - 1);
  for (; codes.entrySlots[slot] != 0; slot = (slot + 1) & (CODE_ENTRY_SLOTS - 1)) {
    const CodeEntry *entry = &tables.codes[codes.entrySlots[slot] - 1];
    if (entry->fileOffset == file.offset && entry->nameOffset == name.offset && entry->firstLine == firstLine) {
      return codes.entrySlots[slot] - 1;
    }
  }
  int64_t index = nextEntry(SECTION_CODES);
  if (index < 0 || name.length == 0) return NOT_USER;
  tables.codes[index] = (CodeEntry){file.offset, file.length, name.offset, name.length, firstLine, lastLineOf(code)};
  publishCount(SECTION_CODES, (uint64_t)index + 1);
  codes.entrySlots[slot] = (uint32_t)index + 1;
  return (uint32_t)index;
}

static inline uint32_t codeSlotOf(const void *code) { return (uint32_t)(mixBits((uint64_t)(uintptr_t)code >> 4) >> 32) & (CODE_SLOTS - 1); }
static inline KnownCode *cachedCode(const void *code) {
  return &codes.cache[((uintptr_t)code >> 4 ^ (uintptr_t)code >> 12) & (CODE_CACHE_SLOTS - 1)];
}

static OUT_OF_LINE KnownCode learnCode(void *code) {
  static char pathBytes[LONGEST_TEXT_BYTES];
  uint32_t slot = codeSlotOf(code);
  for (; codes.slots[slot].code != NULL; slot = (slot + 1) & (CODE_SLOTS - 1)) {
    if (codes.slots[slot].code == code) return *cachedCode(code) = codes.slots[slot];
  }
  KnownCode known = {code, ++codes.lastSerial, NOT_USER};
  if (pointerAt(code, OBJECT_TYPE) != python.PyCode_Type || codes.count >= CODE_SLOTS / 4 * 3) return known;
  uint32_t pathLength = readPythonText(pointerAt(code, layout.codeFileName), pathBytes);
  if (isUserPath(pathBytes, pathLength)) {
    Text file = internText(pathBytes, pathLength);
    if (file.length != 0) known.entry = codeEntryOf(code, file);
  }
  codes.slots[slot] = known;
  codes.count++;
  watchAddress(code);
  return *cachedCode(code) = known;
}

static inline KnownCode knownCode(void *code) {
  const KnownCode *cached = cachedCode(code);
  return LIKELY(cached->code == code) ? *cached : learnCode(code);
}

static uint32_t lineOf(void *code, uint32_t serial, int32_t instruction) {
  KnownLine *cached = &codes.lines[((uint32_t)instruction / 2 ^ serial * 0x9E3779B1u >> 12) & (LINE_CACHE_SLOTS - 1)];
  if (LIKELY(cached->serial == serial && cached->instruction == instruction)) return cached->line;
  int line = python.PyCode_Addr2Line(code, instruction);
  *cached = (KnownLine){serial, instruction, line > 0 ? (uint32_t)line : uint32At(code, layout.codeFirstLine)};
  return cached->line;
}

/* A watched address is being freed. Returns whether it was a code's. */
static OUT_OF_LINE int forgetCode(const void *code) {
  uint32_t mask = CODE_SLOTS - 1, slot = codeSlotOf(code);
  while (codes.slots[slot].code != code) {
    if (codes.slots[slot].code == NULL) return 0;
    slot = (slot + 1) & mask;
  }
  if (cachedCode(code)->code == code) cachedCode(code)->code = NULL;
  forgetStackCache();
  codes.count--;
  /* Close the gap, so that no search ends early (Knuth 6.4, algorithm R). */
  for (uint32_t next = (slot + 1) & mask; codes.slots[next].code != NULL; next = (next + 1) & mask) {
    uint32_t home = codeSlotOf(codes.slots[next].code);
    if (((next - home) & mask) >= ((next - slot) & mask)) {
      codes.slots[slot] = codes.slots[next];
      slot = next;
    }
  }
  codes.slots[slot].code = NULL;
  return 1;
}
