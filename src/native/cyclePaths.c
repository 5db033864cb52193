/* A reference cycle as it is read in the source: `Node.me -> Node`, `Parent.children[0] -> Child.parent -> Parent`. */
#include "graphApi.h"
#include "tablesFile.h"

#define LONGEST_CYCLE_PATH 400
#define LONGEST_KEY_BYTES 40
#define MOST_ATTRIBUTES 1000
#define MOST_ITEMS 10000
#define IS_HEAP_TYPE (1u << 9)
#define IS_TEXT (1u << 28)
#define TYPE_MEMBERS 240
#define TYPE_DICT_OFFSET 288
#define TUPLE_ITEMS_OFFSET 24
/* PyMemberDef: name, type, offset, flags, documentation. */
#define MEMBER_BYTES 40
#define MEMBER_OFFSET 16
/* In PyDictKeysObject, from 3.11 on. */
#define KEYS_LOG_INDEX_BYTES 9
#define KEYS_KIND 10
#define KEYS_ENTRY_COUNT 24
#define KEYS_INDICES 32
#define KEYS_ENTRY_BYTES 16
#define SPLIT_KEYS 2
#define MOST_SHARED_KEYS 30
/* From 3.13 on values stand behind the object itself: four bytes, the last of which says whether they are in use, then the array. */
#define HAS_INLINE_VALUES 4u
#define INLINE_VALUES_VALID 3
#define INLINE_VALUES 8

static struct {
  char text[LONGEST_CYCLE_PATH];
  uint32_t length;
  int isCut;
} cyclePath;

static void appendBytes(const char *bytes, uint32_t length) {
  if (cyclePath.length + length > LONGEST_CYCLE_PATH) {
    cyclePath.isCut = 1;
    return;
  }
  copyBytes(cyclePath.text + cyclePath.length, bytes, length);
  cyclePath.length += length;
}

static void appendText(const char *text) { appendBytes(text, textLength(text)); }

static void appendNumber(uint64_t number) {
  char digits[20];
  uint32_t start = sizeof digits;
  do digits[--start] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  appendBytes(digits + start, (uint32_t)sizeof digits - start);
}

static void appendPythonText(const void *text) {
  static char bytes[LONGEST_TEXT_BYTES];
  uint32_t length = readPythonText(text, bytes);
  if (length > LONGEST_KEY_BYTES) {
    for (length = LONGEST_KEY_BYTES; length > 0 && (bytes[length] & 0xC0) == 0x80;) length--; /* between two characters */
    appendBytes(bytes, length);
    appendText("...");
    return;
  }
  appendBytes(bytes, length);
}

static uint32_t typeFlags(const void *type) { return (uint32_t)uint64At(type, TYPE_FLAGS); }

/* Without the module that types of C carry before their name. */
static const char *nameOfType(const void *type) {
  const char *name = pointerAt(type, TYPE_NAME), *last = name;
  for (const char *at = name; *at != 0; at++) {
    if (*at == '.') last = at + 1;
  }
  return last;
}

/* An instance of a class that is written in Python. */
static int isInstance(const void *object) {
  const void *type = typeOfObject(object);
  return (typeFlags(type) & IS_HEAP_TYPE) && !(typeFlags(type) & IS_TYPE);
}

/* The dict that an instance keeps its attributes in, as far as it has one by now. */
static const void *dictOfInstance(const void *object) {
  const void *type = typeOfObject(object);
  if (layout.managedDictFlag != 0 && (typeFlags(type) & (uint32_t)layout.managedDictFlag)) {
    uint64_t dict = uint64At(object, layout.managedDict);
    return (dict & 1) ? NULL : (const void *)(uintptr_t)dict;
  }
  int64_t offset = (int64_t)uint64At(type, TYPE_DICT_OFFSET);
  return offset > 0 ? pointerAt(object, offset) : NULL;
}

/* Gives the key under which a dict has the value; NULL: it has not. */
static const void *keyOf(void *dict, const void *value) {
  int64_t position = 0;
  void *key, *found;
  for (uint32_t i = 0; i < MOST_ITEMS && python.PyDict_Next(dict, &position, &key, &found); i++) {
    if (found == value) return key;
  }
  return NULL;
}

/* The name of the slot (`__slots__`) that refers to the value; NULL: none does. */
static const char *slotNameOf(const void *object, const void *value) {
  for (const void *type = typeOfObject(object); type != NULL && (typeFlags(type) & IS_HEAP_TYPE); type = pointerAt(type, TYPE_BASE)) {
    const char *members = pointerAt(type, TYPE_MEMBERS);
    for (uint32_t i = 0; members != NULL && i < MOST_ATTRIBUTES && pointerAt(members, i * MEMBER_BYTES) != NULL; i++) {
      int64_t offset = (int64_t)uint64At(members, i * MEMBER_BYTES + MEMBER_OFFSET);
      if (offset > 0 && pointerAt(object, offset) == value) return pointerAt(members, i * MEMBER_BYTES);
    }
  }
  return NULL;
}

/* The values of attributes that have no dict yet (3.11 and later), in the order of the keys that the class's instances share. */
static const char *attributeValues(const void *object) {
  const void *type = typeOfObject(object);
  if (layout.instanceValues != 0) {
    uint64_t values = uint64At(object, layout.instanceValues);
    int isArray = values != 0 && (values & 7) == ((uint64_t)layout.instanceValuesTag & 7);
    return isArray ? (const char *)(uintptr_t)(values - (uint64_t)layout.instanceValuesTag) : NULL;
  }
  const char *values = (const char *)object + uint64At(type, TYPE_BASIC_BYTES);
  return (typeFlags(type) & HAS_INLINE_VALUES) && values[INLINE_VALUES_VALID] ? values + INLINE_VALUES : NULL;
}

/* The entries of shared keys (PyDictKeysObject) stand behind its table of indices. */
static const char *entriesOfKeys(const char *keys) { return keys + KEYS_INDICES + ((uint64_t)1 << (uint8_t)keys[KEYS_LOG_INDEX_BYTES]); }

static int areSharedKeysProved;

/* Proves where a class keeps the keys, by one whose instances had this attribute first; else attributes without a dict stay unnamed. */
EXPORT void findSharedKeys(const void *type, const void *attribute, int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  uint64_t keys, first;
  uint8_t kind, logIndexBytes;
  areSharedKeysProved = layout.sharedKeys > 0 && safePointer(&reader, (uint64_t)(uintptr_t)type, layout.sharedKeys, &keys) &&
                        safeByte(&reader, keys, KEYS_KIND, &kind) && kind == SPLIT_KEYS &&
                        safeByte(&reader, keys, KEYS_LOG_INDEX_BYTES, &logIndexBytes) && logIndexBytes < 16 &&
                        safePointer(&reader, (uint64_t)(uintptr_t)entriesOfKeys((const char *)(uintptr_t)keys), 0, &first) &&
                        first == (uint64_t)(uintptr_t)attribute;
}

static const void *sharedKeyOf(const void *object, const void *value) {
  const void *type = typeOfObject(object);
  if (!areSharedKeysProved || !(typeFlags(type) & (uint32_t)layout.managedDictFlag)) return NULL;
  const char *keys = pointerAt(type, layout.sharedKeys), *values = attributeValues(object);
  if (keys == NULL || values == NULL || keys[KEYS_KIND] != SPLIT_KEYS) return NULL;
  uint64_t count = uint64At(keys, KEYS_ENTRY_COUNT);
  for (uint64_t i = 0; i < count && i < MOST_SHARED_KEYS; i++) {
    if (pointerAt(values, (int64_t)i * 8) == value) return pointerAt(entriesOfKeys(keys), (int64_t)i * KEYS_ENTRY_BYTES);
  }
  return NULL;
}

/* Returns whether the attribute is found. */
static int appendAttribute(const void *object, const void *value) {
  const char *slot = slotNameOf(object, value);
  const void *key = slot != NULL ? NULL : sharedKeyOf(object, value);
  if (slot == NULL && key == NULL) return 0;
  appendText(".");
  if (slot != NULL) appendText(slot);
  if (key != NULL) appendPythonText(key);
  return 1;
}

static void appendKey(const void *key) {
  if (key != NULL && (typeFlags(typeOfObject(key)) & IS_TEXT)) {
    appendText("['");
    appendPythonText(key);
    appendText("']");
  } else {
    appendText("[...]");
  }
}

static void appendIndex(const char *items, uint64_t count, const void *value) {
  for (uint64_t i = 0; i < count && i < MOST_ITEMS; i++) {
    if (pointerAt(items, (int64_t)i * 8) != value) continue;
    appendText("[");
    appendNumber(i);
    appendText("]");
    return;
  }
  appendText("[...]");
}

/* What leads from one of these into their items is written behind what leads to them. */
static int isPlainContainer(const void *object) {
  const void *type = typeOfObject(object);
  return type == python.PyList_Type || type == python.PyTuple_Type || type == python.PyDict_Type;
}

static void appendItem(void *container, const void *value) {
  const void *type = typeOfObject(container);
  if (type == python.PyList_Type) {
    appendIndex(pointerAt(container, LIST_ITEMS), uint64At(container, OBJECT_SIZE), value);
  } else if (type == python.PyTuple_Type) {
    appendIndex((const char *)container + TUPLE_ITEMS_OFFSET, uint64At(container, OBJECT_SIZE), value);
  } else {
    appendKey(keyOf(container, value));
  }
}

/* Writes the cycle of these objects, of which the last refers to the first. */
static Text writeCyclePath(void *const *objects, uint32_t count) {
  cyclePath.length = 0;
  cyclePath.isCut = 0;
  appendText(nameOfType(typeOfObject(objects[0])));
  int isNamed = 1; /* what led here has a name in the source, to which an item's may be added */
  for (uint32_t i = 0; i < count && !cyclePath.isCut; i++) {
    void *from = objects[i], *to = objects[(i + 1) % count];
    int isLast = i + 1 == count, leadsIn = 0;
    if (isInstance(from) && dictOfInstance(from) == to) continue;
    const void *before = objects[(i + count - 1) % count];
    if (isInstance(before) && dictOfInstance(before) == from) {
      const void *key = keyOf(from, to);
      appendText(".");
      if (key != NULL) appendPythonText(key);
      leadsIn = 1;
    } else if (isInstance(from)) {
      leadsIn = appendAttribute(from, to);
    } else if (isPlainContainer(from)) {
      if (isNamed) appendItem(from, to);
      leadsIn = isNamed;
    }
    isNamed = leadsIn;
    if (isLast || !isPlainContainer(to)) {
      appendText(" -> ");
      appendText(nameOfType(typeOfObject(to)));
      isNamed = 1;
    }
  }
  return cyclePath.isCut ? (Text){0, 0} : internText(cyclePath.text, cyclePath.length);
}
