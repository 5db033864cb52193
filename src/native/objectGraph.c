/* All objects that the collector knows, and those that they refer to, as numbers: for each the objects that it refers to.
 *
 * Built once, when the program has ended and nothing else runs. References are found as the collector finds them, by the types' own
 * functions in C, so no code of the program runs. What nobody tells is which objects the interpreter itself holds (frames, C variables).
 * It follows from their counts of references: an object with more of them than were found in the graph is held from the outside, too. */
#include "graphApi.h"
#include "tablesFile.h"

#define OBJECTS_BETWEEN_LOOKS 1024
#define NO_NODE UINT32_MAX

typedef struct {
  const void *object;
  uint32_t firstEdge;
  uint32_t foundReferences;
} GraphNode;

typedef struct {
  void *entries;
  uint64_t capacity, entryBytes;
} GraphPages;

static struct {
  GraphPages nodePages, edgePages, slotPages;
  uint64_t nodeCount, edgeCount, listedCount; /* the first ones after node 0 are those of the collector */
  int holdsObjects; /* those that are not listed, each by a reference, for other threads may let them go while they are looked at */
  uint64_t bytes, mostBytes, deadlineUs;
  int isOutOfRoom;
} graph;

static inline GraphNode *graphNodes(void) { return graph.nodePages.entries; }
static inline uint32_t *graphEdges(void) { return graph.edgePages.entries; }

static int isGraphOutOfTime(void) { return monotonicUs() > graph.deadlineUs; }

/* Zeroed; NULL where the graph would take more than it may. */
static void *takeGraphPages(uint64_t bytes) {
  if (graph.bytes + bytes > graph.mostBytes) return NULL;
  void *pages = takePages(bytes);
  if (pages != NULL) graph.bytes += bytes;
  return pages;
}

static void releaseGraphPages(void *pages, uint64_t bytes) {
  if (pages == NULL) return;
  releasePages(pages, bytes);
  graph.bytes -= bytes;
}

static void copyWords(uint64_t *target, const uint64_t *source, uint64_t count) {
  for (uint64_t i = 0; i < count; i++) target[i] = source[i];
}

static int growGraphPages(GraphPages *pages, uint64_t usedEntries) {
  uint64_t capacity = pages->capacity * 2;
  void *grown = takeGraphPages(capacity * pages->entryBytes);
  if (grown == NULL) return 0;
  copyWords(grown, pages->entries, (usedEntries * pages->entryBytes + 7) / 8);
  releaseGraphPages(pages->entries, pages->capacity * pages->entryBytes);
  pages->entries = grown;
  pages->capacity = capacity;
  return 1;
}

/* Neighbours stay neighbours: 1 KiB of the program's memory shares 64 slots, where these are is mixed. */
static inline uint64_t graphSlot(const void *object) {
  uint64_t address = (uint64_t)(uintptr_t)object;
  return (mixBits(address >> 10) >> 24 << 6 | (address >> 4 & 63)) & (graph.slotPages.capacity - 1);
}

/* NO_NODE where the object is not in the graph. */
static uint32_t findNode(const void *object) {
  const uint32_t *slots = graph.slotPages.entries;
  for (uint64_t slot = graphSlot(object);; slot = (slot + 1) & (graph.slotPages.capacity - 1)) {
    if (slots[slot] == 0) return NO_NODE;
    if (graphNodes()[slots[slot] - 1].object == object) return slots[slot] - 1;
  }
}

static void putNodeIntoSlot(uint32_t node) {
  uint32_t *slots = graph.slotPages.entries;
  uint64_t slot = graphSlot(graphNodes()[node].object);
  while (slots[slot] != 0) slot = (slot + 1) & (graph.slotPages.capacity - 1);
  slots[slot] = node + 1;
}

static int growGraphSlots(void) {
  GraphPages old = graph.slotPages;
  GraphPages grown = {takeGraphPages(old.capacity * 2 * sizeof(uint32_t)), old.capacity * 2, sizeof(uint32_t)};
  if (grown.entries == NULL) return 0;
  graph.slotPages = grown;
  for (uint32_t node = 0; node < graph.nodeCount; node++) putNodeIntoSlot(node);
  releaseGraphPages(old.entries, old.capacity * sizeof(uint32_t));
  return 1;
}

/* NO_NODE where there is no room. */
static uint32_t addObject(const void *object) {
  uint32_t node = findNode(object);
  if (node != NO_NODE) return node;
  if (graph.nodeCount + 1 >= graph.nodePages.capacity && !growGraphPages(&graph.nodePages, graph.nodeCount)) return NO_NODE;
  if (graph.nodeCount * 2 >= graph.slotPages.capacity && !growGraphSlots()) return NO_NODE;
  node = (uint32_t)graph.nodeCount++;
  graphNodes()[node] = (GraphNode){object, 0, 0};
  putNodeIntoSlot(node);
  if (graph.holdsObjects) python.Py_IncRef((void *)object);
  return node;
}

static int addEdge(void *referent, void *context) {
  (void)context;
  uint32_t node = addObject(referent);
  if (node == NO_NODE || (graph.edgeCount >= graph.edgePages.capacity && !growGraphPages(&graph.edgePages, graph.edgeCount))) {
    graph.isOutOfRoom = 1;
    return 1;
  }
  graphEdges()[graph.edgeCount++] = node;
  graphNodes()[node].foundReferences++;
  return 0;
}

static int countEdge(void *referent, void *context) {
  (void)referent;
  ++*(uint64_t *)context;
  return 0;
}

static inline uint64_t flagsOfType(const void *type) { return uint64At(type, TYPE_FLAGS); }

/* The collector's list goes through the first word before the object. */
static inline int isTracked(const void *object) { return uint64At(object, -HEADER_WORDS_BYTES) != 0; }

/* The function of its type that visits what the object refers to; NULL: it refers to nothing, or does not say to what. What the collector
 * does not follow may be half made, but for tuples and dicts, which it leaves aside when they can't be part of a cycle. */
static int (*traverseOf(const void *object))(const void *, VisitReferent, void *) {
  const char *type = pointerAt(object, OBJECT_TYPE);
  if (!(flagsOfType(type) & HAS_COLLECTOR_HEADER)) return NULL;
  int (*isCollected)(const void *) = (int (*)(const void *))pointerAt(type, TYPE_IS_COLLECTED);
  if (isCollected != NULL && !isCollected(object)) return NULL;
  if (!isTracked(object) && !(flagsOfType(type) & (IS_TUPLE | IS_DICT))) return NULL;
  return (int (*)(const void *, VisitReferent, void *))pointerAt(type, TYPE_TRAVERSE);
}

static int isOfType(const void *object, const void *type) {
  for (const char *found = pointerAt(object, OBJECT_TYPE); found != NULL; found = pointerAt(found, TYPE_BASE)) {
    if (found == type) return 1;
  }
  return 0;
}

/* A dict whose keys are all texts does not show them to the collector, for they can't be part of a cycle. */
static void addKeys(const char *dict, int (*traverse)(const void *, VisitReferent, void *)) {
  /* Instances share their keys. */
  if (pointerAt(dict, DICT_VALUES) != NULL) return;
  uint64_t shown = 0;
  if (pointerAt(dict, OBJECT_TYPE) == python.PyDict_Type) {
    traverse(dict, countEdge, &shown);
    if (shown > uint64At(dict, DICT_USED)) return;
  } else {
    int (*ofDict)(const void *, VisitReferent, void *) =
        (int (*)(const void *, VisitReferent, void *))pointerAt(python.PyDict_Type, TYPE_TRAVERSE);
    ofDict(dict, countEdge, &shown);
    if (shown > uint64At(dict, DICT_USED)) return;
  }
  int isOrdered = isOfType(dict, graphApi.PyODict_Type);
  int64_t position = 0;
  void *key, *value;
  while (python.PyDict_Next((void *)dict, &position, &key, &value)) {
    if (addEdge(key, NULL)) return;
    /* Its nodes refer to the keys, too. */
    if (isOrdered) graphNodes()[findNode(key)].foundReferences++;
  }
}

static void addEdges(const void *object) {
  int (*traverse)(const void *, VisitReferent, void *) = traverseOf(object);
  if (traverse == NULL) return;
  if (flagsOfType(pointerAt(object, OBJECT_TYPE)) & IS_DICT) addKeys(object, traverse);
  if (!graph.isOutOfRoom) traverse(object, addEdge, NULL);
}

static int prepareGraphPages(uint64_t listedCount) {
  uint64_t capacity = 4096;
  while (capacity < listedCount * 2) capacity *= 2;
  graph.nodePages = (GraphPages){takeGraphPages(capacity * sizeof(GraphNode)), capacity, sizeof(GraphNode)};
  graph.edgePages = (GraphPages){takeGraphPages(capacity * 2 * sizeof(uint32_t)), capacity * 2, sizeof(uint32_t)};
  graph.slotPages = (GraphPages){takeGraphPages(capacity * 2 * sizeof(uint32_t)), capacity * 2, sizeof(uint32_t)};
  return graph.nodePages.entries != NULL && graph.edgePages.entries != NULL && graph.slotPages.entries != NULL;
}

/* But for that of the list of all objects, or of the graph. */
static int64_t referencesTo(uint32_t node) {
  return (int64_t)uint64At(graphNodes()[node].object, OBJECT_REFERENCE_COUNT) - (graph.holdsObjects || node <= graph.listedCount);
}

/* References from outside the graph: those that it did not find. Objects that can't die (3.12 on) have very many. */
static int64_t externalReferences(uint32_t node) { return referencesTo(node) - (int64_t)graphNodes()[node].foundReferences; }

EXPORT const char *graphApiNames(void) { return graphApiNamesText; }
EXPORT void useGraphApi(const void *api) { copyBytes(&graphApi, api, sizeof graphApi); }

/* Whether the program would notice that objects are asked for: Python tells hooks of `gc.get_objects` and of reading `__code__`. */
EXPORT int isProgramAuditing(void) { return hasProgramAuditHook; }

static void *firstThread(void) { return graphApi.PyInterpreterState_ThreadHead(mainInterpreter); }

static int hasOtherThreads(void) {
  void *first = firstThread();
  return first != NULL && graphApi.PyThreadState_Next(first) != NULL;
}

/* `objects` is a list of all that the collector knows; it is held only by its caller. Returns 1 when the graph is whole, 0 when time or memory
 * did not suffice, and then there is none. `releaseGraph` must follow in any case. */
EXPORT int buildGraph(const void *objects, uint64_t deadlineUs, uint64_t mostBytes) {
  uint64_t count = uint64At(objects, OBJECT_SIZE);
  const char *items = pointerAt(objects, LIST_ITEMS);
  graph.deadlineUs = monotonicUs() + deadlineUs;
  graph.mostBytes = mostBytes;
  if (!prepareGraphPages(count)) return 0;
  /* Node 0 has no edges: what the list refers to is not held by the program. */
  addObject(objects);
  for (uint64_t i = 0; i < count; i++) addObject(pointerAt(items, (int64_t)i * 8));
  graph.listedCount = graph.nodeCount - 1;
  graph.holdsObjects = hasOtherThreads();
  for (uint64_t node = 1; node < graph.nodeCount && !graph.isOutOfRoom; node++) {
    graphNodes()[node].firstEdge = (uint32_t)graph.edgeCount;
    addEdges(graphNodes()[node].object);
    if (node % OBJECTS_BETWEEN_LOOKS == 0 && isGraphOutOfTime()) graph.isOutOfRoom = 1;
  }
  graphNodes()[graph.nodeCount].firstEdge = (uint32_t)graph.edgeCount;
  return !graph.isOutOfRoom;
}

EXPORT void releaseGraph(void) {
  /* Finalisers may run: what other threads let go meanwhile is only held from here. */
  if (graph.holdsObjects) {
    for (uint64_t node = graph.listedCount + 1; node < graph.nodeCount; node++) python.Py_DecRef((void *)graphNodes()[node].object);
    graph.holdsObjects = 0;
  }
  releaseGraphPages(graph.nodePages.entries, graph.nodePages.capacity * graph.nodePages.entryBytes);
  releaseGraphPages(graph.edgePages.entries, graph.edgePages.capacity * graph.edgePages.entryBytes);
  releaseGraphPages(graph.slotPages.entries, graph.slotPages.capacity * graph.slotPages.entryBytes);
}
