/* Probes: the objects that count where bytecode was rewritten, before CPython 3.12.
 *
 * A probe is a constant of the code object; `LOAD_CONST probe; UNARY_NOT; POP_TOP` stands before a line and asks it whether it is true, which
 * calls straight into countInProbe. That takes one place on the stack, no call of a Python function and no inline cache, so it costs a
 * few nanoseconds and means the same in each version. When its line has run often enough, LOAD_CONST is overwritten by a jump over the
 * three. Copied into another process (pickle, marshal) a probe becomes False or b'', which do nothing there. */

typedef enum { PROBE_OF_LINE, PROBE_OF_FUNCTION, PROBE_OF_RETURN } ProbeKind;

typedef struct {
  int64_t referenceCount;
  void *type;
  LineEntry *line; /* NULL: of a return */
  /* What the probe's place is recognised by: the bytes object of its bytecode (3.8 to 3.10; NULL: it lies in the code object itself). */
  void *bytecode;
  /* EXTENDED_ARGs before its LOAD_CONST. */
  uint32_t prefixCount;
  ProbeKind kind;
  uint64_t returnCount;
} Probe;

static Probe *freeProbes; /* linked by `line` */

#define TYPE_OBJECT_SLOTS 64
#define NUMBER_METHOD_SLOTS 40
#define BUFFER_METHOD_SLOTS 2
/* Offsets in PyTypeObject, the same from 3.8 to 3.11. */
enum {
  TYPE_DEALLOC = 48,
  TYPE_NUMBER_METHODS = 96,
  TYPE_HASH = 120,
  TYPE_BUFFER_METHODS = 160,
  TYPE_METHODS = 232,
  NUMBER_BOOL_SLOT = 9,
  DEFAULT_TYPE_FLAGS = 1 << 18, /* Py_TPFLAGS_HAVE_VERSION_TAG, as in Py_TPFLAGS_DEFAULT */
  METHOD_NO_ARGUMENTS = 4,
};

static uint64_t probeType[TYPE_OBJECT_SLOTS];
static uint64_t probeNumberMethods[NUMBER_METHOD_SLOTS];
static uint64_t probeBufferMethods[BUFFER_METHOD_SLOTS];

/* ---- silencing ---- */

/* The address of the running instruction in bytecode that was rewritten for this probe; NULL when it is any other. */
static unsigned char *runningInstruction(const Probe *probe, char *frame, char *code) {
  if (layout.codeStart >= 0) {
    return (unsigned char *)pointerAt(frame, layout.frameInstruction);
  }
  char *bytecode = pointerAt(code, countingSetup.codeBytecode);
  if (bytecode != probe->bytecode) {
    /* Somebody made a code object of his own from ours. */
    return NULL;
  }
  int32_t index = (int32_t)uint32At(frame, layout.frameInstruction);
  return (unsigned char *)bytecode + BYTES_DATA + (int64_t)index * countingSetup.jumpUnitBytes;
}

/* Called while the probe's UNARY_NOT runs: lets the interpreter jump over the probe from now on. */
static void silenceRunningProbe(Probe *probe) {
  char *frame = runningFrame();
  char *code = pointerAt(frame, layout.frameCode);
  unsigned char *negation = runningInstruction(probe, frame, code);
  if (negation == NULL || negation[0] != countingSetup.opcodeNot || negation[2] != countingSetup.opcodePop) {
    return;
  }
  unsigned char *start = negation - 2 - 2 * (int64_t)probe->prefixCount;
  uint32_t constant = 0;
  for (uint32_t prefix = 0; prefix < probe->prefixCount; prefix += 1) {
    if (start[2 * prefix] != countingSetup.opcodeExtendedArgument) {
      return;
    }
    constant = constant << 8 | start[2 * prefix + 1];
  }
  constant = constant << 8 | negation[-1];
  void *constants = pointerAt(code, countingSetup.codeConstants);
  if (negation[-2] != countingSetup.opcodeLoadConstant || constant >= tupleSize(constants) || tupleItem(constants, constant) != probe) {
    return;
  }
  uint32_t skippedBytes = 2 * probe->prefixCount + 4;
  start[1] = (unsigned char)(skippedBytes / countingSetup.jumpUnitBytes);
  start[0] = (unsigned char)countingSetup.opcodeJumpForward;
}

/* ---- the type ---- */

static int countReturn(Probe *probe) {
  probe->returnCount += 1;
  return probe->returnCount <= countingSetup.countLimit;
}

/* nb_bool */
static int countInProbe(void *object) {
  Probe *probe = object;
  if (!countingEnabled) {
    return 0;
  }
  int isCounted = probe->kind == PROBE_OF_RETURN ? countReturn(probe) : countExecution(probe->line);
  if (!isCounted) {
    silenceRunningProbe(probe);
  } else if (probe->kind == PROBE_OF_LINE) {
    beginLine(probe->line, runningFrame());
  } else if (probe->kind == PROBE_OF_RETURN) {
    endFrame(runningFrame());
  } else {
    lookAtCall(probe->line);
  }
  return 0;
}

/* tp_dealloc */
static void forgetProbe(void *object) {
  Probe *probe = object;
  probe->line = (LineEntry *)freeProbes;
  freeProbes = probe;
}

/* bf_getbuffer: marshal writes what it does not know as the bytes that it exposes. */
static int exposeNothing(void *object, void *view, int flags) {
  static char nothing[1];
  return countingSetup.bufferFillInfo(view, object, nothing, 0, 1, flags);
}

/* __reduce__: pickled as bool(). */
static void *reduceProbe(void *object, void *unused) {
  (void)object, (void)unused;
  python.Py_IncRef(countingSetup.reducedProbe);
  return countingSetup.reducedProbe;
}

static PythonMethod probeMethods[] = {{"__reduce__", (void *)reduceProbe, METHOD_NO_ARGUMENTS, NULL}, {NULL, NULL, 0, NULL}};

static void setTypeSlot(int offset, void *value) { *(void **)((char *)probeType + offset) = value; }

static int prepareProbes(void) {
  probeNumberMethods[NUMBER_BOOL_SLOT] = (uint64_t)countInProbe;
  probeBufferMethods[0] = (uint64_t)exposeNothing;
  *(int64_t *)((char *)probeType + OBJECT_REFERENCE_COUNT) = 1;
  setTypeSlot(TYPE_NAME, "memory_lens.Counter");
  *(int64_t *)((char *)probeType + TYPE_BASIC_BYTES) = sizeof(Probe);
  setTypeSlot(TYPE_DEALLOC, (void *)forgetProbe);
  setTypeSlot(TYPE_NUMBER_METHODS, probeNumberMethods);
  setTypeSlot(TYPE_BUFFER_METHODS, probeBufferMethods);
  setTypeSlot(TYPE_METHODS, probeMethods);
  *(uint64_t *)((char *)probeType + TYPE_FLAGS) = DEFAULT_TYPE_FLAGS;
  return countingSetup.typeReady(probeType) == 0;
}

/* A new reference; NULL when there is no memory. */
static Probe *makeProbe(ProbeKind kind, LineEntry *line, uint32_t prefixCount) {
  Probe *probe = freeProbes;
  if (probe != NULL) {
    freeProbes = (Probe *)probe->line;
  } else {
    probe = allocateFromArena(sizeof(Probe));
  }
  if (probe != NULL) {
    *probe = (Probe){1, probeType, line, NULL, prefixCount, kind, 0};
  }
  return probe;
}

static int isProbe(const void *object) { return typeOf(object) == probeType; }
