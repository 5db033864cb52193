/* Bytecode of CPython 3.8 to 3.11 with probes put in: read into a list of instructions, marked, written again with its jumps.
 *
 * A probe runs exactly where the interpreter would report a line to a trace function. That depends on the way by which control comes to
 * an instruction: 3.8 and 3.9 report the first instruction of a line, and any that is reached backwards; 3.10 and 3.11 report any whose
 * line differs from that of the instruction that ran before, and any that is reached backwards. So jumps that report lead to the probe
 * before their target and the others to the target itself, and where control falls into the target unreported a jump leads around the
 * probe. */

/* Bits of countingSetup.opcodeTraits. */
enum {
  OPCODE_JUMPS_TO = 1,       /* argument is where to go */
  OPCODE_JUMPS_BY = 2,       /* argument is how far to go from the next instruction */
  OPCODE_JUMPS_BACK_BY = 4,  /* the same, backwards */
  OPCODE_IS_JUMP = OPCODE_JUMPS_TO | OPCODE_JUMPS_BY | OPCODE_JUMPS_BACK_BY,
  OPCODE_NEVER_FALLS_THROUGH = 8,
  OPCODE_SETS_HANDLER = 16,  /* what it jumps to runs after an exception */
  OPCODE_UNREPORTED_JUMP = 32, /* 3.11: JUMP_BACKWARD_NO_INTERRUPT, the loop inside `await` */
  OPCODE_COMES_BACK = 64,    /* 3.8: CALL_FINALLY; the next instruction is reached from behind */
  OPCODE_HANDLES_OWN_LINE = 128, /* 3.10: END_ASYNC_FOR; the exception that it handles comes from its own line */
};

typedef struct {
  uint8_t opcode;
  uint8_t traits;
  uint8_t cacheCount;
  uint8_t jumpReports;
  uint8_t fallReports;
  uint8_t isHandler;
  /* What stands before it. */
  uint8_t hasLineProbe;
  uint8_t hasFunctionProbe;
  uint8_t hasDetour;
  uint8_t hasReturnProbe;
  uint32_t argument;
  /* Bytes from the start of the bytecode, EXTENDED_ARGs included, before and after. */
  uint32_t offset;
  uint32_t newOffset;
  uint32_t newProbeOffset;
  uint32_t newPrefixOffset;
  /* Indices of instructions and constants. */
  uint32_t target;
  uint32_t lineConstant;
  uint32_t functionConstant;
  uint32_t returnConstant;
  /* -1: none. Columns: 3.11. */
  int32_t line;
  int32_t endLine;
  int32_t column;
  int32_t endColumn;
} Instruction;

/* Room for one code object at a time, kept for the next. */
static struct {
  Instruction *instructions;
  /* For each code unit the instruction that it belongs to; one more for the end. */
  uint32_t *instructionAt;
  uint32_t capacity;
  uint32_t count;
  uint32_t bytes;
} bytecode;

static Instruction endOfBytecode;

#define LARGEST_BYTECODE_BYTES (16u << 20)

static int reserveInstructions(uint32_t bytes) {
  uint32_t needed = bytes / 2 + 2;
  if (bytes > LARGEST_BYTECODE_BYTES) {
    return 0;
  }
  if (needed <= bytecode.capacity) {
    return 1;
  }
  if (bytecode.capacity > 0) {
    releaseOwnPages(bytecode.instructions, bytecode.capacity * sizeof(Instruction));
    releaseOwnPages(bytecode.instructionAt, bytecode.capacity * sizeof(uint32_t));
    bytecode.capacity = 0;
  }
  bytecode.instructions = takeOwnPages(needed * 2 * sizeof(Instruction));
  bytecode.instructionAt = takeOwnPages(needed * 2 * sizeof(uint32_t));
  if (bytecode.instructions == NULL || bytecode.instructionAt == NULL) {
    return 0;
  }
  bytecode.capacity = needed * 2;
  return 1;
}

/* ---- reading ---- */

static int isCacheEntry(uint8_t opcode) { return countingSetup.hasCaches && opcode == 0; }

static int resolveJumps(void) {
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    Instruction *instruction = &bytecode.instructions[index];
    if ((instruction->traits & OPCODE_IS_JUMP) == 0) {
      continue;
    }
    int64_t distance = (int64_t)instruction->argument * countingSetup.jumpUnitBytes;
    int64_t next = bytecode.instructions[index + 1].offset;
    int64_t target = distance;
    if (instruction->traits & OPCODE_JUMPS_BY) {
      target = next + distance;
    } else if (instruction->traits & OPCODE_JUMPS_BACK_BY) {
      target = next - distance;
    }
    if (target < 0 || target >= bytecode.bytes) {
      return 0;
    }
    instruction->target = bytecode.instructionAt[target / 2];
    if (bytecode.instructions[instruction->target].offset != target) {
      return 0;
    }
  }
  return 1;
}

/* 0 when it is no bytecode that we understand. */
static int readBytecode(const unsigned char *bytes, uint32_t length) {
  if (length == 0 || length % 2 != 0 || !reserveInstructions(length)) {
    return 0;
  }
  bytecode.count = 0;
  bytecode.bytes = length;
  uint32_t position = 0;
  while (position < length) {
    Instruction *instruction = &bytecode.instructions[bytecode.count];
    *instruction = (Instruction){.offset = position, .line = -1};
    uint32_t argument = 0;
    uint8_t opcode;
    do {
      if (position >= length) {
        return 0;
      }
      opcode = bytes[position];
      argument = argument << 8 | bytes[position + 1];
      bytecode.instructionAt[position / 2] = bytecode.count;
      position += 2;
    } while (opcode == countingSetup.opcodeExtendedArgument);
    instruction->opcode = opcode;
    instruction->argument = argument;
    instruction->traits = countingSetup.opcodeTraits[opcode];
    while (position < length && isCacheEntry(bytes[position])) {
      instruction->cacheCount += 1;
      bytecode.instructionAt[position / 2] = bytecode.count;
      position += 2;
    }
    bytecode.count += 1;
  }
  /* The end stands for an instruction of its own. */
  bytecode.instructions[bytecode.count] = endOfBytecode;
  bytecode.instructions[bytecode.count].offset = length;
  bytecode.instructionAt[length / 2] = bytecode.count;
  return resolveJumps();
}

/* ---- where lines are reported ---- */

static int isReportedByStart(void) { return countingSetup.versionHex < 0x030A; }

static int startsLine(uint32_t index) {
  return index == 0 || bytecode.instructions[index].line != bytecode.instructions[index - 1].line;
}

/* Whether the interpreter reports a line when control comes to `to` right from `from`. */
static int isReported(uint32_t from, uint32_t to) {
  int isBackward = to < from;
  if (isReportedByStart()) {
    return isBackward || startsLine(to);
  }
  int32_t line = bytecode.instructions[to].line;
  if (line < 0) {
    return 0;
  }
  if (line != bytecode.instructions[from].line) {
    return 1;
  }
  return isBackward && (bytecode.instructions[from].traits & OPCODE_UNREPORTED_JUMP) == 0;
}

static int isReportedAfterException(uint32_t handler) {
  if (isReportedByStart()) {
    return startsLine(handler);
  }
  const Instruction *instruction = &bytecode.instructions[handler];
  return instruction->line >= 0 && (instruction->traits & OPCODE_HANDLES_OWN_LINE) == 0;
}

/* The first instruction that can be reported: before it the frame is being set up. */
static uint32_t firstTraceableInstruction(void) {
  if (countingSetup.opcodeResume != 0) {
    for (uint32_t index = 0; index < bytecode.count; index += 1) {
      if (bytecode.instructions[index].opcode == countingSetup.opcodeResume) {
        return index + 1;
      }
    }
  }
  return 0;
}

/* Where a function's call is counted: a generator of 3.10 first takes the None that it was started with from the stack. */
static uint32_t firstInstructionOfCall(void) {
  uint32_t index = firstTraceableInstruction();
  if (index == 0 && countingSetup.opcodeGeneratorStart != 0 && bytecode.instructions[0].opcode == countingSetup.opcodeGeneratorStart) {
    return 1;
  }
  return index;
}

static void findReportedWays(void) {
  uint32_t first = firstTraceableInstruction();
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    Instruction *instruction = &bytecode.instructions[index];
    if (index < first) {
      continue;
    }
    if (index == first) {
      instruction->fallReports = instruction->line >= 0;
    } else {
      Instruction *previous = instruction - 1;
      int isReachedBackwards = (previous->traits & OPCODE_COMES_BACK) != 0;
      instruction->fallReports =
          (previous->traits & OPCODE_NEVER_FALLS_THROUGH) == 0 && (isReachedBackwards || isReported(index - 1, index));
    }
    if (instruction->isHandler && isReportedAfterException(index)) {
      instruction->hasLineProbe = 1;
    }
    if (instruction->traits & OPCODE_SETS_HANDLER) {
      instruction->jumpReports = (uint8_t)isReportedAfterException(instruction->target);
    } else if (instruction->traits & OPCODE_IS_JUMP) {
      instruction->jumpReports = (uint8_t)isReported(index, instruction->target);
    }
    if (instruction->jumpReports) {
      bytecode.instructions[instruction->target].hasLineProbe = 1;
    }
    if (instruction->fallReports) {
      instruction->hasLineProbe = 1;
    }
  }
}

/* ---- probes ---- */

static uint32_t prefixesOfArgument(uint32_t argument) { return (argument > 0xFF) + (argument > 0xFFFF) + (argument > 0xFFFFFF); }

/* CPython 3.11 joins LOAD_FAST and a LOAD_CONST after it to one instruction, which then doesn't see that LOAD_CONST was overwritten. An
 * EXTENDED_ARG between them keeps them apart. */
static uint32_t prefixesOfProbe(uint32_t index, uint32_t constant) {
  uint32_t prefixes = prefixesOfArgument(constant);
  int isJoined = countingSetup.hasCaches && index > 0 && bytecode.instructions[index - 1].opcode == countingSetup.opcodeLoadFast;
  return prefixes == 0 && isJoined ? 1 : prefixes;
}

static uint32_t bytesOfProbe(uint32_t index, uint32_t constant) { return 6 + 2 * prefixesOfProbe(index, constant); }

/* Adds a probe to the constants and gives its index; -1: the line is not counted. */
static int64_t addProbe(ProbeKind kind, uint32_t line, uint32_t instruction);

/* 0 when there is nothing to count. */
static int placeProbes(CodeKind kind) {
  uint32_t called = firstInstructionOfCall();
  uint32_t probeCount = 0;
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    Instruction *instruction = &bytecode.instructions[index];
    if (kind.isFunction && index == called) {
      int64_t constant = addProbe(PROBE_OF_FUNCTION, kind.firstLine, index);
      instruction->hasFunctionProbe = constant >= 0;
      instruction->functionConstant = (uint32_t)constant;
    }
    if (kind.isComprehension && instruction->line == (int32_t)kind.firstLine) {
      instruction->hasLineProbe = 0;
    }
    if (instruction->hasLineProbe) {
      int64_t constant = addProbe(PROBE_OF_LINE, (uint32_t)instruction->line, index);
      instruction->hasLineProbe = constant >= 0;
      instruction->lineConstant = (uint32_t)constant;
    }
    if (instruction->opcode == countingSetup.opcodeReturn && !kind.isComprehension) {
      int64_t constant = addProbe(PROBE_OF_RETURN, 0, index);
      instruction->hasReturnProbe = constant >= 0;
      instruction->returnConstant = (uint32_t)constant;
    }
    int isFallenInto = index == 0 || (instruction[-1].traits & OPCODE_NEVER_FALLS_THROUGH) == 0;
    instruction->hasDetour = instruction->hasLineProbe && isFallenInto && !instruction->fallReports;
    probeCount += instruction->hasLineProbe + instruction->hasFunctionProbe + instruction->hasReturnProbe;
  }
  return probeCount > 0;
}

/* ---- writing ---- */

static uint32_t newArgument(uint32_t index) {
  const Instruction *instruction = &bytecode.instructions[index];
  if ((instruction->traits & OPCODE_IS_JUMP) == 0) {
    return instruction->argument;
  }
  const Instruction *target = &bytecode.instructions[instruction->target];
  int64_t to = instruction->jumpReports ? target->newProbeOffset : target->newOffset;
  int64_t next = (int64_t)instruction->newOffset + 2 + 2 * prefixesOfArgument(instruction->argument) + 2 * instruction->cacheCount;
  int64_t distance = to;
  if (instruction->traits & OPCODE_JUMPS_BY) {
    distance = to - next;
  } else if (instruction->traits & OPCODE_JUMPS_BACK_BY) {
    distance = next - to;
  }
  return (uint32_t)(distance / (int64_t)countingSetup.jumpUnitBytes);
}

/* Places everything with the arguments as they are; the length in bytes. */
static uint32_t layOutInstructions(void) {
  uint32_t offset = 0;
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    Instruction *instruction = &bytecode.instructions[index];
    instruction->newPrefixOffset = offset;
    if (instruction->hasFunctionProbe) {
      offset += bytesOfProbe(index, instruction->functionConstant);
    }
    if (instruction->hasDetour) {
      offset += 2;
    }
    instruction->newProbeOffset = offset;
    if (instruction->hasLineProbe) {
      offset += bytesOfProbe(index, instruction->lineConstant);
    }
    instruction->newOffset = offset;
    if (instruction->hasReturnProbe) {
      offset += bytesOfProbe(index, instruction->returnConstant);
    }
    offset += 2 + 2 * prefixesOfArgument(instruction->argument) + 2 * instruction->cacheCount;
  }
  bytecode.instructions[bytecode.count].newPrefixOffset = offset;
  bytecode.instructions[bytecode.count].newProbeOffset = offset;
  bytecode.instructions[bytecode.count].newOffset = offset;
  return offset;
}

/* Lays out until all jumps have the arguments that lead to where their targets are; the length in bytes, 0 when that doesn't end. */
static uint32_t settleJumps(void) {
  for (int round = 0; round < 100; round += 1) {
    uint32_t length = layOutInstructions();
    int isSettled = 1;
    for (uint32_t index = 0; index < bytecode.count; index += 1) {
      uint32_t argument = newArgument(index);
      if (argument != bytecode.instructions[index].argument) {
        bytecode.instructions[index].argument = argument;
        isSettled = 0;
      }
    }
    if (isSettled) {
      return length;
    }
  }
  return 0;
}

static unsigned char *writeInstruction(unsigned char *next, uint8_t opcode, uint32_t argument, uint32_t prefixCount) {
  for (uint32_t prefix = prefixCount; prefix > 0; prefix -= 1) {
    *next++ = (unsigned char)countingSetup.opcodeExtendedArgument;
    *next++ = (unsigned char)(argument >> (8 * prefix));
  }
  *next++ = opcode;
  *next++ = (unsigned char)argument;
  return next;
}

static unsigned char *writeProbe(unsigned char *next, uint32_t index, uint32_t constant) {
  next = writeInstruction(next, (uint8_t)countingSetup.opcodeLoadConstant, constant, prefixesOfProbe(index, constant));
  next = writeInstruction(next, (uint8_t)countingSetup.opcodeNot, 0, 0);
  return writeInstruction(next, (uint8_t)countingSetup.opcodePop, 0, 0);
}

/* Writes as many bytes as settleJumps said. */
static void writeBytecode(unsigned char *next) {
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    const Instruction *instruction = &bytecode.instructions[index];
    if (instruction->hasFunctionProbe) {
      next = writeProbe(next, index, instruction->functionConstant);
    }
    if (instruction->hasDetour) {
      uint32_t skippedBytes = bytesOfProbe(index, instruction->lineConstant);
      next = writeInstruction(next, (uint8_t)countingSetup.opcodeJumpForward, skippedBytes / (uint32_t)countingSetup.jumpUnitBytes, 0);
    }
    if (instruction->hasLineProbe) {
      next = writeProbe(next, index, instruction->lineConstant);
    }
    if (instruction->hasReturnProbe) {
      next = writeProbe(next, index, instruction->returnConstant);
    }
    next = writeInstruction(next, instruction->opcode, instruction->argument, prefixesOfArgument(instruction->argument));
    for (uint32_t cache = 0; cache < instruction->cacheCount; cache += 1) {
      next = writeInstruction(next, 0, 0, 0);
    }
  }
}
