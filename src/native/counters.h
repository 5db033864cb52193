/* Execution counts of the user's lines: how often each ran, calls of functions, and the memory in use before and after.
 *
 * One audit hook sees the code of each module of the user just before it runs ("exec"). From 3.12 on sys.monitoring then tells of its
 * lines (counterEvents.c); before, probes are written into its bytecode (counterRewriter.c). Nothing of this runs Python code. */
#ifndef MEMORY_LENS_COUNTERS_H
#define MEMORY_LENS_COUNTERS_H

#include "platform.h"

/* Bits of LineEntry.flags. */
#define LINE_STOPPED 1u
#define LINE_IS_FUNCTION 2u

/* What counting/setup.py hands in, in 8-byte slots in this order; a test compares the two. */
typedef struct {
  uint64_t versionHex; /* 0x030C for 3.12 */
  uint64_t countLimit; /* executions of a line that are counted; all ones: all */

  /* Functions of the C API, and objects; the recorder has others in pythonApi.h. */
  void *(*objectCallFunctionObjArgs)(void *callable, ...);

  /* Before 3.12: rewriting. Opcodes that a version has not are 0. */
  uint64_t opcodeLoadConstant;
  uint64_t opcodeNot;
  uint64_t opcodePop;
  uint64_t opcodeJumpForward;
  uint64_t opcodeExtendedArgument;
  uint64_t opcodeLoadFast;
  uint64_t opcodeGeneratorStart;
  uint64_t opcodeResume;
  uint64_t opcodeReturn;
  uint64_t opcodeImportName;
  const uint8_t *opcodeTraits; /* of each of 256 opcodes, see counterBytecode.c */
  int64_t jumpUnitBytes;       /* that 1 in a jump's argument means */
  uint64_t hasCaches;          /* opcode 0 is an inline cache entry */
  /* Offsets in code objects; -1: not there. */
  int64_t codeBytecode;
  int64_t codeConstants;
  int64_t codeLineTable;
  int64_t codeStackSize;
  int64_t codeIdleFrame;
  int64_t codeVariableCount;
  int64_t threadStackTop;
  void *reducedProbe; /* what __reduce__ of a probe gives */
  void *(*bytesFromStringAndSize)(const char *, int64_t);
  void *(*tupleNew)(int64_t);
  void *(*dictNew)(void);
  int (*dictSetItemString)(void *, const char *, void *);
  void *(*longFromLongLong)(long long);
  void *(*objectCall)(void *, void *, void *);
  int (*typeReady)(void *);
  int (*bufferFillInfo)(void *, void *, void *, int64_t, int, int);
  void (*setFrameEvaluation)(void *, void *(*)(void *, char *, int));
  void *(*(*getFrameEvaluation)(void *))(void *, char *, int);
  void *(*evaluateFrame)(void *, char *, int);

  /* From 3.12: sys.monitoring. */
  void *setLocalEvents;
  void *toolId;
  void *localEvents;
  void *disable;
} CountingSetup;

#endif
