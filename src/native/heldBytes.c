/* What only one name keeps alive: what is reached from that name and from nothing else.
 *
 * A name is an entry of a dict (a module's, a class's) or an object of which it is asked what only it keeps alive (a cache). Each object gets
 * a label: the one name it was reached from, or that it is reached from several places. A label changes twice at most, so each reference is
 * followed twice at most, however many names there are. */
#include "graphApi.h"

enum { LABEL_NONE, LABEL_SHARED, LABEL_OWNER, LABEL_FIRST_NAME };

static struct {
  uint32_t *ofNode;
  uint32_t *waiting; /* twice as many as there are nodes: each waits once for its name and once as shared */
  uint64_t waitingCount;
} labels;

static void setLabel(uint32_t node, uint32_t label) {
  labels.ofNode[node] = label;
  labels.waiting[labels.waitingCount++] = node;
}

/* Gives the label to all that the waiting nodes from `first` on lead to. Calls itself only for what a name finds to be shared. */
static void spreadLabel(uint64_t first, uint32_t label) {
  const uint32_t *edges = graphEdges();
  while (labels.waitingCount > first) {
    uint32_t node = labels.waiting[--labels.waitingCount];
    /* It was found to be shared meanwhile, and that has been told on. */
    if (labels.ofNode[node] != label) continue;
    for (uint32_t edge = graphNodes()[node].firstEdge; edge < graphNodes()[node + 1].firstEdge; edge++) {
      uint32_t referent = edges[edge], known = labels.ofNode[referent];
      if (known == LABEL_SHARED || known == LABEL_OWNER || known == label) continue;
      if (known == LABEL_NONE || label == LABEL_SHARED) {
        setLabel(referent, label);
      } else {
        uint64_t before = labels.waitingCount;
        setLabel(referent, LABEL_SHARED);
        spreadLabel(before, LABEL_SHARED);
      }
    }
  }
}

static void labelNode(uint32_t node, uint32_t label) {
  if (node == NO_NODE) return;
  uint32_t known = labels.ofNode[node];
  if (known == LABEL_SHARED || known == LABEL_OWNER || known == label) return;
  uint32_t given = known == LABEL_NONE ? label : LABEL_SHARED;
  setLabel(node, given);
  spreadLabel(labels.waitingCount - 1, given);
}

static void forEachListed(const void *list, void (*visit)(const void *object)) {
  const char *items = pointerAt(list, LIST_ITEMS);
  for (uint64_t i = 0; i < uint64At(list, OBJECT_SIZE); i++) visit(pointerAt(items, (int64_t)i * 8));
}

static void labelOwner(const void *object) {
  uint32_t node = findNode(object);
  if (node != NO_NODE) labels.ofNode[node] = LABEL_OWNER;
}

static void labelShared(const void *object) { labelNode(findNode(object), LABEL_SHARED); }

static uint32_t nextName;

static void labelNames(const void *owner) {
  if (uint64At(pointerAt(owner, OBJECT_TYPE), TYPE_FLAGS) & IS_DICT) {
    int64_t position = 0;
    void *key, *value;
    while (python.PyDict_Next((void *)owner, &position, &key, &value)) {
      labelShared(key);
      labelNode(findNode(value), nextName++);
    }
    return;
  }
  uint32_t node = findNode(owner), name = nextName++;
  if (node == NO_NODE) return;
  for (uint32_t edge = graphNodes()[node].firstEdge; edge < graphNodes()[node + 1].firstEdge; edge++) {
    labelNode(graphEdges()[edge], name);
  }
}

static int sumHeldBytes(uint64_t *heldBytes, uint64_t count) {
  for (uint32_t node = 1; node < graph.nodeCount; node++) {
    if (node % OBJECTS_BETWEEN_LOOKS == 0 && isGraphOutOfTime()) return 0;
    uint32_t label = labels.ofNode[node];
    if (label < LABEL_FIRST_NAME || label - LABEL_FIRST_NAME >= count) continue;
    const void *object = graphNodes()[node].object;
    heldBytes[label - LABEL_FIRST_NAME] += bytesOfObject(object) + bytesOfValues(object);
  }
  return 1;
}

/* Fills in the bytes that each name alone keeps alive: names in the order of `owners` (a list), of a dict one for each entry, of another
 * object one. What `shared` (a list) names counts for nobody. Returns 0 when there was not enough time or memory. */
EXPORT int findHeldBytes(const void *owners, const void *shared, void *sizeofName, uint64_t *heldBytes, uint64_t count) {
  labels.ofNode = takeGraphPages(graph.nodeCount * sizeof(uint32_t));
  labels.waiting = takeGraphPages(graph.nodeCount * 2 * sizeof(uint32_t));
  int isDone = 0;
  if (labels.ofNode != NULL && labels.waiting != NULL && prepareSizes(sizeofName)) {
    forEachListed(owners, labelOwner);
    for (uint32_t node = 1; node < graph.nodeCount; node++) {
      if (externalReferences(node) > 0) labelNode(node, LABEL_SHARED);
    }
    forEachListed(shared, labelShared);
    nextName = LABEL_FIRST_NAME;
    forEachListed(owners, labelNames);
    isDone = sumHeldBytes(heldBytes, count);
    releaseSizes();
  }
  releaseGraphPages(labels.ofNode, graph.nodeCount * sizeof(uint32_t));
  releaseGraphPages(labels.waiting, graph.nodeCount * 2 * sizeof(uint32_t));
  return isDone;
}
