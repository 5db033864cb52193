/* Bytes of an object as sys.getsizeof counts them, without what it refers to, but of what C says alone: a `__sizeof__` of the program's is
 * not called. */
#include "graphApi.h"

#define SIZED_TYPES 4096u
#define METHOD_OWNER 16 /* in a method's descriptor: the type that has it */

typedef enum { SIZE_FIXED, SIZE_BY_ITEMS, SIZE_OF_LIST, SIZE_OF_TEXT, SIZE_BY_CALL } SizeKind;

typedef struct {
  const void *type; /* NULL is free */
  SizeKind kind;
  uint32_t headerBytes;
  uint64_t basicBytes, itemBytes;
  void *method; /* of SIZE_BY_CALL: what is called with the object */
} SizedType;

static struct {
  SizedType *types;
  void *sizeofName;
} sizes;

static const char *nameOfType(const void *type);

/* That of struct.Struct reads what `__init__` leaves, though there may have been none: a subclass that does not call it. */
static int mayBeAsked(const void *method) {
  static const char unsafe[] = "Struct";
  return !sameBytes(nameOfType(pointerAt(method, METHOD_OWNER)), unsafe, sizeof unsafe);
}

static SizedType describeSizes(const void *type) {
  uint64_t flags = uint64At(type, TYPE_FLAGS);
  SizedType sized = {.type = type, .basicBytes = uint64At(type, TYPE_BASIC_BYTES), .itemBytes = uint64At(type, TYPE_ITEM_BYTES)};
  sized.headerBytes = (flags & HAS_COLLECTOR_HEADER ? HEADER_WORDS_BYTES : 0) + (flags & (uint64_t)layout.preHeaderFlags ? HEADER_WORDS_BYTES : 0);
  /* Types that C keeps to itself may never have been made ready, and are not to be now. */
  void *method = pointerAt(type, TYPE_ORDER_OF_BASES) == NULL ? NULL : graphApi._PyType_Lookup((void *)type, sizes.sizeofName);
  if (type == graphApi.PyUnicode_Type) sized.kind = SIZE_OF_TEXT;
  else if (flags & IS_LIST) sized.kind = SIZE_OF_LIST;
  else if (method != NULL && pointerAt(method, OBJECT_TYPE) == graphApi.PyMethodDescr_Type &&
           method != graphApi._PyType_Lookup(graphApi.PyBaseObject_Type, sizes.sizeofName) && mayBeAsked(method)) {
    sized.kind = SIZE_BY_CALL;
    sized.method = method;
  } else sized.kind = sized.itemBytes != 0 ? SIZE_BY_ITEMS : SIZE_FIXED;
  return sized;
}

static const SizedType *sizedType(const void *type) {
  static SizedType spare; /* where there are more types than the table takes */
  uint64_t slot = mixBits((uint64_t)(uintptr_t)type >> 4) >> 16 & (SIZED_TYPES - 1);
  for (uint32_t tries = 0; tries < 64; tries++, slot = (slot + 1) & (SIZED_TYPES - 1)) {
    SizedType *sized = &sizes.types[slot];
    if (sized->type == NULL) *sized = describeSizes(type);
    if (sized->type == type) return sized;
  }
  spare = describeSizes(type);
  return &spare;
}

static uint64_t bytesOfText(const void *text) {
  uint32_t state = uint32At(text, TEXT_STATE);
  uint64_t characterBytes = (uint64_t)textCharacterBytes(state) * (uint64At(text, OBJECT_SIZE) + 1);
  if (isCompactText(state)) return (uint64_t)textDataOffset(state) + characterBytes;
  return (uint64_t)layout.wideTextData + sizeof(void *) + characterBytes;
}

static uint64_t callSizeof(void *method, const void *object) {
  void *result = graphApi.PyObject_CallFunctionObjArgs(method, object, NULL);
  if (result == NULL) {
    /* A type in C that does not keep what it says. */
    python.PyErr_Clear();
    return 0;
  }
  long long bytes = python.PyLong_AsLongLong(result);
  python.Py_DecRef(result);
  return bytes > 0 ? (uint64_t)bytes : 0;
}

/* Below zero for a negative number. Only types of many items have the field: a plain object ends before it, maybe at the end of a mapping. */
static uint64_t countItems(const void *object) {
  int64_t items = (int64_t)uint64At(object, OBJECT_SIZE);
  return (uint64_t)(items < 0 ? -items : items);
}

static uint64_t bytesOfObject(const void *object) {
  const SizedType *sized = sizedType(pointerAt(object, OBJECT_TYPE));
  uint64_t own = sized->basicBytes;
  switch (sized->kind) {
    case SIZE_FIXED: break;
    case SIZE_BY_ITEMS: own += sized->itemBytes * countItems(object); break;
    case SIZE_OF_LIST: own += uint64At(object, LIST_CAPACITY) * sizeof(void *); break;
    case SIZE_OF_TEXT: own = bytesOfText(object); break;
    case SIZE_BY_CALL: own = callSizeof(sized->method, object); break;
  }
  return own + sized->headerBytes;
}

/* Where 3.11 and 3.12 keep the attributes of an instance apart from it: the array's bytes, as many as are surely there. Its first byte but
 * one before the values says how many are in use, the one before how far its beginning lies before them. */
static uint64_t bytesOfValues(const void *object) {
  const char *type = pointerAt(object, OBJECT_TYPE);
  if (layout.instanceValues == 0 || !(uint64At(type, TYPE_FLAGS) & (uint64_t)layout.managedDictFlag)) return 0;
  uint64_t values = uint64At(object, layout.instanceValues);
  if (values == 0 || (values & 7) != ((uint64_t)layout.instanceValuesTag & 7)) return 0;
  const uint8_t *first = (const uint8_t *)(uintptr_t)(values - (uint64_t)layout.instanceValuesTag);
  return first[-1] + 8 * (uint64_t)first[-2];
}

static int prepareSizes(void *sizeofName) {
  sizes.sizeofName = sizeofName;
  sizes.types = takeGraphPages(SIZED_TYPES * sizeof(SizedType));
  return sizes.types != NULL;
}

static void releaseSizes(void) { releaseGraphPages(sizes.types, SIZED_TYPES * sizeof(SizedType)); }
