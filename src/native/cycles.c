/* Looks for reference cycles in the garbage of collections.
 *
 * A cycle is a strongly connected component of the garbage (Tarjan 1972). Garbage that is part of none hangs on one and counts with it. */
#include "tablesFile.h"

#define NO_COMPONENT 0
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
  OpenNode *open;    /* the search's own stack */
  uint32_t *members; /* of the components, one after the other */
  uint32_t *order;   /* by node: when it was found; 0: not yet */
  uint32_t componentCount;
  uint64_t nodesLookedAt;        /* over the whole run */
  uint32_t mostNodes, mostEdges; /* at once */
} cycles;

static int prepareCycles(void) {
  if (cycles.open == NULL) cycles.open = takeSparsePages(MOST_GARBAGE_NODES * sizeof(OpenNode));
  if (cycles.members == NULL) cycles.members = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  if (cycles.order == NULL) cycles.order = takeSparsePages(MOST_GARBAGE_NODES * sizeof(uint32_t));
  return cycles.open != NULL && cycles.members != NULL && cycles.order != NULL;
}

/* ---- components ---- */

static void openNode(uint32_t node, uint32_t *openCount, uint32_t *memberCount, uint32_t *found) {
  cycles.order[node] = ++*found;
  cycles.open[(*openCount)++] = (OpenNode){node, 0, *found};
  cycles.members[(*memberCount)++] = node;
}

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
  int isMore;
  do {
    isMore = searchGarbage(generation, mostNodes);
  } while (isMore && monotonicUs() < untilUs);
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
  /* Half of what is left, so that a large heap leaves something for the collections that come. */
  double mostNodes = (allowedNodes - (double)cycles.nodesLookedAt) / 2;
  if (mostNodes >= FEWEST_NODES) noteCyclesOf(generation, mostNodes < MOST_GARBAGE_NODES ? (uint32_t)mostNodes : MOST_GARBAGE_NODES, 0);
}

/* For a program that ends without a collection, because it has switched the collector off. */
EXPORT void noteCyclesAtEnd(void) {
  if (garbage.generations == NULL || !isRecordingAllocations()) return;
  noteCyclesOf(FULL_GENERATION, MOST_GARBAGE_NODES, monotonicUs() + LOOKING_AT_END_US);
}
