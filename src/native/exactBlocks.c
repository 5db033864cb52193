/* Every block while all are tracked: a table by address, one word for each 16 bytes that the allocators can hand out, in pages that are
 * only there where the program has blocks. Neighbouring blocks have neighbouring words, which is what makes it quick. */
#include "tablesFile.h"

/* Addresses have 48 bits: 16 choose a table of 4096 regions, 12 the region of 1 MiB in it, the rest a word. */
#define REGION_TABLES 65536u
#define REGIONS 4096u
#define REGION_WORDS 65536u
#define REGION_BYTES (REGION_WORDS * sizeof(uint64_t))

/* A word: the block's bytes + 1, its stack, and three flags. 0: no block. */
#define WORD_SIZE_BITS 44
#define WORD_SIZE_MASK ((1ULL << WORD_SIZE_BITS) - 1)
#define WORD_STACK_MASK 0x1FFFFULL
#define WORD_NAMED (1ULL << 61) /* its type has been recorded */
#define WORD_EXTERNAL (1ULL << 62)
#define WORD_WATCHED (1ULL << 63) /* a code object's address */

static uint64_t **exactRegions[REGION_TABLES];
/* Stands in for memory that could not be had. */
static uint64_t noWord;

static inline uint64_t makeWord(uint64_t bytes, uint32_t stack, int isExternal) {
  return (bytes + 1) | (uint64_t)stack << WORD_SIZE_BITS | (isExternal ? WORD_EXTERNAL : 0);
}

static inline uint64_t bytesOfWord(uint64_t word) { return (word & WORD_SIZE_MASK) - 1; }
static inline uint32_t stackOfWord(uint64_t word) { return (uint32_t)(word >> WORD_SIZE_BITS & WORD_STACK_MASK); }
static inline int isBlockWord(uint64_t word) { return (word & WORD_SIZE_MASK) != 0; }

static inline uint64_t *findWord(const void *block) {
  uint64_t address = (uint64_t)(uintptr_t)block;
  uint64_t **regions = exactRegions[address >> 32 & (REGION_TABLES - 1)];
  if (UNLIKELY(regions == NULL)) return NULL;
  uint64_t *words = regions[address >> 20 & (REGIONS - 1)];
  if (UNLIKELY(words == NULL)) return NULL;
  return &words[address >> 4 & (REGION_WORDS - 1)];
}

static OUT_OF_LINE uint64_t *makeWordFor(const void *block) {
  uint64_t address = (uint64_t)(uintptr_t)block;
  noWord = 0;
  if (address >> 48 != 0 || (address & 15) != 0) return &noWord;
  uint64_t ***regions = &exactRegions[address >> 32];
  if (*regions == NULL) *regions = takeOwnPages(REGIONS * sizeof(uint64_t *));
  if (*regions == NULL) return &noWord;
  uint64_t **words = &(*regions)[address >> 20 & (REGIONS - 1)];
  if (*words == NULL) *words = takeOwnPages(REGION_BYTES);
  if (*words == NULL) return &noWord;
  return &(*words)[address >> 4 & (REGION_WORDS - 1)];
}

static inline uint64_t *wordFor(const void *block) {
  uint64_t *word = findWord(block);
  return LIKELY(word != NULL) ? word : makeWordFor(block);
}

/* Calls `visit` for each word that is not 0, in no order that means anything. */
static void forEachWord(void (*visit)(void *block, uint64_t *word)) {
  for (uint64_t table = 0; table < REGION_TABLES; table++) {
    if (exactRegions[table] == NULL) continue;
    for (uint64_t region = 0; region < REGIONS; region++) {
      uint64_t *words = exactRegions[table][region];
      if (words == NULL) continue;
      for (uint64_t i = 0; i < REGION_WORDS; i++) {
        if (words[i] != 0) visit((void *)(uintptr_t)(table << 32 | region << 20 | i << 4), &words[i]);
      }
    }
  }
}

static void releaseExactBlocks(void) {
  for (uint64_t table = 0; table < REGION_TABLES; table++) {
    uint64_t **regions = exactRegions[table];
    if (regions == NULL) continue;
    for (uint64_t region = 0; region < REGIONS; region++) {
      if (regions[region] != NULL) releaseOwnPages(regions[region], REGION_BYTES);
    }
    exactRegions[table] = NULL;
    releaseOwnPages(regions, REGIONS * sizeof(uint64_t *));
  }
}
