/* Functions of the user's that are called again and again with the same arguments: at some of their counted calls the arguments are looked
 * at. Only where all are plain values, which are told apart by what they hold; of an object of any other type nobody can tell without
 * running its code, so its function is looked at no more. */
#include "counters.h"
#include "pythonApi.h"
#include "tablesFile.h"

/* A function is looked at from this call on, then at so many calls in a row, then at one in so many. */
#define FIRST_CALL_LOOKED_AT 16
#define CALLS_LOOKED_AT_IN_A_ROW 1000
#define CALLS_BETWEEN_LOOKS 64 /* a power of two */
#define ARGUMENT_SLOTS 2048
#define MOST_DISTINCT_ARGUMENTS 1200
#define MOST_ARGUMENTS 16
#define MOST_TUPLE_ITEMS 16
#define MOST_TUPLES_IN_EACH_OTHER 2
#define LONGEST_VALUE_BYTES 1024
#define INTEGER_DIGITS 24

/* CO_VARARGS; what has CO_VARKEYWORDS, or is a generator or coroutine of any kind, is left alone. */
#define CODE_HAS_VARIABLE_ARGUMENTS 0x4u
#define CODE_IS_NOT_LOOKED_AT (0x8u | 0x20u | 0x80u | 0x100u | 0x200u)

typedef struct {
  uint32_t argumentCount; /* 0: it is looked at no more */
  uint32_t call;          /* index into the section of calls */
  uint32_t slots[ARGUMENT_SLOTS];
} CallLook;

static CallLook **callLooks; /* by the index of the function's line */

static uint64_t mixBytes(uint64_t hash, const void *bytes, uint64_t length) {
  const uint8_t *at = bytes;
  for (; length >= 8; at += 8, length -= 8) hash = mixBits(hash ^ uint64At(at, 0)) + length;
  for (; length > 0; at++, length--) hash = mixBits(hash ^ *at) + length;
  return hash;
}

static uint64_t bytesOfInteger(const void *integer) {
  int64_t size = (int64_t)uint64At(integer, OBJECT_SIZE);
  /* From 3.12 on the number of digits stands above three bits for the sign. */
  uint64_t digits = countingSetup.versionHex >= 0x030C ? (uint64_t)size >> 3 : (uint64_t)(size < 0 ? -size : size);
  return digits * 4;
}

/* Adds a value to the hash; 0: it is none that can be looked at. */
static int mixValue(uint64_t *hash, const void *value, uint32_t depth) {
  if (value == NULL) return 0;
  const void *type = pointerAt(value, OBJECT_TYPE);
  uint64_t length = 0;
  *hash = mixBits(*hash ^ (uint64_t)(uintptr_t)type);
  if (value == python._Py_NoneStruct || type == python.PyBool_Type) {
    *hash = mixBits(*hash ^ (uint64_t)(uintptr_t)value);
  } else if (type == python.PyLong_Type) {
    if ((length = bytesOfInteger(value)) > LONGEST_VALUE_BYTES) return 0;
    *hash = mixBytes(*hash ^ uint64At(value, OBJECT_SIZE), (const char *)value + INTEGER_DIGITS, length);
  } else if (type == python.PyFloat_Type) {
    *hash = mixBits(*hash ^ uint64At(value, 16));
  } else if (type == python.PyUnicode_Type) {
    uint32_t state = uint32At(value, TEXT_STATE), characterBytes = textCharacterBytes(state);
    length = uint64At(value, OBJECT_SIZE) * characterBytes;
    if (!isCompactText(state) || length > LONGEST_VALUE_BYTES) return 0;
    *hash = mixBytes(*hash ^ characterBytes, (const char *)value + textDataOffset(state), length);
  } else if (type == python.PyBytes_Type) {
    if ((length = uint64At(value, OBJECT_SIZE)) > LONGEST_VALUE_BYTES) return 0;
    *hash = mixBytes(*hash, (const char *)value + BYTES_DATA, length);
  } else if (type == python.PyTuple_Type) {
    if ((length = uint64At(value, OBJECT_SIZE)) > MOST_TUPLE_ITEMS || depth == MOST_TUPLES_IN_EACH_OTHER) return 0;
    *hash = mixBits(*hash ^ length);
    for (uint64_t i = 0; i < length; i++) {
      if (!mixValue(hash, pointerAt(value, TUPLE_ITEMS + (int64_t)i * 8), depth + 1)) return 0;
    }
  } else {
    return 0;
  }
  return 1;
}

/* How many of the function's first variables are its arguments; 0: it has none, or is not looked at. */
static uint32_t countArguments(void *code) {
  uint32_t flags = integerAttribute(code, "co_flags");
  if (flags & CODE_IS_NOT_LOOKED_AT) return 0;
  uint32_t count = integerAttribute(code, "co_argcount") + integerAttribute(code, "co_kwonlyargcount");
  if (flags & CODE_HAS_VARIABLE_ARGUMENTS) count++;
  return count <= MOST_ARGUMENTS ? count : 0;
}

static CallLook *beginLook(const LineEntry *entry, void *code) {
  pauseAllocations();
  uint32_t argumentCount = countArguments(code);
  resumeAllocations();
  int64_t index = argumentCount > 0 ? nextEntry(SECTION_CALLS) : -1;
  CallLook *look = index >= 0 ? takeOwnPages(sizeof(CallLook)) : NULL;
  if (look == NULL) return NULL;
  look->argumentCount = argumentCount;
  look->call = (uint32_t)index;
  tables.calls[index] = (CallEntry){.line = (uint32_t)(entry - tables.lines)};
  publishCount(SECTION_CALLS, (uint64_t)index + 1);
  return look;
}

static int isNewHash(CallLook *look, uint32_t hash) {
  uint32_t slot = hash & (ARGUMENT_SLOTS - 1);
  for (; look->slots[slot] != 0; slot = (slot + 1) & (ARGUMENT_SLOTS - 1)) {
    if (look->slots[slot] == hash) return 0;
  }
  look->slots[slot] = hash;
  return 1;
}

static OUT_OF_LINE void lookAtArguments(const LineEntry *entry) {
  const char *frame = runningFrame();
  CallLook **place = &callLooks[entry - tables.lines];
  if (entry->executionCount == FIRST_CALL_LOOKED_AT) *place = beginLook(entry, pointerAt(frame, layout.frameCode));
  CallLook *look = *place;
  if (look == NULL || look->argumentCount == 0) return;
  uint64_t hash = look->argumentCount;
  for (uint32_t i = 0; i < look->argumentCount; i++) {
    if (!mixValue(&hash, pointerAt(frame, layout.frameLocals + i * 8), 0)) {
      look->argumentCount = 0;
      return;
    }
  }
  CallEntry *call = &tables.calls[look->call];
  call->checkedCount++;
  if (!isNewHash(look, (uint32_t)(hash >> 32) | 1)) return;
  if (++call->distinctCount == MOST_DISTINCT_ARGUMENTS) look->argumentCount = 0;
}

/* A function of the user's has begun, and `entry` has counted that. */
static inline void lookAtCall(const LineEntry *entry) {
  uint64_t count = entry->executionCount;
  if (count < FIRST_CALL_LOOKED_AT) return;
  if (count > FIRST_CALL_LOOKED_AT + CALLS_LOOKED_AT_IN_A_ROW && (count & (CALLS_BETWEEN_LOOKS - 1)) != 0) return;
  lookAtArguments(entry);
}

static int prepareLooks(void) {
  callLooks = takeSparsePages(sections[SECTION_LINES].capacity * sizeof(CallLook *));
  return callLooks != NULL;
}
