/* The section of texts: every file name and function name once, as UTF-8. */
#include "tablesFile.h"

#define TEXT_SLOTS (1u << 17)

typedef struct {
  uint32_t offset, length;
} Text;

static Text *textSlots; /* by the hash of the text; length 0 is free */

static int prepareTexts(void) {
  textSlots = takeSparsePages(TEXT_SLOTS * sizeof(Text));
  return textSlots != NULL;
}

/* The slice of the section that has these bytes; empty when the section is full. */
static Text internText(const char *bytes, uint32_t length) {
  uint64_t hash = length;
  for (uint32_t i = 0; i < length; i++) hash = mixBits(hash ^ (uint8_t)bytes[i]);
  TablesSection *section = &sections[SECTION_STRINGS];
  uint32_t slot = (uint32_t)(hash >> 32) & (TEXT_SLOTS - 1);
  for (uint32_t tries = 0; tries < TEXT_SLOTS; tries++, slot = (slot + 1) & (TEXT_SLOTS - 1)) {
    Text known = textSlots[slot];
    if (known.length == 0) break;
    if (known.length == length && sameBytes(tables.strings + known.offset, bytes, length)) return known;
  }
  Text text = {(uint32_t)section->count, length};
  if (length == 0 || textSlots[slot].length != 0 || section->count + length > section->capacity) return (Text){0, 0};
  copyBytes(tables.strings + text.offset, bytes, length);
  publishCount(SECTION_STRINGS, section->count + length);
  textSlots[slot] = text;
  return text;
}

static uint32_t appendUtf8(char *target, uint32_t codePoint) {
  if (codePoint >= 0xD800 && codePoint < 0xE000) codePoint = 0xFFFD; /* a lone surrogate is no character */
  if (codePoint < 0x80) {
    target[0] = (char)codePoint;
    return 1;
  }
  if (codePoint < 0x800) {
    target[0] = (char)(0xC0 | codePoint >> 6);
    target[1] = (char)(0x80 | (codePoint & 63));
    return 2;
  }
  if (codePoint < 0x10000) {
    target[0] = (char)(0xE0 | codePoint >> 12);
    target[1] = (char)(0x80 | (codePoint >> 6 & 63));
    target[2] = (char)(0x80 | (codePoint & 63));
    return 3;
  }
  target[0] = (char)(0xF0 | codePoint >> 18);
  target[1] = (char)(0x80 | (codePoint >> 12 & 63));
  target[2] = (char)(0x80 | (codePoint >> 6 & 63));
  target[3] = (char)(0x80 | (codePoint & 63));
  return 4;
}

#define LONGEST_TEXT_BYTES 4096

/* PyASCIIObject.state: 2 bits interned, 3 bits bytes a character, compact, ascii; 3.8 to 3.13. */
#define TEXT_STATE 32

static inline uint32_t textCharacterBytes(uint32_t state) { return state >> 2 & 7; }
static inline int isCompactText(uint32_t state) { return state >> 5 & 1; }

/* Of the characters, or for a text that is not compact of their address. */
static inline int64_t textDataOffset(uint32_t state) {
  int isAscii = state >> 6 & 1;
  return isAscii && isCompactText(state) ? layout.textData : layout.wideTextData;
}

/* UTF-8 of a Python str, cut at LONGEST_TEXT_BYTES; read by offsets, for PyUnicode_AsUTF8 allocates. Returns the length. */
static uint32_t readPythonText(const void *text, char *target) {
  uint32_t state = uint32At(text, TEXT_STATE);
  uint32_t characterBytes = textCharacterBytes(state);
  uint64_t characters = uint64At(text, OBJECT_SIZE);
  const char *data = isCompactText(state) ? (const char *)text + textDataOffset(state) : pointerAt(text, textDataOffset(state));
  uint32_t length = 0;
  if (data == NULL) return 0;
  for (uint64_t i = 0; i < characters && length + 4 <= LONGEST_TEXT_BYTES; i++) {
    uint32_t codePoint = characterBytes == 1   ? ((const uint8_t *)data)[i]
                         : characterBytes == 2 ? ((const uint16_t *)data)[i]
                                               : ((const uint32_t *)data)[i];
    length += appendUtf8(target + length, codePoint);
  }
  return length;
}
