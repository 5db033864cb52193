/* Reference cycles in the garbage of a collection: which types make them, how much they hold, which line made them.
 *
 * A cycle is a strongly connected component of the garbage (Tarjan 1972). Garbage that is part of none hangs on one and counts with it. */
#include "tablesFile.h"

#define NO_COMPONENT 0
#define MOST_TYPES_OF_CYCLE 16
#define MOST_OBJECTS_OF_PATH 32
#define MOST_PATH_TRIES 3
#define LONGEST_TYPE_NAMES 400
#define TYPE_DELETE 376
#define TYPE_FINALIZE 392
/* While the program runs so many objects may be looked at at once, and what takes this share of the run: measured, one takes so long. */
#define NODE_ALLOWANCE 20000
#define NODE_US 0.25
#define LOOKING_SHARE 0.005
#define FEWEST_NODES 256
/* When it has ended looking may take so long, set by set: small cycles lie close together. */
#define LOOKING_AT_END_US 100000

typedef struct {
  uint32_t node, nextEdge, lowest;
} OpenNode;

static struct {
  OpenNode *open;       /* the search's own stack */
  uint32_t *members;    /* of the components, one after the other */
  uint32_t *order;      /* by node: when it was found; 0: not yet */
  uint32_t *parents;    /* by node: where the way to it comes from, + 1 */
  uint32_t componentCount;
  uint64_t nodesLookedAt; /* over the whole run */
  uint32_t mostNodes, mostEdges; /* at once */
} cycles;

static int prepareCycles(void) {
  if (cycles.open == NULL) cycles.open = takeSparsePages(MOST_GARBAGE_NODES * sizeof(OpenNode));
  if (cycles.members == NULL) cycles.members = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  if (cycles.order == NULL) cycles.order = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  if (cycles.parents == NULL) cycles.parents = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  return cycles.open != NULL && cycles.members != NULL && cycles.order != NULL && cycles.parents != NULL;
}

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

/* ---- components ---- */

static void openNode(uint32_t node, uint32_t *openCount, uint32_t *memberCount, uint32_t *found) {
  cycles.order[node] = ++*found;
  cycles.open[(*openCount)++] = (OpenNode){node, 0, *found};
  cycles.members[(*memberCount)++] = node;
}

static void noteCycle(const uint32_t *members, uint32_t count);

static int refersToItself(const GarbageNode *node) {
  for (uint32_t i = 0; i < node->edgeCount; i++) {
    if (&garbage.nodes[garbage.edges[node->firstEdge + i]] == node) return 1;
  }
  return 0;
}

/* All nodes of the component that ends with the members from `first` on are known. */
static void closeComponent(uint32_t first, uint32_t memberCount) {
  cycles.componentCount++;
  for (uint32_t i = first; i < memberCount; i++) garbage.nodes[cycles.members[i]].component = cycles.componentCount;
  if (memberCount - first > 1 || refersToItself(&garbage.nodes[cycles.members[first]])) {
    noteCycle(&cycles.members[first], memberCount - first);
  }
}

static void searchComponents(uint32_t root, uint32_t *found) {
  uint32_t openCount = 0, memberCount = 0;
  openNode(root, &openCount, &memberCount, found);
  while (openCount > 0) {
    OpenNode *top = &cycles.open[openCount - 1];
    GarbageNode *node = &garbage.nodes[top->node];
    if (top->nextEdge < node->edgeCount) {
      uint32_t to = garbage.edges[node->firstEdge + top->nextEdge++];
      if (cycles.order[to] == 0) {
        openNode(to, &openCount, &memberCount, found);
      } else if (garbage.nodes[to].component == NO_COMPONENT && cycles.order[to] < top->lowest) {
        top->lowest = cycles.order[to];
      }
      continue;
    }
    uint32_t lowest = top->lowest;
    if (lowest == cycles.order[top->node]) {
      uint32_t first = memberCount;
      do first--;
      while (cycles.members[first] != top->node);
      closeComponent(first, memberCount);
      memberCount = first;
    }
    openCount--;
    if (openCount > 0 && lowest < cycles.open[openCount - 1].lowest) cycles.open[openCount - 1].lowest = lowest;
  }
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
  for (uint32_t i = 0; i < garbage.nodeCount; i++) cycles.parents[i] = 0;
  garbage.pending[queued++] = start;
  for (uint32_t i = 0; i < queued; i++) {
    const GarbageNode *node = &garbage.nodes[garbage.pending[i]];
    /* Lists and tuples tell of their items from the last one on. */
    for (uint32_t edge = node->edgeCount; edge-- > 0;) {
      uint32_t to = garbage.edges[node->firstEdge + edge];
      if (to == start) {
        uint32_t at = garbage.pending[i], length = 1;
        for (uint32_t back = at; back != start; back = cycles.parents[back] - 1) length++;
        if (length > MOST_OBJECTS_OF_PATH) return (Text){0, 0};
        for (count = length; count > 0; at = cycles.parents[at] - 1) objects[--count] = (void *)garbage.nodes[at].object;
        return writeCyclePath(objects, length);
      }
      if (garbage.nodes[to].component != component || cycles.parents[to] != 0) continue;
      cycles.parents[to] = garbage.pending[i] + 1;
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
  /* Last: it may change how an object keeps its attributes. */
  Text path = pathOfCycle(start);
  entry->pathOffset = path.offset;
  entry->pathLength = path.length;
}

/* ---- when ---- */

/* Of the pages for all that may be looked at, only those in use take memory. */
static void countOwnBytes(void) {
  static const uint64_t nodeBytes = sizeof(GarbageNode) + sizeof(OpenNode) + 6 * sizeof(uint32_t);
  if (garbage.nodeCount > cycles.mostNodes) {
    header->ownBytes += (garbage.nodeCount - cycles.mostNodes) * nodeBytes;
    cycles.mostNodes = garbage.nodeCount;
  }
  if (garbage.edgeCount > cycles.mostEdges) {
    header->ownBytes += (garbage.edgeCount - cycles.mostEdges) * sizeof(uint32_t);
    cycles.mostEdges = garbage.edgeCount;
  }
}

/* Returns whether there is more to be looked at. */
static int searchGarbage(uint32_t generation, uint32_t mostNodes) {
  int isGarbage = findGarbage(generation, mostNodes);
  cycles.nodesLookedAt += garbage.nodeCount;
  countOwnBytes();
  if (isGarbage) {
    uint32_t found = 0;
    cycles.componentCount = NO_COMPONENT;
    for (uint32_t i = 0; i < garbage.nodeCount; i++) cycles.order[i] = 0;
    for (uint32_t i = 0; i < garbage.nodeCount; i++) {
      if (!garbage.nodes[i].isReachable && cycles.order[i] == 0) searchComponents(i, &found);
    }
  }
  return garbage.nodeCount == mostNodes;
}

/* Sets of so many objects from the youngest on, and until the time has come no more. */
static void noteCyclesOf(uint32_t generation, uint32_t mostNodes, uint64_t untilUs) {
  if (!prepareCycles() || !prepareGarbage()) return;
  void *error[3];
  python.PyErr_Fetch(&error[0], &error[1], &error[2]);
  pauseAllocations();
  beginWithYoungest();
  while (searchGarbage(generation, mostNodes) && monotonicUs() < untilUs);
  resumeAllocations();
  python.PyErr_Restore(error[0], error[1], error[2]);
}

static int isProgramOver(void) {
  if (python.Py_IsFinalizing != NULL) return python.Py_IsFinalizing();
  return python._Py_IsFinalizing != NULL && python._Py_IsFinalizing();
}

/* Before a collection, as far as looking has been cheap so far. */
static void lookForCycles(uint32_t generation) {
  if (garbage.generations == NULL || generation > FULL_GENERATION) return;
  uint64_t nowUs = monotonicUs();
  if (isProgramOver()) {
    noteCyclesOf(generation, MOST_GARBAGE_NODES, nowUs + LOOKING_AT_END_US);
    return;
  }
  double allowedNodes = NODE_ALLOWANCE + (double)(nowUs - header->startedAtUs) * LOOKING_SHARE / NODE_US;
  double leftNodes = allowedNodes - (double)cycles.nodesLookedAt;
  if (leftNodes >= FEWEST_NODES) noteCyclesOf(generation, leftNodes < MOST_GARBAGE_NODES ? (uint32_t)leftNodes : MOST_GARBAGE_NODES, 0);
}

/* For a program that ends without a collection, because it has switched the collector off. */
EXPORT void noteCyclesAtEnd(void) {
  if (garbage.generations == NULL || !isRecordingAllocations()) return;
  noteCyclesOf(FULL_GENERATION, MOST_GARBAGE_NODES, monotonicUs() + LOOKING_AT_END_US);
}
