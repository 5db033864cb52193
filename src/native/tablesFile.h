/* The mapped file of tables, and the memory that the recorder takes for itself. */
#ifndef MEMORY_LENS_TABLES_FILE_H
#define MEMORY_LENS_TABLES_FILE_H

#include "platform.h"
#include "pythonApi.h"
#include "tables.h"

#ifndef STACK_CAPACITY
#define STACK_CAPACITY (1u << 16)
#endif

static const struct {
  uint64_t entryBytes, capacity;
} sectionSizes[SECTION_COUNT] = {
    [SECTION_STACKS] = {sizeof(StackEntry), STACK_CAPACITY}, [SECTION_FRAMES] = {sizeof(FrameEntry), 1u << 20},
    [SECTION_CODES] = {sizeof(CodeEntry), 1u << 15},   [SECTION_STRINGS] = {1, 4u << 20},
    [SECTION_LINES] = {sizeof(LineEntry), 1u << 17},   [SECTION_COLLECTIONS] = {sizeof(CollectionEntry), 1u << 15},
    [SECTION_TYPES] = {sizeof(TypeEntry), 1u << 14},
    [SECTION_CHANGES] = {sizeof(CollectorChangeEntry), 1u << 9}, [SECTION_CYCLES] = {sizeof(CycleEntry), 1u << 10},
    [SECTION_CALLS] = {sizeof(CallEntry), 1u << 9},
};

/* The mapping's parts; all but the header's figures and the counts are written once. */
static TablesHeader *header;
static TablesSection *sections;
static struct {
  StackEntry *stacks;
  FrameEntry *frames;
  CodeEntry *codes;
  char *strings;
  LineEntry *lines;
  CollectionEntry *collections;
  TypeEntry *types;
  CollectorChangeEntry *changes;
  CycleEntry *cycles;
  CallEntry *calls;
} tables;

static uint64_t tablesBytes(void) {
  uint64_t bytes = HEADER_BYTES;
  for (int i = 0; i < SECTION_COUNT; i++) bytes += (sectionSizes[i].entryBytes * sectionSizes[i].capacity + 4095) & ~4095ULL;
  return bytes;
}

static void layOutTables(char *mapping) {
  header = (TablesHeader *)mapping;
  sections = (TablesSection *)(mapping + FIRST_SECTION_SLOT * 8);
  uint64_t offset = HEADER_BYTES;
  for (int i = 0; i < SECTION_COUNT; i++) {
    sections[i] = (TablesSection){offset, sectionSizes[i].entryBytes, sectionSizes[i].capacity, 0};
    offset += (sectionSizes[i].entryBytes * sectionSizes[i].capacity + 4095) & ~4095ULL;
  }
  tables.stacks = (StackEntry *)(mapping + sections[SECTION_STACKS].offset);
  tables.frames = (FrameEntry *)(mapping + sections[SECTION_FRAMES].offset);
  tables.codes = (CodeEntry *)(mapping + sections[SECTION_CODES].offset);
  tables.strings = mapping + sections[SECTION_STRINGS].offset;
  tables.lines = (LineEntry *)(mapping + sections[SECTION_LINES].offset);
  tables.collections = (CollectionEntry *)(mapping + sections[SECTION_COLLECTIONS].offset);
  tables.types = (TypeEntry *)(mapping + sections[SECTION_TYPES].offset);
  tables.changes = (CollectorChangeEntry *)(mapping + sections[SECTION_CHANGES].offset);
  tables.cycles = (CycleEntry *)(mapping + sections[SECTION_CYCLES].offset);
  tables.calls = (CallEntry *)(mapping + sections[SECTION_CALLS].offset);
  header->version = TABLES_VERSION;
  header->exact = 1;
  header->magic = TABLES_MAGIC;
}

/* An entry is complete before it is counted: another process reads along. */
static inline void publishCount(int section, uint64_t count) { __atomic_store_n(&sections[section].count, count, __ATOMIC_RELEASE); }

/* Index of a fresh entry, for publishCount once it is written; -1 when the section is full. */
static inline int64_t nextEntry(int section) {
  return sections[section].count < sections[section].capacity ? (int64_t)sections[section].count : -1;
}

/* For tables that stay mostly empty: of their pages only those in use take memory, some 100 KB together, which is not worth counting. */
static void *takeSparsePages(size_t bytes) { return takePages(bytes); }

static void *takeOwnPages(size_t bytes) {
  void *pages = takePages(bytes);
  if (pages != NULL) header->ownBytes += bytes;
  return pages;
}

static void releaseOwnPages(void *pages, size_t bytes) {
  releasePages(pages, bytes);
  header->ownBytes -= bytes;
}

#endif
