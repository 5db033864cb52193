/* Counts from CPython 3.12 on: events of sys.monitoring, local to the user's code objects, with builtin functions as callbacks. */

typedef struct {
  void *code;
  CountedFile *file;
  CodeKind kind;
  /* Of a lambda: how often it began, as far as that is looked at. */
  uint64_t lambdaCallCount;
  /* How often it returned, as far as that is looked at. */
  uint64_t returnCount;
} WatchedCode;

/* By address, open addressing. A code object that dies leaves its entry; whoever gets its address next overwrites it, and code that is not
 * watched gets no events. */
#define WATCHED_CODE_CAPACITY (1u << 16)
static WatchedCode *watchedCodes;
static uint32_t watchedCodeCount;
static WatchedCode *lastWatchedCode;

static uint32_t slotOfCode(void *code) {
  return (uint32_t)(mixBits((uint64_t)code >> 4) >> 32) & (WATCHED_CODE_CAPACITY - 1);
}

/* The entry of a code object, or the free one that it is to have; NULL when the table is full. */
static WatchedCode *findWatchedCode(void *code) {
  uint32_t slot = slotOfCode(code);
  for (uint32_t step = 0; step < WATCHED_CODE_CAPACITY; step += 1) {
    WatchedCode *watched = &watchedCodes[(slot + step) & (WATCHED_CODE_CAPACITY - 1)];
    if (watched->code == code || watched->code == NULL) {
      return watched;
    }
  }
  return NULL;
}

/* The number in a small Python integer (before 3.14 and after: one digit of 30 bits behind the size or tag). */
static uint32_t valueOfSmallInteger(const void *integer) {
  return uint32At(integer, 24);
}

static WatchedCode *watchedCodeOfEvent(void *code) {
  if (lastWatchedCode->code == code) {
    return lastWatchedCode;
  }
  WatchedCode *watched = findWatchedCode(code);
  if (watched == NULL || watched->code == NULL) {
    return NULL;
  }
  lastWatchedCode = watched;
  return watched;
}

/* Integers up to this are never allocated anew. */
#define LARGEST_CACHED_INTEGER 256

/* callback(code, line_number) */
static void *onLine(void *self, void *const *arguments, int64_t argumentCount) {
  (void)self;
  if (!countingEnabled || argumentCount != 2) {
    return countingSetup.disable;
  }
  WatchedCode *watched = watchedCodeOfEvent(arguments[0]);
  if (watched == NULL) {
    return countingSetup.disable;
  }
  uint32_t line = valueOfSmallInteger(arguments[1]);
  if (line > LARGEST_CACHED_INTEGER) {
    disownBlock(arguments[1]);
  }
  if (watched->kind.isComprehension && line == watched->kind.firstLine) {
    return countingSetup.disable;
  }
  LineEntry *entry = findLineEntry(watched->file, line, 0);
  if (entry == NULL || !countExecution(entry)) {
    return countingSetup.disable;
  }
  beginLine(entry, runningFrame());
  return python._Py_NoneStruct;
}

/* callback(code, instruction_offset): a function begins. */
static void *onFunctionStart(void *self, void *const *arguments, int64_t argumentCount) {
  (void)self;
  if (!countingEnabled || argumentCount != 2) {
    return countingSetup.disable;
  }
  WatchedCode *watched = watchedCodeOfEvent(arguments[0]);
  if (watched == NULL) {
    return countingSetup.disable;
  }
  if (watched->kind.isLambda && watched->lambdaCallCount < countingSetup.countLimit) {
    /* CPython 3.13 reports the line of a function that stands in the line of its `def` or `lambda` only while its start is reported. */
    watched->lambdaCallCount += 1;
    return python._Py_NoneStruct;
  }
  if (!watched->kind.isFunction) {
    return countingSetup.disable;
  }
  LineEntry *entry = findLineEntry(watched->file, watched->kind.firstLine, 1);
  if (entry == NULL || !countExecution(entry)) {
    return countingSetup.disable;
  }
  lookAtCall(entry);
  return python._Py_NoneStruct;
}

/* callback(code, instruction_offset, value): a function or a module's body ends. */
static void *onReturn(void *self, void *const *arguments, int64_t argumentCount) {
  (void)self;
  if (!countingEnabled || argumentCount != 3) {
    return countingSetup.disable;
  }
  if (valueOfSmallInteger(arguments[1]) > LARGEST_CACHED_INTEGER) {
    disownBlock(arguments[1]);
  }
  WatchedCode *watched = watchedCodeOfEvent(arguments[0]);
  if (watched == NULL || watched->kind.isComprehension || watched->returnCount >= countingSetup.countLimit) {
    return countingSetup.disable;
  }
  watched->returnCount += 1;
  endFrame(runningFrame());
  return python._Py_NoneStruct;
}

/* In such a one no line is counted, and CPython 3.12 and 3.13 look at each turn of it whether a line is to be reported. */
static int isOneLineComprehension(void *code, CodeKind kind) { return kind.isComprehension && lastLineOf(code) == kind.firstLine; }

static int askForEvents(void *code) {
  void *result = countingSetup.objectCallFunctionObjArgs(countingSetup.setLocalEvents, countingSetup.toolId, code,
                                                         countingSetup.localEvents, NULL);
  if (result == NULL) {
    python.PyErr_Clear();
    countingDroppedCount += 1;
    return 0;
  }
  python.Py_DecRef(result);
  return 1;
}

/* Asks for the events of a code object and of all that are nested in it. */
static void watchEventsOfCode(void *code, CountedFile *file) {
  WatchedCode *watched = findWatchedCode(code);
  /* Half full at most, so that a look-up stays short. */
  if (watched == NULL || (watched->code == NULL && watchedCodeCount >= WATCHED_CODE_CAPACITY / 2)) {
    countingDroppedCount += 1;
    return;
  }
  if (watched->code == NULL) {
    watchedCodeCount += 1;
  }
  *watched = (WatchedCode){code, file, kindOfCode(code), 0, 0};
  if (!isOneLineComprehension(code, watched->kind) && !askForEvents(code)) {
    return;
  }
  void *constants = python.PyObject_GetAttrString(code, "co_consts");
  if (constants == NULL) {
    python.PyErr_Clear();
    return;
  }
  for (int64_t index = 0; index < tupleSize(constants); index += 1) {
    void *constant = tupleItem(constants, index);
    if (isCode(constant)) {
      watchEventsOfCode(constant, file);
    }
  }
  python.Py_DecRef(constants);
}

static PythonMethod lineMethod = {"count_line", (void *)onLine, METHOD_FASTCALL, NULL};
static PythonMethod functionStartMethod = {"count_call", (void *)onFunctionStart, METHOD_FASTCALL, NULL};

static PythonMethod returnMethod = {"count_return", (void *)onReturn, METHOD_FASTCALL, NULL};

/* New references to the callbacks for the events LINE, PY_START and PY_RETURN, which counting/ registers. */
EXPORT void *makeLineCallback(void) { return python.PyCFunction_NewEx(&lineMethod, NULL, NULL); }

EXPORT void *makeFunctionStartCallback(void) { return python.PyCFunction_NewEx(&functionStartMethod, NULL, NULL); }

EXPORT void *makeReturnCallback(void) { return python.PyCFunction_NewEx(&returnMethod, NULL, NULL); }

static int prepareEvents(void) {
  watchedCodes = takeOwnPages(WATCHED_CODE_CAPACITY * sizeof(WatchedCode));
  lastWatchedCode = watchedCodes;
  return watchedCodes != NULL;
}
