/* Proof that the offsets are right for this interpreter, by reads that can't fault: native.py compares what they give with what Python says
 * of the same frames. Nothing is recorded before. */
#include "tablesFile.h"

typedef struct {
  uint64_t code, instruction, fileName, name, firstLine;
} CalibrationFrame;

typedef struct {
  int descriptors[2];
} SafeReader;

static int safePointer(const SafeReader *reader, uint64_t base, int64_t offset, uint64_t *result) {
  return readSafely(reader->descriptors, (const char *)(uintptr_t)base + offset, result, sizeof *result);
}

static int safeByte(const SafeReader *reader, uint64_t base, int64_t offset, uint8_t *result) {
  return readSafely(reader->descriptors, (const char *)(uintptr_t)base + offset, result, sizeof *result);
}

/* Whether every page of the range is there. */
static int isRangeReadable(const SafeReader *reader, const void *start, uint64_t bytes) {
  uint64_t first = (uint64_t)(uintptr_t)start >> 12, last = ((uint64_t)(uintptr_t)start + (bytes > 0 ? bytes - 1 : 0)) >> 12;
  for (uint64_t page = first; page <= last; page++) {
    uint8_t byte;
    if (!safeByte(reader, page << 12, 0, &byte)) return 0;
  }
  return 1;
}

static int readCalibrationFrame(const SafeReader *reader, uint64_t frame, CalibrationFrame *result) {
  uint64_t type, instruction, firstLine;
  if (!safePointer(reader, frame, layout.frameCode, &result->code)) return 0;
  if (!safePointer(reader, result->code, OBJECT_TYPE, &type) || type != (uint64_t)(uintptr_t)python.PyCode_Type) return 0;
  if (!safePointer(reader, frame, layout.frameInstruction, &instruction)) return 0;
  if (!safePointer(reader, result->code, layout.codeFileName, &result->fileName)) return 0;
  if (!safePointer(reader, result->code, layout.codeName, &result->name)) return 0;
  if (!safePointer(reader, result->code, layout.codeFirstLine, &firstLine)) return 0;
  result->firstLine = (uint32_t)firstLine;
  result->instruction = layout.codeStart >= 0 ? instruction - (result->code + (uint64_t)layout.codeStart)
                                              : (uint64_t)((int64_t)(int32_t)instruction * layout.instructionFactor);
  return 1;
}

/* The calling thread's frames, innermost first. Returns how many, -1 where something can't be read or is no frame. */
EXPORT int calibrateFrames(CalibrationFrame *frames, int capacity, int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  uint64_t threadState = (uint64_t)(uintptr_t)currentThreadState(), frame, interpreter;
  int count = 0;
  if (threadState == 0 || !safePointer(&reader, threadState, layout.threadInterpreter, &interpreter)) return -1;
  if (interpreter != (uint64_t)(uintptr_t)mainInterpreter) return -1;
  if (!safePointer(&reader, threadState, layout.threadFrame, &frame)) return -1;
  if (layout.cFrameCurrent >= 0 && !safePointer(&reader, frame, layout.cFrameCurrent, &frame)) return -1;
  while (frame != 0 && count < capacity) {
    uint8_t owner = 0;
    if (layout.frameOwner >= 0 && !safeByte(&reader, frame, layout.frameOwner, &owner)) return -1;
    int isInterpreters = layout.frameOwner >= 0 && owner == (uint8_t)layout.skippedOwner;
    if (!isInterpreters) {
      if (!readCalibrationFrame(&reader, frame, &frames[count])) return -1;
      count++;
    }
    if (!safePointer(&reader, frame, layout.framePrevious, &frame)) return -1;
  }
  return count;
}

/* The first variable of the running function, for native.py to compare; 0 where it can't be read. */
EXPORT uint64_t calibrateLocals(int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  uint64_t variable = 0;
  safePointer(&reader, (uint64_t)(uintptr_t)innermostFrame(currentThreadState()), layout.frameLocals, &variable);
  return variable;
}

/* Where `readPythonText` would look for a text's characters, that is, whether it may. */
static int isTextReadable(const SafeReader *reader, const void *text) {
  uint32_t state = uint32At(text, TEXT_STATE);
  int64_t offset = textDataOffset(state);
  const char *data = isCompactText(state) ? (const char *)text + offset : NULL;
  if (data == NULL && !safePointer(reader, (uint64_t)(uintptr_t)text, offset, (uint64_t *)&data)) return 0;
  return data != NULL && isRangeReadable(reader, data, uint64At(text, OBJECT_SIZE) * textCharacterBytes(state));
}

/* UTF-8 of a str, for native.py to compare. Returns its length, -1 where it can't be read. */
EXPORT int calibrateText(const void *text, char *target, int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  return isTextReadable(&reader, text) ? (int)readPythonText(text, target) : -1;
}

/* Variables of a code's frames, for native.py to compare; -1 where they can't be read. */
EXPORT int calibrateVariableCount(const void *code, int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  for (int i = 0; layout.codeCellNames >= 0 && i < 2; i++) {
    uint64_t names, count;
    if (!safePointer(&reader, (uint64_t)(uintptr_t)code, i == 0 ? layout.codeFreeNames : layout.codeCellNames, &names)) return -1;
    if (!safePointer(&reader, names, OBJECT_SIZE, &count)) return -1;
  }
  return (int)frameVariableCount(code);
}

/* Instructions of a code in bytes, for native.py to compare; -1 where that can't be read. */
EXPORT int calibrateCodeLength(const void *code, int readDescriptor, int writeDescriptor) {
  SafeReader reader = {{readDescriptor, writeDescriptor}};
  uint64_t bytecode, length;
  if (layout.codeStart >= 0) return (int)instructionBytes(code);
  if (!safePointer(&reader, (uint64_t)(uintptr_t)code, layout.codeLength, &bytecode)) return -1;
  return safePointer(&reader, bytecode, OBJECT_SIZE, &length) ? (int)length : -1;
}
