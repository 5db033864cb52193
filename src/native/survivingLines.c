/* What each line left alive, of the objects in the graph: its biggest object, and its texts and bytes that are equal to others. */
#include "graphApi.h"
#include "tablesFile.h"

#define SURVIVING_LINES 8192u
#define LEAST_REPEATED_BYTES 65536

/* For inspection/native_graph.py, which has the same fields. */
typedef struct {
  double bytes;         /* all that the line left alive, of objects in the graph */
  double biggestBytes;
  const void *biggest;
  uint64_t stack, references; /* of the biggest */
  double valueCount, distinctCount, wastedBytes; /* of texts */
  double bytesValueCount, bytesDistinctCount, bytesWastedBytes;
} SurvivingLine;

static struct {
  SurvivingLine *lines;
  uint64_t *keys; /* the line and its file, + 1; 0 is free */
  uint64_t *seenTexts;
  uint64_t seenSlots, seenCount;
} surviving;

typedef struct {
  uint64_t bytes;
  double weight;
  uint32_t stack;
} TrackedBlock;

static int findTracked(const void *block, TrackedBlock *found) {
  if (recording.wasExact) {
    uint64_t *word = findWord(block);
    if (word == NULL || !isBlockWord(*word)) return 0;
    *found = (TrackedBlock){bytesOfWord(*word), 1, stackOfWord(*word)};
    return 1;
  }
  const Sample *sample = findSample(block);
  if (sample == NULL) return 0;
  *found = (TrackedBlock){sample->bytes, sample->weight, sample->stack};
  return 1;
}

static int isNumpyArray(const char *type) {
  static const char name[] = "numpy.ndarray";
  static const char *known;
  if (type == known) return 1;
  if ((uint64At(type, TYPE_FLAGS) & HAS_COLLECTOR_HEADER) || !sameBytes(pointerAt(type, TYPE_NAME), name, sizeof name)) return 0;
  known = type;
  return 1;
}

/* Where an object keeps what it holds, apart from itself. */
static const void *bufferOfObject(const void *object, const char *type) {
  uint64_t flags = uint64At(type, TYPE_FLAGS);
  if (flags & IS_LIST) return pointerAt(object, LIST_ITEMS);
  if (flags & IS_DICT) return pointerAt(object, DICT_KEYS);
  if (type == python.PySet_Type || type == python.PyFrozenSet_Type) return pointerAt(object, SET_TABLE);
  if (type == python.PyByteArray_Type) return pointerAt(object, BYTEARRAY_BYTES);
  return isNumpyArray(type) ? pointerAt(object, ARRAY_DATA) : NULL;
}

/* NULL where the line is not the user's, or there are too many. */
static SurvivingLine *lineOfStack(uint32_t stack) {
  const StackEntry *entry = &tables.stacks[stack];
  if (entry->frameCount == 0) return NULL;
  FrameEntry frame = tables.frames[entry->firstFrame];
  /* Several code objects may share a line: a comprehension's and that of the function around it. */
  uint64_t key = ((uint64_t)tables.codes[frame.code].fileOffset << 32 | frame.line) + 1;
  uint64_t slot = mixBits(key) >> 20 & (SURVIVING_LINES - 1);
  for (uint32_t tries = 0; tries < 256; tries++, slot = (slot + 1) & (SURVIVING_LINES - 1)) {
    if (surviving.keys[slot] == 0) surviving.keys[slot] = key;
    if (surviving.keys[slot] == key) return &surviving.lines[slot];
  }
  return NULL;
}

static uint64_t hashOfContent(const char *bytes, uint64_t length, uint64_t seed) {
  uint64_t hash = mixBits(seed ^ length), word;
  for (; length >= 8; bytes += 8, length -= 8) {
    copyBytes(&word, bytes, 8);
    hash = mixBits(hash ^ word);
  }
  for (; length > 0; bytes++, length--) hash = mixBits(hash ^ (uint8_t)*bytes);
  return hash | 1;
}

/* Whether a content is the first of its kind on its line. Two that differ have the same hash of 63 bits once in many billions of runs. */
static int isFirstOfItsKind(uint64_t hash) {
  uint64_t slot = hash >> 12 & (surviving.seenSlots - 1);
  for (; surviving.seenTexts[slot] != 0; slot = (slot + 1) & (surviving.seenSlots - 1)) {
    if (surviving.seenTexts[slot] == hash) return 0;
  }
  surviving.seenTexts[slot] = hash;
  surviving.seenCount++;
  return 1;
}

static void addContent(SurvivingLine *line, const void *object, const char *type, const TrackedBlock *block) {
  int isText = type == graphApi.PyUnicode_Type;
  if (!isText && type != graphApi.PyBytes_Type) return;
  const char *content;
  uint64_t length = uint64At(object, OBJECT_SIZE), seed = mixBits((uint64_t)(line - surviving.lines));
  if (isText) {
    uint32_t state = uint32At(object, TEXT_STATE);
    if (!isCompactText(state)) return;
    content = (const char *)object + textDataOffset(state);
    seed ^= textCharacterBytes(state);
    length *= textCharacterBytes(state);
  } else {
    content = (const char *)object + BYTES_DATA;
    seed ^= 8;
  }
  /* Slots are twice as many as there may be contents, but not without limit. */
  if (surviving.seenCount * 4 > surviving.seenSlots * 3) return;
  int isFirst = isFirstOfItsKind(hashOfContent(content, length, seed));
  *(isText ? &line->valueCount : &line->bytesValueCount) += block->weight;
  if (isFirst) *(isText ? &line->distinctCount : &line->bytesDistinctCount) += block->weight;
  else *(isText ? &line->wastedBytes : &line->bytesWastedBytes) += block->weight * (double)block->bytes;
}

static void addSurvivingBlock(const void *object, const char *type, const void *address, int isObject) {
  TrackedBlock block;
  if (address == NULL || !findTracked(address, &block)) return;
  SurvivingLine *line = lineOfStack(block.stack);
  if (line == NULL) return;
  line->bytes += (double)block.bytes * block.weight;
  if ((double)block.bytes > line->biggestBytes) {
    line->biggestBytes = (double)block.bytes;
    line->biggest = object;
    line->stack = block.stack;
  }
  if (isObject) addContent(line, object, type, &block);
}

static int addSurvivingObjects(void) {
  for (uint32_t node = 1; node < graph.nodeCount; node++) {
    if (node % OBJECTS_BETWEEN_LOOKS == 0 && isGraphOutOfTime()) return 0;
    const char *object = graphNodes()[node].object, *type = pointerAt(object, OBJECT_TYPE);
    uint64_t flags = uint64At(type, TYPE_FLAGS);
    uint32_t headerBytes = (flags & HAS_COLLECTOR_HEADER ? HEADER_WORDS_BYTES : 0) + (flags & (uint64_t)layout.preHeaderFlags ? HEADER_WORDS_BYTES : 0);
    addSurvivingBlock(object, type, object - headerBytes, 1);
    addSurvivingBlock(object, type, bufferOfObject(object, type), 0);
  }
  return 1;
}

/* Fills in the lines that left the most alive, the biggest first and at most `capacity`. Returns how many; -1 when there was not enough time or memory. */
EXPORT int64_t findSurvivingLines(SurvivingLine *found, uint64_t capacity) {
  int64_t count = -1;
  surviving.seenSlots = 1024;
  while (surviving.seenSlots < graph.nodeCount * 2 && surviving.seenSlots < (1u << 22)) surviving.seenSlots *= 2;
  surviving.lines = takeGraphPages(SURVIVING_LINES * sizeof(SurvivingLine));
  surviving.keys = takeGraphPages(SURVIVING_LINES * sizeof(uint64_t));
  surviving.seenTexts = takeGraphPages(surviving.seenSlots * sizeof(uint64_t));
  if (surviving.lines != NULL && surviving.keys != NULL && surviving.seenTexts != NULL && addSurvivingObjects()) {
    count = 0;
    while ((uint64_t)count < capacity) {
      SurvivingLine *most = NULL;
      for (uint32_t i = 0; i < SURVIVING_LINES; i++) {
        if (surviving.lines[i].bytes > 0 && (most == NULL || surviving.lines[i].bytes > most->bytes)) most = &surviving.lines[i];
      }
      if (most == NULL) break;
      most->references = (uint64_t)referencesTo(findNode(most->biggest));
      found[count++] = *most;
      most->bytes = 0;
    }
  }
  releaseGraphPages(surviving.lines, SURVIVING_LINES * sizeof(SurvivingLine));
  releaseGraphPages(surviving.keys, SURVIVING_LINES * sizeof(uint64_t));
  releaseGraphPages(surviving.seenTexts, surviving.seenSlots * sizeof(uint64_t));
  return count;
}
