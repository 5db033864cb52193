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

/* Returns whether the attribute is found. Where attributes have no dict yet (3.11 and later), Python is asked for it, as the program could. */
static int appendAttribute(void *object, const void *value) {
  const char *slot = slotNameOf(object, value);
  if (slot != NULL) {
    appendText(".");
    appendText(slot);
    return 1;
  }
  if (!(typeFlags(typeOfObject(object)) & (uint32_t)layout.managedDictFlag)) return 0;
  void *dict = python.PyObject_GenericGetDict(object, NULL);
  if (dict == NULL) {
    python.PyErr_Clear();
    return 0;
  }
  const void *key = keyOf(dict, value);
  if (key != NULL) {
    appendText(".");
    appendPythonText(key);
  }
  python.Py_DecRef(dict);
  return key != NULL;
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
