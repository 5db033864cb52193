/* Puts probes into the code of a module that is about to run, before CPython 3.12.
 *
 * Up to 3.10 a code object points to its bytecode, so its parts are exchanged and it stays the same object. In 3.11 the bytecode lies in
 * the code object, so new ones are made: functions' take the place of the old ones among the constants of what surrounds them, and the
 * module's own body is exchanged in its frame, by a frame evaluation function that is set for this one frame only (PEP 523). */

#include "counterProbes.c"

#include "counterBytecode.c"

#include "counterLineTables.c"

#include "counterReaders.c"

/* New references, or NULL. */
typedef struct {
  void *bytecode;
  void *constants;
  void *lineTable;
  void *exceptionTable;
} CodeParts;

static void releaseParts(CodeParts *parts) {
  void *references[] = {parts->bytecode, parts->constants, parts->lineTable, parts->exceptionTable};
  for (uint32_t index = 0; index < COUNT_OF(references); index += 1) {
    if (references[index] != NULL) {
      python.Py_DecRef(references[index]);
    }
  }
  *parts = (CodeParts){NULL, NULL, NULL, NULL};
}

static const unsigned char *bytesData(const void *bytes) { return (const unsigned char *)bytes + BYTES_DATA; }

static uint32_t bytesLength(const void *bytes) { return (uint32_t)uint64At(bytes, OBJECT_SIZE); }

/* ---- probes of one code object ---- */

typedef struct {
  CountedFile *file;
  uint32_t constantCount;
  /* The probes made so far, a list by their index. */
  Probe **probes;
  uint32_t probeCount;
  uint32_t probeCapacity;
} ProbeList;

static ProbeList probeList;

static int growProbeList(void) {
  uint32_t capacity = probeList.probeCapacity == 0 ? 1024 : probeList.probeCapacity * 2;
  Probe **grown = takeOwnPages(capacity * sizeof(Probe *));
  if (grown == NULL) {
    return 0;
  }
  if (probeList.probeCapacity > 0) {
    copyBytes(grown, probeList.probes, probeList.probeCount * sizeof(Probe *));
    releaseOwnPages(probeList.probes, probeList.probeCapacity * sizeof(Probe *));
  }
  probeList.probes = grown;
  probeList.probeCapacity = capacity;
  return 1;
}

static int64_t addProbe(ProbeKind kind, uint32_t line, uint32_t instruction) {
  LineEntry *entry = kind == PROBE_OF_RETURN ? NULL : findLineEntry(probeList.file, line, kind == PROBE_OF_FUNCTION);
  if ((entry == NULL && kind != PROBE_OF_RETURN) || (probeList.probeCount == probeList.probeCapacity && !growProbeList())) {
    return -1;
  }
  uint32_t constant = probeList.constantCount + probeList.probeCount;
  Probe *probe = makeProbe(kind, entry, prefixesOfProbe(instruction, constant));
  if (probe == NULL) {
    return -1;
  }
  probeList.probes[probeList.probeCount] = probe;
  probeList.probeCount += 1;
  return constant;
}

static void releaseProbes(void) {
  for (uint32_t index = 0; index < probeList.probeCount; index += 1) {
    forgetProbe(probeList.probes[index]);
  }
  probeList.probeCount = 0;
}

/* A tuple of the constants and the probes, which then belong to it; NULL when there is no memory. */
static void *constantsWithProbes(void *constants) {
  void *extended = countingSetup.tupleNew(probeList.constantCount + probeList.probeCount);
  if (extended == NULL) {
    return NULL;
  }
  void **items = (void **)((char *)extended + TUPLE_ITEMS);
  for (uint32_t index = 0; index < probeList.constantCount; index += 1) {
    items[index] = tupleItem(constants, index);
    python.Py_IncRef(items[index]);
  }
  for (uint32_t index = 0; index < probeList.probeCount; index += 1) {
    items[probeList.constantCount + index] = probeList.probes[index];
  }
  return extended;
}

/* ---- the parts of a code object, with probes ---- */

static void *makeBytecode(void) {
  uint32_t length = settleJumps();
  void *bytes = length == 0 ? NULL : countingSetup.bytesFromStringAndSize(NULL, length);
  if (bytes != NULL) {
    writeBytecode((unsigned char *)bytes + BYTES_DATA);
  }
  return bytes;
}

static void *makeTable(int isWhole) {
  return isWhole ? countingSetup.bytesFromStringAndSize((const char *)writtenTable.bytes, writtenTable.length) : NULL;
}

/* 0 when nothing is to be changed, or can't be; then there is nothing to release. */
static int addProbesToParts(const CodeParts *original, CodeKind kind, CountedFile *file, CodeParts *changed) {
  *changed = (CodeParts){NULL, NULL, NULL, NULL};
  if (!readBytecode(bytesData(original->bytecode), bytesLength(original->bytecode))) {
    return 0;
  }
  readLineTable(bytesData(original->lineTable), bytesLength(original->lineTable), (int32_t)kind.firstLine);
  if (original->exceptionTable != NULL && !markHandlers(bytesData(original->exceptionTable), bytesLength(original->exceptionTable))) {
    return 0;
  }
  findReportedWays();
  probeList.file = file;
  probeList.constantCount = (uint32_t)tupleSize(original->constants);
  probeList.probeCount = 0;
  if (!placeProbes(kind)) {
    return 0;
  }
  changed->bytecode = makeBytecode();
  if (changed->bytecode != NULL) {
    changed->lineTable = makeTable(writeLineTable(bytesLength(original->lineTable), (int32_t)kind.firstLine));
  }
  if (changed->lineTable != NULL && original->exceptionTable != NULL) {
    int hasRoom = reserveTable(bytesLength(original->exceptionTable) * 4 + 64);
    if (hasRoom) {
      writeExceptionTable(bytesData(original->exceptionTable), bytesLength(original->exceptionTable));
    }
    changed->exceptionTable = makeTable(hasRoom && isTableWhole());
  }
  int isWhole = changed->lineTable != NULL && (original->exceptionTable == NULL || changed->exceptionTable != NULL);
  changed->constants = isWhole ? constantsWithProbes(original->constants) : NULL;
  if (changed->constants == NULL) {
    python.PyErr_Clear();
    releaseProbes();
    releaseParts(changed);
    return 0;
  }
  for (uint32_t index = 0; index < probeList.probeCount; index += 1) {
    probeList.probes[index]->bytecode = changed->bytecode;
  }
  return 1;
}

/* ---- 3.8 to 3.10 ---- */

static void *replacePart(void *code, int64_t offset, void *part) {
  void **field = (void **)((char *)code + offset);
  void *old = *field;
  *field = part;
  return old;
}

static void exchangeParts(void *code, CountedFile *file) {
  CodeParts original = {pointerAt(code, countingSetup.codeBytecode), pointerAt(code, countingSetup.codeConstants),
                        pointerAt(code, countingSetup.codeLineTable), NULL};
  CodeParts changed;
  if (!addProbesToParts(&original, kindOfCode(code), file, &changed)) {
    return;
  }
  CodeParts old = {replacePart(code, countingSetup.codeBytecode, changed.bytecode),
                   replacePart(code, countingSetup.codeConstants, changed.constants),
                   replacePart(code, countingSetup.codeLineTable, changed.lineTable), NULL};
  *(int32_t *)((char *)code + countingSetup.codeStackSize) += 1;
  releaseParts(&old);
}

static void exchangePartsOfAll(void *code, CountedFile *file) {
  exchangeParts(code, file);
  void *constants = pointerAt(code, countingSetup.codeConstants);
  for (int64_t index = 0; index < tupleSize(constants); index += 1) {
    if (isCode(tupleItem(constants, index))) {
      exchangePartsOfAll(tupleItem(constants, index), file);
    }
  }
}

/* ---- 3.11 ---- */

static int setKeyword(void *keywords, const char *name, void *value) {
  return value != NULL && countingSetup.dictSetItemString(keywords, name, value) == 0;
}

/* code.replace(...); a new reference or NULL. */
static void *replacedCode(void *code, const CodeParts *parts) {
  void *keywords = countingSetup.dictNew();
  void *noArguments = countingSetup.tupleNew(0);
  void *stackSize = countingSetup.longFromLongLong((int64_t)uint32At(code, countingSetup.codeStackSize) + 1);
  void *replace = python.PyObject_GetAttrString(code, "replace");
  void *result = NULL;
  if (keywords != NULL && noArguments != NULL && replace != NULL && setKeyword(keywords, "co_code", parts->bytecode) &&
      setKeyword(keywords, "co_consts", parts->constants) && setKeyword(keywords, "co_linetable", parts->lineTable) &&
      setKeyword(keywords, "co_exceptiontable", parts->exceptionTable) && setKeyword(keywords, "co_stacksize", stackSize)) {
    result = countingSetup.objectCall(replace, noArguments, keywords);
  }
  void *references[] = {keywords, noArguments, stackSize, replace};
  for (uint32_t index = 0; index < COUNT_OF(references); index += 1) {
    if (references[index] != NULL) {
      python.Py_DecRef(references[index]);
    }
  }
  if (result == NULL) {
    python.PyErr_Clear();
  }
  return result;
}

/* A code object like that with probes in it, itself when there is nothing to count; a new reference or NULL. */
static void *codeWithProbes(void *code, CountedFile *file);

/* The constants, functions' code among them with probes; a new reference or NULL. */
static void *constantsWithCounted(void *constants, CountedFile *file) {
  int64_t count = tupleSize(constants);
  void *result = countingSetup.tupleNew(count);
  if (result == NULL) {
    return NULL;
  }
  for (int64_t index = 0; index < count; index += 1) {
    void *item = tupleItem(constants, index);
    void *counted = isCode(item) ? codeWithProbes(item, file) : NULL;
    if (counted == NULL) {
      counted = item;
      python.Py_IncRef(item);
    }
    ((void **)((char *)result + TUPLE_ITEMS))[index] = counted;
  }
  return result;
}

static void *codeWithProbes(void *code, CountedFile *file) {
  CodeParts original = {python.PyObject_GetAttrString(code, "co_code"),
                        constantsWithCounted(pointerAt(code, countingSetup.codeConstants), file),
                        python.PyObject_GetAttrString(code, "co_linetable"), python.PyObject_GetAttrString(code, "co_exceptiontable")};
  CodeParts changed;
  void *result = NULL;
  if (original.bytecode != NULL && original.constants != NULL && original.lineTable != NULL && original.exceptionTable != NULL &&
      addProbesToParts(&original, kindOfCode(code), file, &changed)) {
    result = replacedCode(code, &changed);
    releaseParts(&changed);
  }
  releaseParts(&original);
  python.PyErr_Clear();
  return result;
}

/* The frame that is to get other code. */
static struct {
  void *code;
  void *replacement;
  uint32_t otherFramesLeft;
} pendingModule;

/* Frames of others that may begin between the audit event and the module: audit hooks written in Python. */
#define OTHER_FRAMES_ALLOWED 1000

/* Words of a frame besides variables and stack: FRAME_SPECIALS_SIZE of 3.11. */
#define FRAME_WORDS 9

/* Gives the frame one more place on its stack: the frame is the last on its thread's data stack, so that only has to end later. */
static int enlargeFrame(char *threadState, const char *frame, const void *code) {
  uint64_t words = uint32At(code, countingSetup.codeVariableCount) + uint32At(code, countingSetup.codeStackSize) + FRAME_WORDS;
  const char *end = frame + words * sizeof(void *);
  char **top = (char **)(threadState + countingSetup.threadStackTop);
  const char *limit = pointerAt(threadState, countingSetup.threadStackTop + (int64_t)sizeof(void *));
  if (*top != end || end + sizeof(void *) >= limit) {
    return 0;
  }
  *top += sizeof(void *);
  return 1;
}

static void endPendingModule(void) {
  countingSetup.setFrameEvaluation(mainInterpreter, countingSetup.evaluateFrame);
  python.Py_DecRef(pendingModule.replacement);
  python.Py_DecRef(pendingModule.code);
  pendingModule.code = NULL;
}

/* Where the frame can't be enlarged: at least the functions are counted, the module's own lines are not. */
static void exchangeFunctionsOfModule(void *code, void *replacement) {
  void *constants = pointerAt(code, countingSetup.codeConstants);
  void *countedConstants = pointerAt(replacement, countingSetup.codeConstants);
  for (int64_t index = 0; index < tupleSize(constants); index += 1) {
    if (isCode(tupleItem(constants, index))) {
      void *counted = tupleItem(countedConstants, index);
      python.Py_IncRef(counted);
      python.Py_DecRef(replacePart(constants, TUPLE_ITEMS + index * (int64_t)sizeof(void *), counted));
    }
  }
  unreachedModules += 1;
}

/* Stands in for _PyEval_EvalFrameDefault until the module's frame comes. */
static void *evaluateUntilModule(void *threadState, char *frame, int throws) {
  void *code = pointerAt(frame, layout.frameCode);
  if (code == pendingModule.code) {
    if (enlargeFrame(threadState, frame, code)) {
      python.Py_IncRef(pendingModule.replacement);
      *(void **)(frame + layout.frameCode) = pendingModule.replacement;
      *(char **)(frame + layout.frameInstruction) = (char *)pendingModule.replacement + layout.codeStart - 2;
      python.Py_DecRef(code);
    } else {
      exchangeFunctionsOfModule(code, pendingModule.replacement);
    }
    endPendingModule();
  } else if (pendingModule.code != NULL) {
    pendingModule.otherFramesLeft -= 1;
    if (pendingModule.otherFramesLeft == 0) {
      endPendingModule();
    }
  }
  return countingSetup.evaluateFrame(threadState, frame, throws);
}

static void exchangeModule(void *code, CountedFile *file) {
  if (countingSetup.getFrameEvaluation(mainInterpreter) != countingSetup.evaluateFrame) {
    /* A compiler that evaluates frames itself, or a module that waits for its frame. */
    unreachedModules += 1;
    return;
  }
  void *replacement = codeWithProbes(code, file);
  if (replacement == NULL) {
    return;
  }
  python.Py_IncRef(code);
  pendingModule.code = code;
  pendingModule.replacement = replacement;
  pendingModule.otherFramesLeft = OTHER_FRAMES_ALLOWED;
  countingSetup.setFrameEvaluation(mainInterpreter, evaluateUntilModule);
}

/* ---- modules ---- */

static int hasProbes(const void *constants) {
  for (int64_t index = 0; index < tupleSize(constants); index += 1) {
    if (isProbe(tupleItem(constants, index))) {
      return 1;
    }
  }
  return 0;
}

/* CO_OPTIMIZED | CO_NEWLOCALS: set for everything but modules and expressions that are evaluated. */
#define CODE_IS_NESTED 3u

static int isModuleThatNeverRan(void *code) {
  static char text[LONGEST_TEXT_BYTES];
  void *name = python.PyObject_GetAttrString(code, "co_name");
  if (name == NULL) {
    return 0;
  }
  int isModule = isText(text, readPythonText(name, text), "<module>");
  python.Py_DecRef(name);
  if (!isModule || (integerAttribute(code, "co_flags") & CODE_IS_NESTED) != 0) {
    return 0;
  }
  /* co_zombieframe is kept from the first run on. */
  return countingSetup.codeIdleFrame < 0 || pointerAt(code, countingSetup.codeIdleFrame) == NULL;
}

static void putProbesIntoModule(void *code, CountedFile *file) {
  if (!isModuleThatNeverRan(code) || hasProbes(pointerAt(code, countingSetup.codeConstants))) {
    return;
  }
  if (isBytecodeRead(code)) {
    bytecodeReaderCount += 1;
    return;
  }
  if (countingSetup.versionHex < 0x030B) {
    exchangePartsOfAll(code, file);
  } else {
    exchangeModule(code, file);
  }
}
