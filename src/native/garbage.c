/* The garbage that a collection is about to find, looked for just before it as the collector does (CPython's "Garbage collector design"):
 * what no object outside a set refers to, as its count of references tells, and nothing that is reachable from such an object, is garbage.
 *
 * Any set of objects gives a true answer: what something outside of it holds is taken for reachable. So of a large heap only the youngest
 * objects are looked at. Runs nothing but the types' own functions in C that the collector itself is about to call, and changes nothing. */
#include "graphApi.h"
#include "tablesFile.h"

#define MOST_GARBAGE_NODES 50000u
#define GARBAGE_SLOTS (1u << 17)
#define MOST_GARBAGE_EDGES (1u << 19)
#define LIST_LINK_MASK (~(uint64_t)3)
/* struct gc_generation: the list's head, the threshold, the count. */
#define GENERATION_BYTES 24
#define GENERATION_THRESHOLD 16

typedef struct {
  const char *object;
  int64_t references; /* from outside the set */
  uint32_t firstEdge, edgeCount;
  double heldBytes; /* of objects outside the set that only this one holds */
  uint32_t component;
  uint32_t isReachable : 1, isOfCycle : 1, isCounted : 1;
} GarbageNode;

static struct {
  const char *generations; /* NULL: not found */
  GarbageNode *nodes;
  uint32_t *slots; /* index + 1 */
  uint32_t *edges; /* of garbage to garbage */
  uint32_t *pending;
  uint32_t *parents; /* by node: where a way to it comes from, + 1 */
  uint32_t nextGeneration; /* where the next set begins */
  const char *nextLink;    /* NULL: with that generation's youngest object */
  uint32_t nodeCount, slotCount, edgeCount, pendingCount, garbageCount;
  GarbageNode *visited;
  int isOutOfRoom;
} garbage;

static void *typeOfObject(const void *object) { return pointerAt(object, OBJECT_TYPE); }

/* The collector's lists of objects are rings, to which a new object is added at the end: so its successor is the youngest one's head. It is
 * proved by the thresholds that stand behind the heads. */
EXPORT int findGenerations(const uint32_t *thresholds, int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  void *list = python.PyList_New(0);
  if (list == NULL) {
    python.PyErr_Clear();
    return 0;
  }
  uint64_t head = 0, first = 0, last = 0, threshold = 0;
  int isProved = safePointer(&reader, (uint64_t)(uintptr_t)list - HEADER_WORDS_BYTES, 0, &head);
  for (uint32_t i = 0; i < 3 && isProved; i++) {
    uint64_t generation = head + i * GENERATION_BYTES;
    isProved = safePointer(&reader, generation, 0, &first) && safePointer(&reader, generation, 8, &last) &&
               safePointer(&reader, generation, GENERATION_THRESHOLD, &threshold) && (uint32_t)threshold == thresholds[i] &&
               safePointer(&reader, last & LIST_LINK_MASK, 0, &last) && last == generation && (i > 0 || first != generation);
  }
  python.Py_DecRef(list);
  garbage.generations = isProved ? (const char *)(uintptr_t)head : NULL;
  return isProved;
}

static int prepareGarbage(void) {
  if (garbage.nodes == NULL) garbage.nodes = takeSparsePages(MOST_GARBAGE_NODES * sizeof(GarbageNode));
  if (garbage.slots == NULL) garbage.slots = takeSparsePages(GARBAGE_SLOTS * sizeof(uint32_t));
  if (garbage.edges == NULL) garbage.edges = takeSparsePages(MOST_GARBAGE_EDGES * sizeof(uint32_t));
  if (garbage.pending == NULL) garbage.pending = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  if (garbage.parents == NULL) garbage.parents = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  return garbage.nodes != NULL && garbage.slots != NULL && garbage.edges != NULL && garbage.pending != NULL && garbage.parents != NULL;
}

static inline uint32_t garbageSlot(const void *object) { return (uint32_t)(mixBits((uint64_t)(uintptr_t)object >> 4) >> 20) & (garbage.slotCount - 1); }

/* NULL: it is not in the set. */
static inline GarbageNode *findGarbageNode(const void *object) {
  for (uint32_t slot = garbageSlot(object);; slot = (slot + 1) & (garbage.slotCount - 1)) {
    if (garbage.slots[slot] == 0) return NULL;
    GarbageNode *node = &garbage.nodes[garbage.slots[slot] - 1];
    if (node->object == object) return node;
  }
}

static inline const char *olderLink(const char *link) { return (const char *)(uintptr_t)(uint64At(link, 8) & LIST_LINK_MASK); }

static void beginWithYoungest(void) {
  garbage.nextGeneration = 0;
  garbage.nextLink = NULL;
}

/* The next objects up to a generation, from young to old. */
static void gatherNodes(uint32_t generation, uint32_t mostNodes) {
  garbage.nodeCount = 0;
  for (; garbage.nextGeneration <= generation; garbage.nextGeneration++, garbage.nextLink = NULL) {
    const char *head = garbage.generations + garbage.nextGeneration * GENERATION_BYTES;
    const char *link = garbage.nextLink == NULL ? olderLink(head) : garbage.nextLink;
    for (; link != head && garbage.nodeCount < mostNodes; link = olderLink(link)) {
      const char *object = link + HEADER_WORDS_BYTES;
      garbage.nodes[garbage.nodeCount++] = (GarbageNode){.object = object, .references = (int64_t)uint64At(object, OBJECT_REFERENCE_COUNT)};
    }
    garbage.nextLink = link;
    if (link != head) break;
  }
  for (garbage.slotCount = 256; garbage.slotCount < 2 * garbage.nodeCount;) garbage.slotCount *= 2;
  for (uint32_t i = 0; i < garbage.slotCount; i++) garbage.slots[i] = 0;
  for (uint32_t i = 0; i < garbage.nodeCount; i++) {
    uint32_t slot = garbageSlot(garbage.nodes[i].object);
    while (garbage.slots[slot] != 0) slot = (slot + 1) & (garbage.slotCount - 1);
    garbage.slots[slot] = i + 1;
  }
}

typedef int (*VisitReference)(void *referent, void *context);

/* Calls `visit` for each object that this one refers to. */
static void visitReferents(GarbageNode *node, VisitReference visit) {
  int (*traverse)(const void *, VisitReference, void *) = NULL;
  *(void **)&traverse = pointerAt(typeOfObject(node->object), TYPE_TRAVERSE);
  garbage.visited = node;
  if (traverse != NULL) traverse(node->object, visit, NULL);
}

static int subtractReference(void *referent, void *context) {
  (void)context;
  GarbageNode *node = findGarbageNode(referent);
  if (node != NULL) node->references--;
  return 0;
}

static void markReachable(GarbageNode *node) {
  if (node->isReachable) return;
  node->isReachable = 1;
  garbage.pending[garbage.pendingCount++] = (uint32_t)(node - garbage.nodes);
}

static int reachReferent(void *referent, void *context) {
  (void)context;
  GarbageNode *node = findGarbageNode(referent);
  if (node != NULL) markReachable(node);
  return 0;
}

static double heldBytesOf(const void *object);

static int addGarbageEdge(void *referent, void *context) {
  (void)context;
  GarbageNode *node = findGarbageNode(referent);
  if (node == NULL) {
    if (uint64At(referent, OBJECT_REFERENCE_COUNT) == 1) garbage.visited->heldBytes += heldBytesOf(referent);
    return 0;
  }
  if (node->isReachable) return 0;
  if (garbage.edgeCount == MOST_GARBAGE_EDGES) {
    garbage.isOutOfRoom = 1;
    return 1;
  }
  garbage.edges[garbage.edgeCount++] = (uint32_t)(node - garbage.nodes);
  return 0;
}

/* Returns whether there is garbage among the next objects of the generations up to this one, with what refers to what in it. */
static int findGarbage(uint32_t generation, uint32_t mostNodes) {
  gatherNodes(generation, mostNodes);
  garbage.pendingCount = garbage.edgeCount = garbage.garbageCount = 0;
  garbage.isOutOfRoom = 0;
  for (uint32_t i = 0; i < garbage.nodeCount; i++) visitReferents(&garbage.nodes[i], subtractReference);
  for (uint32_t i = 0; i < garbage.nodeCount; i++) {
    if (garbage.nodes[i].references > 0) markReachable(&garbage.nodes[i]);
  }
  while (garbage.pendingCount > 0) visitReferents(&garbage.nodes[garbage.pending[--garbage.pendingCount]], reachReferent);
  for (uint32_t i = 0; i < garbage.nodeCount && !garbage.isOutOfRoom; i++) {
    GarbageNode *node = &garbage.nodes[i];
    if (node->isReachable) continue;
    garbage.garbageCount++;
    node->firstEdge = garbage.edgeCount;
    visitReferents(node, addGarbageEdge);
    node->edgeCount = garbage.edgeCount - node->firstEdge;
  }
  return garbage.garbageCount > 0 && !garbage.isOutOfRoom;
}
