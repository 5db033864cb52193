/* How an object is reached: the shortest path from a root, by a search in breadth from all roots of a kind at once. The kinds follow each
 * other: the user's modules, other modules, then whatever is held from outside the graph. */
#include "graphApi.h"

/* Of each node the one that it was reached from + 1; 0: not reached. A root was reached from itself. */
#define PARENT_BLOCKED UINT32_MAX

static struct {
  uint32_t *parents;
  uint32_t *queue;
  uint64_t queued, looked;
} holders;

static void queueNode(uint32_t node, uint32_t parent) {
  holders.parents[node] = parent + 1;
  holders.queue[holders.queued++] = node;
}

static void queueRoot(const void *object) {
  uint32_t node = findNode(object);
  if (node != NO_NODE && (holders.parents[node] == 0 || holders.parents[node] == PARENT_BLOCKED)) queueNode(node, node);
}

static void blockRoot(const void *object) {
  uint32_t node = findNode(object);
  if (node != NO_NODE) holders.parents[node] = PARENT_BLOCKED;
}

static int searchInBreadth(void) {
  while (holders.looked < holders.queued) {
    uint32_t node = holders.queue[holders.looked++];
    if (holders.looked % OBJECTS_BETWEEN_LOOKS == 0 && isGraphOutOfTime()) return 0;
    for (uint32_t edge = graphNodes()[node].firstEdge; edge < graphNodes()[node + 1].firstEdge; edge++) {
      uint32_t referent = graphEdges()[edge];
      if (holders.parents[referent] == 0) queueNode(referent, node);
    }
  }
  return 1;
}

/* `userModules` and `otherModules` are lists of the dicts of modules. Modules themselves lead nowhere: each has its own dict as root.
 * Returns 0 when there was not enough time or memory. `releaseHolders` must follow in any case. */
EXPORT int findHolders(const void *userModules, const void *otherModules) {
  holders.queued = holders.looked = 0;
  holders.parents = takeGraphPages(graph.nodeCount * sizeof(uint32_t));
  holders.queue = takeGraphPages(graph.nodeCount * sizeof(uint32_t));
  if (holders.parents == NULL || holders.queue == NULL) return 0;
  holders.parents[0] = PARENT_BLOCKED;
  for (uint32_t node = 1; node < graph.nodeCount; node++) {
    if (isOfType(graphNodes()[node].object, graphApi.PyModule_Type)) holders.parents[node] = PARENT_BLOCKED;
  }
  forEachListed(otherModules, blockRoot);
  forEachListed(userModules, queueRoot);
  if (!searchInBreadth()) return 0;
  forEachListed(otherModules, queueRoot);
  if (!searchInBreadth()) return 0;
  for (uint32_t node = 1; node < graph.nodeCount; node++) {
    if (holders.parents[node] == 0 && externalReferences(node) > 0) queueNode(node, node);
  }
  return searchInBreadth();
}

/* A fresh list of the objects from the root to this one; empty where it is not reached. */
EXPORT void *holderPath(const void *object) {
  void *path = graphApi.PyList_New(0);
  uint32_t node = findNode(object);
  while (path != NULL && node != NO_NODE && holders.parents[node] != 0 && holders.parents[node] != PARENT_BLOCKED) {
    if (graphApi.PyList_Append(path, (void *)graphNodes()[node].object) != 0) break;
    uint32_t parent = holders.parents[node] - 1;
    if (parent == node) break;
    node = parent;
  }
  return path;
}

EXPORT void releaseHolders(void) {
  releaseGraphPages(holders.parents, graph.nodeCount * sizeof(uint32_t));
  releaseGraphPages(holders.queue, graph.nodeCount * sizeof(uint32_t));
}
