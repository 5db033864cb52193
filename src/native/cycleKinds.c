/* Kinds of reference cycles: which types make them, how much they hold, which line made them, and the way round. */
#include "tablesFile.h"

#define MOST_TYPES_OF_CYCLE 16
#define MOST_OBJECTS_OF_PATH 32
#define MOST_PATH_TRIES 3
#define LONGEST_TYPE_NAMES 400
#define TYPE_DELETE 376
#define TYPE_FINALIZE 392

/* ---- what objects take ---- */

/* What a tracked block stands for, and its stack; 0 where it is not tracked. */
static double blockBytes(const void *block, uint32_t *stack) {
  if (recording.wasExact) {
    const uint64_t *word = findWord(block);
    if (word == NULL || !isBlockWord(*word)) return 0;
    *stack = stackOfWord(*word);
    return (double)bytesOfWord(*word);
  }
  const Sample *sample = isUntracked(block) ? NULL : findSample(block);
  if (sample == NULL) return 0;
  *stack = sample->stack;
  return (double)sample->bytes * sample->weight;
}

/* The keys, or where these are shared by a class's instances the values. */
static double dictTableBytes(const void *dict) {
  uint32_t stack;
  const void *values = pointerAt(dict, DICT_VALUES);
  if (values == NULL) return blockBytes(pointerAt(dict, DICT_KEYS), &stack);
  return layout.managedDictFlag == 0 ? blockBytes(values, &stack) : 0;
}

/* See nameInstanceValues. */
static double instanceValuesBytes(const void *object, uint32_t flags) {
  if (layout.instanceValues == 0 || !(flags & (uint32_t)layout.managedDictFlag)) return 0;
  uint64_t values = uint64At(object, layout.instanceValues);
  if (values == 0 || (values & 7) != ((uint64_t)layout.instanceValuesTag & 7)) return 0;
  const uint8_t *first = (const uint8_t *)(uintptr_t)(values - (uint64_t)layout.instanceValuesTag);
  uint32_t stack;
  return blockBytes(first - first[-1], &stack);
}

/* An object's block and its buffer; `stack` is set where the object's own block is tracked. */
static double objectBytes(const void *object, uint32_t *stack) {
  const void *type = typeOfObject(object);
  uint32_t flags = typeFlags(type), headerBytes = flags & HAS_COLLECTOR_HEADER ? HEADER_WORDS_BYTES : 0, bufferStack;
  if (flags & (uint32_t)layout.preHeaderFlags) headerBytes += HEADER_WORDS_BYTES;
  double bytes = blockBytes((const char *)object - headerBytes, stack);
  if (type == python.PyList_Type) bytes += blockBytes(pointerAt(object, LIST_ITEMS), &bufferStack);
  if (type == python.PyDict_Type) bytes += dictTableBytes(object);
  if (type == python.PySet_Type) bytes += blockBytes(pointerAt(object, SET_TABLE), &bufferStack);
  if (type == python.PyByteArray_Type) bytes += blockBytes(pointerAt(object, BYTEARRAY_BYTES), &bufferStack);
  return bytes + instanceValuesBytes(object, flags);
}

static double heldBytesOf(const void *object) {
  uint32_t stack;
  return objectBytes(object, &stack);
}

/* ---- kinds of cycles ---- */

/* The garbage that only hangs on the cycle, as far as no other one had it first: components are closed from the inside out, so what
 * a node leads to is known by then. */
static double hangingBytes(const uint32_t *members, uint32_t count) {
  double bytes = 0;
  garbage.pendingCount = 0;
  for (uint32_t i = 0; i < count; i++) garbage.pending[garbage.pendingCount++] = members[i];
  while (garbage.pendingCount > 0) {
    const GarbageNode *node = &garbage.nodes[garbage.pending[--garbage.pendingCount]];
    for (uint32_t i = 0; i < node->edgeCount; i++) {
      GarbageNode *to = &garbage.nodes[garbage.edges[node->firstEdge + i]];
      uint32_t stack;
      if (to->isCounted || to->isOfCycle) continue;
      to->isCounted = 1;
      bytes += objectBytes(to->object, &stack) + to->heldBytes;
      garbage.pending[garbage.pendingCount++] = (uint32_t)(to - garbage.nodes);
    }
  }
  return bytes;
}

typedef struct {
  const void *types[MOST_TYPES_OF_CYCLE];
  uint32_t typeCount;
  int hasInstances;
} CycleTypes;

/* Instances' dicts, and where there are instances the plain containers between them, are how it is written, not what it is made of. */
static int isNamedInCycle(const CycleTypes *types, const void *object) {
  const void *type = typeOfObject(object);
  return !types->hasInstances || !(isPlainContainer(object) || type == python.PySet_Type || type == python.PyCell_Type);
}

static int isNameBefore(const char *left, const char *right) {
  while (*left != 0 && *left == *right) left++, right++;
  return (uint8_t)*left < (uint8_t)*right;
}

static void addTypeOfCycle(CycleTypes *types, const void *type) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < types->typeCount; i++) {
    if (types->types[i] == type) return;
  }
  if (types->typeCount == MOST_TYPES_OF_CYCLE) return;
  while (at < types->typeCount && isNameBefore(nameOfType(types->types[at]), nameOfType(type))) at++;
  for (uint32_t i = types->typeCount++; i > at; i--) types->types[i] = types->types[i - 1];
  types->types[at] = type;
}

static Text namesOfTypes(const CycleTypes *types) {
  static char names[LONGEST_TYPE_NAMES];
  uint32_t length = 0;
  for (uint32_t i = 0; i < types->typeCount; i++) {
    const char *name = nameOfType(types->types[i]);
    uint32_t nameLength = textLength(name);
    if (length + nameLength + 1 > sizeof names) break;
    if (length > 0) names[length++] = '\n';
    copyBytes(names + length, name, nameLength);
    length += nameLength;
  }
  return internText(names, length);
}

/* The shortest way from the first object back to itself. */
static Text pathOfCycle(uint32_t start) {
  static void *objects[MOST_OBJECTS_OF_PATH];
  uint32_t component = garbage.nodes[start].component, queued = 0, count = 0;
  for (uint32_t i = 0; i < garbage.nodeCount; i++) garbage.parents[i] = 0;
  garbage.pending[queued++] = start;
  for (uint32_t i = 0; i < queued; i++) {
    const GarbageNode *node = &garbage.nodes[garbage.pending[i]];
    /* Lists and tuples tell of their items from the last one on. */
    for (uint32_t edge = node->edgeCount; edge-- > 0;) {
      uint32_t to = garbage.edges[node->firstEdge + edge];
      if (to == start) {
        uint32_t at = garbage.pending[i], length = 1;
        for (uint32_t back = at; back != start; back = garbage.parents[back] - 1) length++;
        if (length > MOST_OBJECTS_OF_PATH) return (Text){0, 0};
        for (count = length; count > 0; at = garbage.parents[at] - 1) objects[--count] = (void *)garbage.nodes[at].object;
        return writeCyclePath(objects, length);
      }
      if (garbage.nodes[to].component != component || garbage.parents[to] != 0) continue;
      garbage.parents[to] = garbage.pending[i] + 1;
      garbage.pending[queued++] = to;
    }
  }
  return (Text){0, 0};
}

static CycleEntry *findCycleEntry(Text types, uint32_t stack) {
  static CycleEntry *last;
  if (last != NULL && last->typesOffset == types.offset && last->stack == stack) return last;
  for (uint64_t i = 0; i < sections[SECTION_CYCLES].count; i++) {
    last = &tables.cycles[i];
    if (last->typesOffset == types.offset && last->stack == stack) return last;
  }
  int64_t index = nextEntry(SECTION_CYCLES);
  if (index < 0 || types.length == 0) return last = NULL;
  last = &tables.cycles[index];
  *last = (CycleEntry){.typesOffset = types.offset, .typesLength = types.length, .stack = stack};
  publishCount(SECTION_CYCLES, (uint64_t)index + 1);
  return last;
}

/* One object of the cycle, for the line that made it. NULL: the table is full. */
static CycleEntry *noteObjectOfCycle(Text names, const GarbageNode *node, double hangingBytes, int isNamed) {
  uint32_t stack = 0;
  const void *type = typeOfObject(node->object);
  double bytes = objectBytes(node->object, &stack) + node->heldBytes + hangingBytes;
  CycleEntry *entry = findCycleEntry(names, stack);
  if (entry == NULL) return NULL;
  entry->bytes += bytes;
  entry->uncollectableCount += pointerAt(type, TYPE_DELETE) != NULL;
  entry->objectCount += (uint32_t)isNamed;
  entry->finalizerCount += isNamed && isInstance(node->object) && pointerAt(type, TYPE_FINALIZE) != NULL;
  return entry;
}

static void noteCycle(const uint32_t *members, uint32_t count) {
  CycleTypes types = {.typeCount = 0};
  uint32_t start = members[0];
  for (uint32_t i = 0; i < count; i++) {
    garbage.nodes[members[i]].isOfCycle = 1;
    int isInstances = isInstance(garbage.nodes[members[i]].object);
    /* The oldest one mostly holds the others. */
    if (isInstances > types.hasInstances || (isInstances == types.hasInstances && members[i] > start)) start = members[i];
    types.hasInstances |= isInstances;
  }
  for (uint32_t i = 0; i < count; i++) {
    const void *object = garbage.nodes[members[i]].object;
    if (isNamedInCycle(&types, object)) addTypeOfCycle(&types, typeOfObject(object));
  }
  Text names = namesOfTypes(&types);
  CycleEntry *entry = noteObjectOfCycle(names, &garbage.nodes[start], hangingBytes(members, count), 1);
  int isPathWanted = entry != NULL && entry->pathLength == 0 && entry->pathTries++ < MOST_PATH_TRIES;
  for (uint32_t i = 0; i < count; i++) {
    const GarbageNode *node = &garbage.nodes[members[i]];
    if (members[i] != start) noteObjectOfCycle(names, node, 0, isNamedInCycle(&types, node->object));
  }
  if (!isPathWanted) return;
  Text path = pathOfCycle(start);
  entry->pathOffset = path.offset;
  entry->pathLength = path.length;
}
