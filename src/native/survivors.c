/* What is alive at the end, by type: the type of each tracked block is read from the object in it, whose header stands after the words that
 * the garbage collector and the managed dictionary put before it. Buffers are named after the list, dict, set or instance they belong to. */
#include "tablesFile.h"

#define TYPE_SLOTS 8192u
#define SUM_SLOTS (1u << 15)
#define LONGEST_TYPE_NAME 200
#define MOST_LOOKED_AT 300000u
/* Blocks of this size are looked at whatever their number. */
#define ALWAYS_LOOKED_AT_BYTES 65536u

#define HAS_COLLECTOR_HEADER (1u << 14)
#define IS_LIST (1u << 25)
#define IS_DICT (1u << 29)
#define IS_TYPE (1u << 31)
/* Of what stands before an object and the fields of it that are read. */
#define LARGEST_HEADER_BYTES 96

typedef struct {
  const void *type; /* NULL is free */
  uint32_t flags;
  int isType;
  Text name;
} KnownType;

static struct {
  KnownType *types;
  uint32_t *sums; /* index + 1 into the section of types */
  SafeReader reader;
  uint32_t stride; /* one block in so many is looked at */
} survivors;

static int readsTypeName(uint64_t address, char *name, uint32_t *length) {
  char *last = name;
  for (*length = 0; *length < LONGEST_TYPE_NAME; ++*length) {
    if (!readSafely(survivors.reader.descriptors, (const char *)(uintptr_t)address + *length, &name[*length], 1)) return 0;
    if (name[*length] == 0) break;
    if (name[*length] == '.') last = &name[*length + 1];
  }
  /* Types of C modules carry the module's name, those of Python don't. */
  *length -= (uint32_t)(last - name);
  for (uint32_t i = 0; i < *length; i++) name[i] = last[i];
  return *length > 0;
}

/* Asks by reads that can't fault: what is taken for a type may be anything. */
static void learnType(KnownType *known, const void *type) {
  uint64_t address = (uint64_t)(uintptr_t)type, metatype, metaflags, flags, nameAddress;
  char name[LONGEST_TYPE_NAME + 1];
  uint32_t length;
  *known = (KnownType){.type = type};
  if ((address & 7) != 0 || address < 4096 || !safePointer(&survivors.reader, address, OBJECT_TYPE, &metatype)) return;
  if ((metatype & 7) != 0 || metatype < 4096 || !safePointer(&survivors.reader, metatype, TYPE_FLAGS, &metaflags)) return;
  if (!(metaflags & IS_TYPE) || !safePointer(&survivors.reader, address, TYPE_FLAGS, &flags)) return;
  if (!safePointer(&survivors.reader, address, TYPE_NAME, &nameAddress) || !readsTypeName(nameAddress, name, &length)) return;
  known->flags = (uint32_t)flags;
  known->name = internText(name, length);
  known->isType = known->name.length != 0;
}

/* NULL for what is no type. */
static const KnownType *knownType(const void *type) {
  uint32_t slot = (uint32_t)(mixBits((uint64_t)(uintptr_t)type >> 3) >> 32) & (TYPE_SLOTS - 1);
  for (uint32_t tries = 0; tries < 64; tries++, slot = (slot + 1) & (TYPE_SLOTS - 1)) {
    KnownType *known = &survivors.types[slot];
    if (known->type == NULL) learnType(known, type);
    if (known->type == type) return known->isType ? known : NULL;
  }
  return NULL;
}

static uint32_t headerBytesOf(const KnownType *type) {
  uint32_t bytes = type->flags & HAS_COLLECTOR_HEADER ? HEADER_WORDS_BYTES : 0;
  return bytes + (type->flags & (uint32_t)layout.preHeaderFlags ? HEADER_WORDS_BYTES : 0);
}

/* Whether a block's first bytes are there: a free that another hook or interpreter kept from us may have given their pages back. */
static int isReadable(const void *block, uint64_t bytes) {
  static uint64_t checkedPage;
  uint64_t first = (uint64_t)(uintptr_t)block >> 12, last = ((uint64_t)(uintptr_t)block + bytes - 1) >> 12;
  if (first == checkedPage && last == checkedPage) return 1;
  if (!isRangeReadable(&survivors.reader, block, bytes)) return 0;
  checkedPage = last;
  return 1;
}

/* The object that begins in the block; NULL: it holds none. */
static const char *objectIn(const void *block, uint64_t bytes, const KnownType **type) {
  if (bytes < 16 || !isReadable(block, bytes < LARGEST_HEADER_BYTES ? bytes : LARGEST_HEADER_BYTES)) return NULL;
  for (uint32_t offset = 0; offset <= 2 * HEADER_WORDS_BYTES && offset + 16 <= bytes; offset += HEADER_WORDS_BYTES) {
    const char *object = (const char *)block + offset;
    /* An address is no count of references; from 3.12 on immortal objects have the highest 32-bit number. */
    if (uint64At(object, OBJECT_REFERENCE_COUNT) > 0xFFFFFFFFu) continue;
    *type = knownType(pointerAt(object, OBJECT_TYPE));
    if (*type != NULL && headerBytesOf(*type) == offset) return object;
  }
  return NULL;
}

static void addSurvivor(uint32_t stack, Text name, double bytes, double count) {
  uint32_t slot = (uint32_t)(mixBits((uint64_t)stack << 32 | name.offset) >> 32) & (SUM_SLOTS - 1);
  for (; survivors.sums[slot] != 0; slot = (slot + 1) & (SUM_SLOTS - 1)) {
    TypeEntry *entry = &tables.types[survivors.sums[slot] - 1];
    if (entry->stack == stack && entry->nameOffset == name.offset) {
      entry->liveBytes += bytes;
      entry->liveCount += count;
      return;
    }
  }
  int64_t index = nextEntry(SECTION_TYPES);
  if (index < 0) return;
  tables.types[index] = (TypeEntry){stack, name.offset, name.length, 0, bytes, count};
  publishCount(SECTION_TYPES, (uint64_t)index + 1);
  survivors.sums[slot] = (uint32_t)index + 1;
}

/* A tracked block, wherever it is kept. */
typedef struct {
  uint64_t bytes;
  double weight;
  uint32_t stack;
  int isExternal, isNamed;
  uint64_t *word;
  Sample *sample;
} Survivor;

static Survivor survivorOfWord(uint64_t *word) {
  return (Survivor){bytesOfWord(*word), 1, stackOfWord(*word), (*word & WORD_EXTERNAL) != 0, (*word & WORD_NAMED) != 0, word, NULL};
}

static Survivor survivorOfSample(Sample *sample) {
  return (Survivor){sample->bytes, sample->weight, sample->stack, sample->isExternal, sample->isNamed, NULL, sample};
}

static void nameSurvivor(Survivor *survivor, Text name, double scale, double count) {
  addSurvivor(survivor->stack, name, (double)survivor->bytes * survivor->weight * scale, count * survivor->weight * scale);
  if (survivor->word != NULL) *survivor->word |= WORD_NAMED;
  if (survivor->sample != NULL) survivor->sample->isNamed = 1;
}

/* How many blocks this one stands for when not all are looked at; 0: it is not looked at. */
static double scaleOf(const void *block, uint64_t bytes) {
  if (survivors.stride <= 1 || bytes >= ALWAYS_LOOKED_AT_BYTES) return 1;
  return mixBits((uint64_t)(uintptr_t)block >> 4) % survivors.stride == 0 ? survivors.stride : 0;
}

/* The buffer at this address belongs to an object of this name. */
static void nameBuffer(const void *buffer, Text name, double scale) {
  Survivor survivor = {0};
  if (recording.wasExact) {
    uint64_t *word = findWord(buffer);
    if (word == NULL || !isBlockWord(*word)) return;
    survivor = survivorOfWord(word);
  } else {
    Sample *sample = findSample(buffer);
    if (sample == NULL) return;
    survivor = survivorOfSample(sample);
  }
  if (survivor.isNamed) return;
  nameSurvivor(&survivor, name, survivor.bytes >= ALWAYS_LOOKED_AT_BYTES ? 1 : scale, 0);
}

/* Attributes of an instance, where 3.11 and 3.12 keep them in an array of their own: its first byte is so far before it as its last says. */
static void nameInstanceValues(const char *object, const KnownType *type, double scale) {
  if (layout.instanceValues == 0 || !(type->flags & (uint32_t)layout.managedDictFlag)) return;
  uint64_t values = uint64At(object, layout.instanceValues);
  if (values == 0 || (values & 7) != ((uint64_t)layout.instanceValuesTag & 7)) return;
  values -= (uint64_t)layout.instanceValuesTag;
  uint8_t prefixBytes;
  if (safeByte(&survivors.reader, values, -1, &prefixBytes)) nameBuffer((const char *)(uintptr_t)values - prefixBytes, type->name, scale);
}

static void nameBuffersOf(const char *object, const KnownType *type, double scale) {
  if (type->flags & IS_LIST) {
    nameBuffer(pointerAt(object, LIST_ITEMS), type->name, scale);
  } else if (type->flags & IS_DICT) {
    nameBuffer(pointerAt(object, DICT_KEYS), type->name, scale);
  } else if (type->type == python.PySet_Type || type->type == python.PyFrozenSet_Type) {
    nameBuffer(pointerAt(object, SET_TABLE), type->name, scale);
  } else if (type->type == python.PyByteArray_Type) {
    nameBuffer(pointerAt(object, BYTEARRAY_BYTES), type->name, scale);
  } else {
    nameInstanceValues(object, type, scale);
  }
}

/* The first pass: blocks that hold objects, and with them their buffers. */
static void nameObject(const void *block, Survivor survivor) {
  static const char ndarray[] = "ndarray", unused[] = "free list";
  double scale = scaleOf(block, survivor.bytes);
  if (scale == 0 || survivor.isNamed) return;
  if (survivor.isExternal) {
    nameSurvivor(&survivor, internText(ndarray, sizeof ndarray - 1), scale, 1);
    return;
  }
  const KnownType *type = NULL;
  const char *object = objectIn(block, survivor.bytes, &type);
  if (object == NULL) return;
  if (uint64At(object, OBJECT_REFERENCE_COUNT) == 0) {
    nameSurvivor(&survivor, internText(unused, sizeof unused - 1), scale, 1);
    return;
  }
  nameSurvivor(&survivor, type->name, scale, 1);
  nameBuffersOf(object, type, scale);
}

/* The last pass: what no object claimed. */
static void nameRest(const void *block, Survivor survivor) {
  static const char buffer[] = "buffer";
  double scale = scaleOf(block, survivor.bytes);
  if (scale != 0 && !survivor.isNamed) nameSurvivor(&survivor, internText(buffer, sizeof buffer - 1), scale, 1);
}

static void (*visitSurvivor)(const void *block, Survivor survivor);

static void visitWord(void *block, uint64_t *word) {
  if (isBlockWord(*word)) visitSurvivor(block, survivorOfWord(word));
}

static void forEachSurvivor(void (*visit)(const void *block, Survivor survivor)) {
  visitSurvivor = visit;
  if (recording.wasExact) {
    forEachWord(visitWord);
    return;
  }
  for (uint32_t i = 0; i < samples.slotCount; i++) {
    if (samples.slots[i].block != NULL) visit(samples.slots[i].block, survivorOfSample(&samples.slots[i]));
  }
}

static uint64_t survivorCount, unnamedBytes;

static void countSurvivor(const void *block, Survivor survivor) {
  (void)block;
  survivorCount++;
  if (!survivor.isNamed && scaleOf(block, survivor.bytes) != 0) unnamedBytes += survivor.bytes;
}

/* Begins: names what can be told from the blocks themselves. Returns the bytes that are left, -1 when nothing can be done. */
EXPORT int64_t nameSurvivors(int readDescriptor, int writeDescriptor) {
  survivors.reader = (SafeReader){{readDescriptor, writeDescriptor}};
  survivors.types = takeOwnPages(TYPE_SLOTS * sizeof(KnownType));
  survivors.sums = takeOwnPages(SUM_SLOTS * sizeof(uint32_t));
  if (survivors.types == NULL || survivors.sums == NULL || gate->mode != MODE_ENDING) return -1;
  survivors.stride = 1;
  forEachSurvivor(countSurvivor);
  survivors.stride = (uint32_t)(survivorCount / MOST_LOOKED_AT) + 1;
  forEachSurvivor(nameObject);
  unnamedBytes = 0;
  forEachSurvivor(countSurvivor);
  return (int64_t)unnamedBytes;
}

/* Names the buffers of containers that are not tracked themselves: `objects` is a list of all that the collector knows. */
EXPORT void nameBuffersOfObjects(const void *objects) {
  uint64_t count = uint64At(objects, OBJECT_SIZE);
  const char *items = pointerAt(objects, LIST_ITEMS);
  for (uint64_t i = 0; i < count; i++) {
    const char *object = pointerAt(items, (int64_t)i * 8);
    const KnownType *type = knownType(pointerAt(object, OBJECT_TYPE));
    if (type != NULL) nameBuffersOf(object, type, 1);
  }
}

EXPORT void nameOtherSurvivors(void) { forEachSurvivor(nameRest); }
