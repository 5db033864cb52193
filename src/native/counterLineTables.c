/* The tables that say which instruction belongs to which line, in their three forms: co_lnotab (3.8, 3.9), co_linetable of PEP 626 (3.10)
 * and the location table of 3.11; and the exception table of 3.11. What stands before an instruction has its line. */

/* Room for a table that is being written. */
static struct {
  unsigned char *bytes;
  uint32_t capacity;
  uint32_t length;
} writtenTable;

static int reserveTable(uint32_t capacity) {
  writtenTable.length = 0;
  if (capacity <= writtenTable.capacity) {
    return 1;
  }
  if (writtenTable.capacity > 0) {
    releaseOwnPages(writtenTable.bytes, writtenTable.capacity);
    writtenTable.capacity = 0;
  }
  writtenTable.bytes = takeOwnPages(capacity * 2);
  if (writtenTable.bytes == NULL) {
    return 0;
  }
  writtenTable.capacity = capacity * 2;
  return 1;
}

/* What doesn't fit is counted only: the writer asks at the end. */
static void writeTableByte(uint32_t byte) {
  if (writtenTable.length < writtenTable.capacity) {
    writtenTable.bytes[writtenTable.length] = (unsigned char)byte;
  }
  writtenTable.length += 1;
}

static int isTableWhole(void) { return writtenTable.length <= writtenTable.capacity; }

/* ---- 3.8, 3.9: pairs of bytes, how far in the bytecode and in lines; Objects/lnotab_notes.txt ---- */

static void readLineSteps(const unsigned char *table, uint32_t length, int32_t firstLine) {
  int32_t line = firstLine;
  uint32_t position = 0;
  uint32_t pair = 0;
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    while (pair + 1 < length && position + table[pair] <= bytecode.instructions[index].offset) {
      position += table[pair];
      line += (signed char)table[pair + 1];
      pair += 2;
    }
    bytecode.instructions[index].line = line;
  }
}

static void writeLineSteps(int32_t firstLine) {
  int32_t line = firstLine;
  uint32_t position = 0;
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    const Instruction *instruction = &bytecode.instructions[index];
    if (instruction->line == line) {
      continue;
    }
    uint32_t step = instruction->newPrefixOffset - position;
    while (step > 255) {
      writeTableByte(255);
      writeTableByte(0);
      step -= 255;
    }
    int32_t lineStep = instruction->line - line;
    while (lineStep > 127 || lineStep < -128) {
      int32_t part = lineStep > 0 ? 127 : -128;
      writeTableByte(step);
      writeTableByte((uint32_t)part);
      step = 0;
      lineStep -= part;
    }
    writeTableByte(step);
    writeTableByte((uint32_t)lineStep);
    line = instruction->line;
    position = instruction->newPrefixOffset;
  }
}

/* ---- 3.10: pairs of bytes, a range's length and its distance in lines or -128 for none; Objects/lnotab_notes.txt ---- */

#define RANGE_WITHOUT_LINE (-128)

static void readLineRanges(const unsigned char *table, uint32_t length, int32_t firstLine) {
  int32_t computedLine = firstLine;
  uint32_t end = 0;
  uint32_t index = 0;
  for (uint32_t pair = 0; pair + 1 < length; pair += 2) {
    int32_t step = (signed char)table[pair + 1];
    if (step != RANGE_WITHOUT_LINE) {
      computedLine += step;
    }
    end += table[pair];
    while (index < bytecode.count && bytecode.instructions[index].offset < end) {
      bytecode.instructions[index].line = step == RANGE_WITHOUT_LINE ? -1 : computedLine;
      index += 1;
    }
  }
}

static void writeLineRange(uint32_t bytes, int32_t line, int32_t *previousLine) {
  int32_t step = RANGE_WITHOUT_LINE;
  if (line >= 0) {
    step = line - *previousLine;
    *previousLine = line;
    while (step > 127 || step < -127) {
      int32_t part = step > 0 ? 127 : -127;
      writeTableByte(0);
      writeTableByte((uint32_t)part);
      step -= part;
    }
  }
  while (bytes > 254) {
    writeTableByte(254);
    writeTableByte((uint32_t)step);
    step = line < 0 ? RANGE_WITHOUT_LINE : 0;
    bytes -= 254;
  }
  writeTableByte(bytes);
  writeTableByte((uint32_t)step);
}

static void writeLineRanges(int32_t firstLine) {
  int32_t previousLine = firstLine;
  uint32_t index = 0;
  while (index < bytecode.count) {
    uint32_t next = index + 1;
    while (next < bytecode.count && bytecode.instructions[next].line == bytecode.instructions[index].line) {
      next += 1;
    }
    uint32_t bytes = bytecode.instructions[next].newPrefixOffset - bytecode.instructions[index].newPrefixOffset;
    writeLineRange(bytes, bytecode.instructions[index].line, &previousLine);
    index = next;
  }
}

/* ---- 3.11: entries of a first byte and variable integers; Objects/locations.md ---- */

enum { LOCATION_SHORT_END = 10, LOCATION_ONE_LINE_END = 13, LOCATION_NO_COLUMNS = 13, LOCATION_LONG = 14, LOCATION_NONE = 15 };

typedef struct {
  const unsigned char *next;
  const unsigned char *end;
} TableReader;

static uint32_t readTableByte(TableReader *reader) { return reader->next < reader->end ? *reader->next++ : 0; }

/* Six bits a byte, the lowest first. */
static uint32_t readUnsigned(TableReader *reader) {
  uint32_t value = 0;
  uint32_t byte;
  int shift = 0;
  do {
    byte = readTableByte(reader);
    value |= (byte & 63) << shift;
    shift += 6;
  } while ((byte & 64) != 0 && shift < 32);
  return value;
}

static int32_t readSigned(TableReader *reader) {
  uint32_t value = readUnsigned(reader);
  return value & 1 ? -(int32_t)(value >> 1) : (int32_t)(value >> 1);
}

static void readLocation(TableReader *reader, uint32_t kind, int32_t *line, Instruction *location) {
  *location = (Instruction){.line = -1, .endLine = -1, .column = -1, .endColumn = -1};
  if (kind == LOCATION_NONE) {
    return;
  }
  if (kind < LOCATION_SHORT_END) {
    uint32_t byte = readTableByte(reader);
    location->column = (int32_t)(kind << 3 | byte >> 4);
    location->endColumn = location->column + (int32_t)(byte & 15);
    location->endLine = *line;
  } else if (kind < LOCATION_ONE_LINE_END) {
    *line += (int32_t)(kind - LOCATION_SHORT_END);
    location->column = (int32_t)readTableByte(reader);
    location->endColumn = (int32_t)readTableByte(reader);
    location->endLine = *line;
  } else if (kind == LOCATION_NO_COLUMNS) {
    *line += readSigned(reader);
    location->endLine = *line;
  } else {
    *line += readSigned(reader);
    location->endLine = *line + (int32_t)readUnsigned(reader);
    location->column = (int32_t)readUnsigned(reader) - 1;
    location->endColumn = (int32_t)readUnsigned(reader) - 1;
  }
  location->line = *line;
}

static void readLocations(const unsigned char *table, uint32_t length, int32_t firstLine) {
  TableReader reader = {table, table + length};
  int32_t line = firstLine;
  uint32_t end = 0;
  uint32_t index = 0;
  while (reader.next < reader.end) {
    uint32_t first = readTableByte(&reader);
    Instruction location;
    readLocation(&reader, first >> 3 & 15, &line, &location);
    end += ((first & 7) + 1) * 2;
    while (index < bytecode.count && bytecode.instructions[index].offset < end) {
      Instruction *instruction = &bytecode.instructions[index];
      instruction->line = location.line;
      instruction->endLine = location.endLine;
      instruction->column = location.column;
      instruction->endColumn = location.endColumn;
      index += 1;
    }
  }
}

static void writeUnsigned(uint32_t value) {
  while (value >= 64) {
    writeTableByte(64 | (value & 63));
    value >>= 6;
  }
  writeTableByte(value);
}

static void writeSigned(int32_t value) { writeUnsigned(value < 0 ? ((uint32_t)-value << 1 | 1) : (uint32_t)value << 1); }

static void writeLocation(const Instruction *location, int hasColumns, uint32_t bytes, int32_t *line) {
  uint32_t kind = location->line < 0 ? LOCATION_NONE : (hasColumns && location->column >= 0 ? LOCATION_LONG : LOCATION_NO_COLUMNS);
  for (uint32_t units = bytes / 2; units > 0;) {
    uint32_t part = units > 8 ? 8 : units;
    writeTableByte(128 | kind << 3 | (part - 1));
    units -= part;
    if (kind == LOCATION_NONE) {
      continue;
    }
    writeSigned(location->line - *line);
    *line = location->line;
    if (kind == LOCATION_LONG) {
      writeUnsigned((uint32_t)(location->endLine - location->line));
      writeUnsigned((uint32_t)(location->column + 1));
      writeUnsigned((uint32_t)(location->endColumn + 1));
    }
  }
}

static void writeLocations(int32_t firstLine) {
  int32_t line = firstLine;
  for (uint32_t index = 0; index < bytecode.count; index += 1) {
    const Instruction *instruction = &bytecode.instructions[index];
    writeLocation(instruction, 0, instruction->newOffset - instruction->newPrefixOffset, &line);
    writeLocation(instruction, 1, instruction[1].newPrefixOffset - instruction->newOffset, &line);
  }
}

/* ---- 3.11: the exception table; Objects/exception_handling_notes.txt ---- */

/* Six bits a byte, the highest first; the first byte of an entry is marked. */
static uint32_t readExceptionNumber(TableReader *reader) {
  uint32_t byte = readTableByte(reader);
  uint32_t value = byte & 63;
  while (byte & 64) {
    byte = readTableByte(reader);
    value = value << 6 | (byte & 63);
  }
  return value;
}

static void writeExceptionNumber(uint32_t value, uint32_t mark) {
  for (int shift = 30; shift > 0; shift -= 6) {
    if (value >> shift != 0) {
      writeTableByte(mark | 64 | (value >> shift & 63));
      mark = 0;
    }
  }
  writeTableByte(mark | (value & 63));
}

/* The instruction at a place counted in code units; -1 when it is none. */
static int64_t instructionAtUnit(uint32_t unit) {
  if (unit > bytecode.bytes / 2) {
    return -1;
  }
  return bytecode.instructionAt[unit];
}

/* Whether an exception can come to the handler from another line. Where it can come from its own line as well, it is taken for reported. */
static int isReachedFromOtherLine(int64_t handler, int64_t start, int64_t end) {
  for (int64_t index = start; index < end; index += 1) {
    int32_t line = bytecode.instructions[index].line;
    if (line >= 0 && line != bytecode.instructions[handler].line) {
      return 1;
    }
  }
  return 0;
}

/* Needs the lines of all instructions. */
static int markHandlers(const unsigned char *table, uint32_t length) {
  TableReader reader = {table, table + length};
  while (reader.next < reader.end) {
    uint32_t start = readExceptionNumber(&reader);
    uint32_t units = readExceptionNumber(&reader);
    uint32_t handler = readExceptionNumber(&reader);
    readExceptionNumber(&reader);
    if (instructionAtUnit(start + units) < 0 || instructionAtUnit(handler) < 0 || handler * 2 >= bytecode.bytes) {
      return 0;
    }
    if (isReachedFromOtherLine(instructionAtUnit(handler), instructionAtUnit(start), instructionAtUnit(start + units))) {
      bytecode.instructions[instructionAtUnit(handler)].isHandler = 1;
    }
  }
  return 1;
}

static void writeExceptionTable(const unsigned char *table, uint32_t length) {
  TableReader reader = {table, table + length};
  while (reader.next < reader.end) {
    uint32_t start = readExceptionNumber(&reader);
    uint32_t end = start + readExceptionNumber(&reader);
    uint32_t handler = readExceptionNumber(&reader);
    uint32_t depthAndKind = readExceptionNumber(&reader);
    uint32_t newStart = bytecode.instructions[instructionAtUnit(start)].newPrefixOffset / 2;
    uint32_t newEnd = bytecode.instructions[instructionAtUnit(end)].newPrefixOffset / 2;
    writeExceptionNumber(newStart, 128);
    writeExceptionNumber(newEnd - newStart, 0);
    writeExceptionNumber(bytecode.instructions[instructionAtUnit(handler)].newProbeOffset / 2, 0);
    writeExceptionNumber(depthAndKind, 0);
  }
}

/* ---- by version ---- */

static void readLineTable(const unsigned char *table, uint32_t length, int32_t firstLine) {
  if (countingSetup.versionHex < 0x030A) {
    readLineSteps(table, length, firstLine);
  } else if (countingSetup.versionHex < 0x030B) {
    readLineRanges(table, length, firstLine);
  } else {
    readLocations(table, length, firstLine);
  }
}

/* Into writtenTable; 0 when it found no room. */
static int writeLineTable(uint32_t originalLength, int32_t firstLine) {
  if (!reserveTable(originalLength * 4 + bytecode.count * 40 + 256)) {
    return 0;
  }
  if (countingSetup.versionHex < 0x030A) {
    writeLineSteps(firstLine);
  } else if (countingSetup.versionHex < 0x030B) {
    writeLineRanges(firstLine);
  } else {
    writeLocations(firstLine);
  }
  return isTableWhole();
}
