/* Which modules get no probes, for something reads their bytecode and would find other than what Python's compiler made. */

/* Compilers of functions' bytecode and tools to rewrite it. */
static const char *const bytecodeCompilers[] = {"numba",    "numba.core",     "torch._dynamo", "pony", "pony.orm",
                                                "bytecode", "codetransformer", "pyjion"};

/* Before 3.11 these compile a file's source again and look for the bytecode that is running, to say which call of a line it is in. */
static const char *const bytecodeComparers[] = {"executing", "icecream", "varname", "sorcery", "snoop", "birdseye", "devtools", "stack_data"};

/* All of them do it by this module, so once it is there, anybody's bytecode may be compared: what a debugger in between imports is not
 * seen in the module that calls it. */
#define COMPARING_FILE "/executing/executing.py"

static int isBytecodeCompared;

static int hasComparers(void) { return countingSetup.versionHex < 0x030B; }

static void lookForComparer(const CountedFile *file) {
  uint64_t length = textLength(COMPARING_FILE);
  if (hasComparers() && file->pathLength >= length && sameBytes(file->path + file->pathLength - length, COMPARING_FILE, length)) {
    isBytecodeCompared = 1;
  }
}

static int isOneOf(void *text, const char *const *names, uint32_t nameCount) {
  static char bytes[LONGEST_TEXT_BYTES];
  uint64_t length = readPythonText(text, bytes);
  for (uint32_t name = 0; name < nameCount; name += 1) {
    if (isText(bytes, length, names[name])) {
      return 1;
    }
  }
  return 0;
}

/* Whether an IMPORT_NAME of that bytecode has one of the names; elsewhere they mean something else. */
static int importsOneOf(void *bytecode, void *codeNames, const char *const *names, uint32_t nameCount) {
  const unsigned char *instructions = (const unsigned char *)bytecode + BYTES_DATA;
  int64_t length = (int64_t)uint64At(bytecode, OBJECT_SIZE);
  int64_t argument = 0;
  for (int64_t index = 0; index + 1 < length; index += 2) {
    argument = argument << 8 | instructions[index + 1];
    if (instructions[index] == countingSetup.opcodeExtendedArgument) {
      continue;
    }
    if (instructions[index] == countingSetup.opcodeImportName && argument < tupleSize(codeNames) &&
        isOneOf(tupleItem(codeNames, argument), names, nameCount)) {
      return 1;
    }
    argument = 0;
  }
  return 0;
}

/* Whether the code, or that of a function in it, imports one of them; also where that can't be told. */
static int importsReader(void *code) {
  void *names = python.PyObject_GetAttrString(code, "co_names");
  void *bytecode = python.PyObject_GetAttrString(code, "co_code");
  int isFound = names == NULL || bytecode == NULL || importsOneOf(bytecode, names, bytecodeCompilers, COUNT_OF(bytecodeCompilers)) ||
                (hasComparers() && importsOneOf(bytecode, names, bytecodeComparers, COUNT_OF(bytecodeComparers)));
  if (names == NULL || bytecode == NULL) {
    python.PyErr_Clear();
  }
  if (names != NULL) {
    python.Py_DecRef(names);
  }
  if (bytecode != NULL) {
    python.Py_DecRef(bytecode);
  }
  void *constants = pointerAt(code, countingSetup.codeConstants);
  for (int64_t index = 0; index < tupleSize(constants) && !isFound; index += 1) {
    isFound = isCode(tupleItem(constants, index)) && importsReader(tupleItem(constants, index));
  }
  return isFound;
}

static int isBytecodeRead(void *code) { return isBytecodeCompared || importsReader(code); }
