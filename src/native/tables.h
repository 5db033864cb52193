/* The file of tables that the engine reads: the C side of src/protocol/allocationTables.ts, which says what each field means. */
#ifndef MEMORY_LENS_TABLES_H
#define MEMORY_LENS_TABLES_H

#include <stdint.h>

#define TABLES_MAGIC 0x53454C4241544C4DULL /* "MLTABLES" */
#define TABLES_VERSION 1
#define HEADER_BYTES 4096
#define FIRST_SECTION_SLOT 64

typedef struct {
  uint64_t magic, version, state, exact;
  double samplingIntervalBytes;
  uint64_t startedAtUs;
  double liveBytes, liveExternalBytes, peakBytes;
  uint64_t peakEvent, eventCount;
  double allocatedBytes, allocatedExternalBytes;
  uint64_t sampleCount, thinnedCount, cutStackCount, ownBytes;
  double peakExternalBytes;
} TablesHeader;

typedef struct {
  uint64_t offset, entryBytes, capacity, count;
} TablesSection;

enum { SECTION_STACKS, SECTION_FRAMES, SECTION_CODES, SECTION_STRINGS, SECTION_LINES, SECTION_COLLECTIONS, SECTION_TYPES, SECTION_CHANGES, SECTION_CYCLES, SECTION_CALLS, SECTION_COUNT };

typedef struct {
  double allocatedCount, allocatedBytes, liveCount, liveBytes, peakCount, peakBytes, freedBytes;
  double allocatedExternalBytes, liveExternalBytes, peakExternalBytes;
  double allocatedVariance, liveVariance, peakVariance, collectorFreedBytes;
  uint64_t lastEvent;
  uint32_t firstFrame, frameCount;
} StackEntry;

typedef struct {
  uint32_t code, line;
} FrameEntry;

typedef struct {
  uint32_t fileOffset, fileLength, nameOffset, nameLength, firstLine, lastLine;
} CodeEntry;

typedef struct {
  uint32_t fileOffset, fileLength, line, flags;
  uint64_t executionCount;
  double inUseBeforeBytes, inUseAfterBytes;
} LineEntry;

typedef struct {
  uint64_t atUs, durationUs;
  uint32_t generation, stack;
  uint64_t collectedCount, uncollectableCount;
  double freedBytes;
} CollectionEntry;

typedef struct {
  uint32_t stack, nameOffset, nameLength, unused;
  double liveBytes, liveCount;
} TypeEntry;

typedef struct {
  uint32_t change, stack;
  uint64_t count, last;
  uint32_t threshold0, threshold1, threshold2, unused;
} CollectorChangeEntry;

typedef struct {
  uint32_t typesOffset, typesLength, pathOffset, pathLength, pathTries, stack;
  uint64_t objectCount, uncollectableCount, finalizerCount;
  double bytes;
} CycleEntry;

typedef struct {
  uint32_t line, unused;
  uint64_t checkedCount, distinctCount;
} CallEntry;

#endif
