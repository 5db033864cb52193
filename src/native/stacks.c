/* Stacks of the user's frames as a tree, so that a stack that shares its outer frames with the last one costs only what differs.
 *
 * A node is a frame's line under the lines of its callers. A line stands at most once on a path, in the order of its first call: recursion
 * adds no nodes, and every line that is on the stack is on the path, which is all that the figures with callees need. The stack itself
 * is a path plus the line that runs: where that is not the path's last one (recursion came back to it) it is put there once more. */
#include "tablesFile.h"

#define NODE_CAPACITY (1u << 17)
#define EDGE_SLOTS (1u << 19)
#define MOST_FRAMES 128
/* Of the stacks, kept back for those that are cut to their innermost line when the others are used up. */
#define RESERVED_STACKS (STACK_CAPACITY / 16)
#define ROOT_NODE 0
#define UNKNOWN_STACK 0xFFFFFFFFu

typedef struct {
  uint32_t parent, code, line;
  uint32_t depth;
  uint32_t stack; /* 0: none made yet */
} PathNode;

/* From a node by a frame to a node: of the path (`isLast` 0) or of the line that runs (1). */
typedef struct {
  uint32_t from, code, line;
  uint32_t isLast : 1, to : 31;
} PathEdge;

static struct {
  PathNode *nodes;
  PathEdge *edges; /* `to` 0 is free: nothing leads to the root */
  uint32_t nodeCount;
} paths;

static int prepareStacks(void) {
  paths.nodes = takeSparsePages(NODE_CAPACITY * sizeof(PathNode));
  paths.edges = takeSparsePages(EDGE_SLOTS * sizeof(PathEdge));
  paths.nodeCount = 1;
  publishCount(SECTION_STACKS, 1);
  return paths.nodes != NULL && paths.edges != NULL;
}

static uint32_t addNode(uint32_t parent, uint32_t code, uint32_t line) {
  if (paths.nodeCount >= NODE_CAPACITY) return ROOT_NODE;
  paths.nodes[paths.nodeCount] = (PathNode){parent, code, line, paths.nodes[parent].depth + 1, 0};
  return paths.nodeCount++;
}

/* The node that has this line among `node` and those above it; ROOT_NODE: none. */
static uint32_t ancestorWith(uint32_t node, uint32_t code, uint32_t line) {
  while (node != ROOT_NODE && !(paths.nodes[node].code == code && paths.nodes[node].line == line)) node = paths.nodes[node].parent;
  return node;
}

static PathEdge *edgeOf(uint32_t from, uint32_t code, uint32_t line, uint32_t isLast) {
  uint64_t hash = mixBits(((uint64_t)from << 33 | (uint64_t)isLast << 32 | line) ^ mixBits(code + 1));
  uint32_t slot = (uint32_t)(hash >> 32) & (EDGE_SLOTS - 1);
  for (;; slot = (slot + 1) & (EDGE_SLOTS - 1)) {
    PathEdge *edge = &paths.edges[slot];
    if (edge->to == 0 || (edge->from == from && edge->code == code && edge->line == line && edge->isLast == isLast)) return edge;
  }
}

/* A quarter of the slots stays free, so that searches end. */
static int edgesAreFull(void) {
  static uint32_t edgeCount;
  return ++edgeCount > EDGE_SLOTS / 4 * 3;
}

/* The path `node`, then a frame at `line`. Where nothing can be added it is `node` itself. */
static uint32_t pathWith(uint32_t node, uint32_t code, uint32_t line) {
  PathEdge *edge = edgeOf(node, code, line, 0);
  if (LIKELY(edge->to != 0)) return edge->to;
  uint32_t to = node;
  if (ancestorWith(node, code, line) == ROOT_NODE && paths.nodes[node].depth < MOST_FRAMES - 1) {
    to = addNode(node, code, line);
    if (to == ROOT_NODE) to = node;
  }
  if (to != ROOT_NODE && !edgesAreFull()) *edge = (PathEdge){node, code, line, 0, to};
  return to;
}

/* An entry of the tables for the path that ends in `node`; 0 when they are full. */
static uint32_t addStack(uint32_t node, uint64_t reserved) {
  uint64_t stack = sections[SECTION_STACKS].count, firstFrame = sections[SECTION_FRAMES].count;
  uint32_t frameCount = paths.nodes[node].depth;
  if (stack + reserved >= sections[SECTION_STACKS].capacity || firstFrame + frameCount + reserved > sections[SECTION_FRAMES].capacity) return 0;
  uint32_t frame = (uint32_t)firstFrame;
  for (uint32_t at = node; at != ROOT_NODE; at = paths.nodes[at].parent) {
    tables.frames[frame++] = (FrameEntry){paths.nodes[at].code, paths.nodes[at].line};
  }
  tables.stacks[stack].firstFrame = (uint32_t)firstFrame;
  tables.stacks[stack].frameCount = frameCount;
  publishCount(SECTION_FRAMES, frame);
  publishCount(SECTION_STACKS, stack + 1);
  paths.nodes[node].stack = (uint32_t)stack;
  return (uint32_t)stack;
}

/* The node that ends with the running line: the path's own last node where it is that line. */
static uint32_t nodeOfRunningLine(uint32_t path, uint32_t code, uint32_t line) {
  if (path != ROOT_NODE && paths.nodes[path].code == code && paths.nodes[path].line == line) return path;
  PathEdge *edge = edgeOf(path, code, line, 1);
  if (edge->to != 0) return edge->to;
  uint32_t node = addNode(path, code, line);
  if (node != ROOT_NODE && !edgesAreFull()) *edge = (PathEdge){path, code, line, 1, node};
  return node;
}

/* The stack of a path whose innermost line is the given one. */
static OUT_OF_LINE uint32_t stackOf(uint32_t path, uint32_t code, uint32_t line) {
  uint32_t node = nodeOfRunningLine(path, code, line);
  if (node != ROOT_NODE) {
    uint32_t stack = paths.nodes[node].stack;
    if (stack == 0) stack = addStack(node, RESERVED_STACKS);
    if (stack != 0) return stack;
  }
  /* Full: the innermost line alone. */
  header->cutStackCount++;
  node = pathWith(ROOT_NODE, code, line);
  if (node == ROOT_NODE) return 0;
  return paths.nodes[node].stack != 0 ? paths.nodes[node].stack : addStack(node, 0);
}
