/* The running stack, read from the interpreter's frames by offsets: PyEval_GetFrame would make a frame object, which allocates, and on 3.11
 * and older may start a collection, inside the allocator.
 *
 * The last stack is kept frame by frame. The walk compares each frame with it and looks up only what changed; it never looks into a frame
 * that is not on the running chain. */
#include "tablesFile.h"

#define MOST_WALKED_FRAMES 1024
/* Of a deeper stack so many innermost frames are read, anew each time. */
#define FRAMES_OF_DEEP_STACKS 256
#define FARTHEST_USER_FRAME 100000
#define SITE_SLOTS 1024u

typedef struct {
  const char *frame;
  const char *code;
  uint64_t instruction; /* as the frame has it */
  uint32_t path;        /* of the user's frames up to this one */
  uint32_t userCode, userLine; /* innermost frame of the user's up to this one; NOT_USER: none */
  uint32_t stack; /* UNKNOWN_STACK until it is asked for */
} WalkedFrame;

/* Outermost first; from `stackCache.frames[1]` on, [0] is what stands outside all frames. */
static struct {
  WalkedFrame frames[MOST_WALKED_FRAMES + 2];
  int32_t innermost; /* index */
  uint64_t walkedFrameCount; /* over the whole run: what capturing cost */
} stackCache;

/* What an instruction under a path was found to mean. */
typedef struct {
  const char *code;
  uint64_t instruction;
  uint32_t outerPath, path, userCode, userLine;
  uint32_t stack; /* UNKNOWN_STACK until it is asked for */
  uint32_t epoch;
} Site;

static struct {
  Site slots[SITE_SLOTS];
  uint32_t epoch; /* sites of another are void: a code object was freed since, and its address may be another's */
} sites = {.epoch = 1};

static void forgetStackCache(void) {
  stackCache.innermost = 0;
  sites.epoch++;
}

static void prepareCapture(void) {
  stackCache.frames[0] = (WalkedFrame){.path = ROOT_NODE, .userCode = NOT_USER, .stack = 0};
  forgetStackCache();
}

/* Frames of the interpreter itself (3.12 and later) stand for no Python code. */
static inline const char *pythonFrame(const char *frame) {
  if (layout.frameOwner >= 0) {
    while (frame != NULL && *(const uint8_t *)(frame + layout.frameOwner) == (uint8_t)layout.skippedOwner) {
      frame = pointerAt(frame, layout.framePrevious);
    }
  }
  return frame;
}

static inline const char *callerOf(const char *frame) { return pythonFrame(pointerAt(frame, layout.framePrevious)); }

static inline const char *innermostFrame(const char *threadState) {
  const char *frame = pointerAt(threadState, layout.threadFrame);
  if (layout.cFrameCurrent >= 0) frame = frame == NULL ? NULL : pointerAt(frame, layout.cFrameCurrent);
  return pythonFrame(frame);
}

static inline uint64_t instructionOf(const char *frame) {
  if (layout.codeStart >= 0) return uint64At(frame, layout.frameInstruction);
  return uint32At(frame, layout.frameInstruction);
}

/* In bytes from the start of the bytecode. */
static inline int32_t instructionIndex(const WalkedFrame *walked) {
  if (layout.codeStart >= 0) return (int32_t)(walked->instruction - (uint64_t)(uintptr_t)(walked->code + layout.codeStart));
  return (int32_t)((int64_t)(int32_t)walked->instruction * layout.instructionFactor);
}

static inline Site *siteOf(const WalkedFrame *walked) {
  uint64_t hash = (walked->instruction ^ (uint64_t)walked[-1].path << 20 ^ (uint64_t)(uintptr_t)walked->code >> 4) * 0x9E3779B97F4A7C15ULL;
  return &sites.slots[hash >> 54 & (SITE_SLOTS - 1)];
}

static void inheritFrame(WalkedFrame *walked) {
  walked->path = walked[-1].path;
  walked->userCode = walked[-1].userCode;
  walked->userLine = walked[-1].userLine;
  walked->stack = walked[-1].stack;
}

/* Fills in what a frame means under the one outside it. */
static inline void resolveFrame(WalkedFrame *walked) {
  uint32_t outerPath = walked[-1].path;
  Site *site = siteOf(walked);
  if (LIKELY(site->instruction == walked->instruction && site->code == walked->code && site->outerPath == outerPath &&
             site->epoch == sites.epoch)) {
    walked->path = site->path;
    walked->userCode = site->userCode;
    walked->userLine = site->userLine;
    walked->stack = site->stack;
    return;
  }
  KnownCode known = knownCode((void *)walked->code);
  if (known.entry == NOT_USER) {
    inheritFrame(walked);
    return;
  }
  walked->userCode = known.entry;
  walked->userLine = lineOf((void *)walked->code, known.serial, instructionIndex(walked));
  walked->path = pathWith(outerPath, walked->userCode, walked->userLine);
  walked->stack = UNKNOWN_STACK;
  *site = (Site){walked->code,     walked->instruction, outerPath,     walked->path,
                 walked->userCode, walked->userLine,    UNKNOWN_STACK, sites.epoch};
}

static OUT_OF_LINE uint32_t findStackOfFrame(WalkedFrame *walked) {
  uint32_t path = walked->path, code = walked->userCode, line = walked->userLine;
  uint32_t stack = code == NOT_USER ? 0 : stackOf(path, code, line);
  /* And so for the frames outside that stand for the same: those of libraries got it from the user's one. */
  for (; walked->path == path && walked->userCode == code && walked->userLine == line && walked > stackCache.frames; walked--) {
    Site *site = siteOf(walked);
    walked->stack = stack;
    if (site->instruction == walked->instruction && site->code == walked->code && site->path == path) site->stack = stack;
  }
  return stack;
}

static inline uint32_t stackOfFrame(WalkedFrame *walked) {
  return LIKELY(walked->stack != UNKNOWN_STACK) ? walked->stack : findStackOfFrame(walked);
}

/* Where the innermost frame stands if the chain grew or shrank by a few frames since the last walk; 0: can't be told. */
static int32_t guessInnermost(const char *frame) {
  int32_t last = stackCache.innermost;
  for (int32_t entered = 0; entered < 6 && frame != NULL; entered++) {
    int32_t nearest = last - 16 > 0 ? last - 16 : 0;
    for (int32_t index = last; index > nearest; index--) {
      if (stackCache.frames[index].frame == frame) return index + entered;
    }
    frame = callerOf(frame);
  }
  return 0;
}

static inline void readFrame(WalkedFrame *walked, const char *frame) {
  walked->frame = frame;
  walked->code = pointerAt(frame, layout.frameCode);
  walked->instruction = instructionOf(frame);
}

/* More frames than are kept: the innermost ones, and however far out it is, the user's innermost. */
static OUT_OF_LINE uint32_t stackOfDeepChain(const char *frame) {
  static const char *chain[FRAMES_OF_DEEP_STACKS];
  int32_t count = 0;
  int32_t hasUserFrame = 0;
  for (int32_t walkedCount = 0; frame != NULL && walkedCount < FARTHEST_USER_FRAME; frame = callerOf(frame), walkedCount++) {
    int32_t isUsers = knownCode(pointerAt(frame, layout.frameCode)).entry != NOT_USER;
    if (count == FRAMES_OF_DEEP_STACKS) {
      if (hasUserFrame) break;
      if (!isUsers) continue;
      count--;
    }
    chain[count++] = frame;
    hasUserFrame |= isUsers;
  }
  stackCache.innermost = 0;
  for (int32_t i = 1; i <= count; i++) {
    readFrame(&stackCache.frames[i], chain[count - i]);
    resolveFrame(&stackCache.frames[i]);
  }
  stackCache.walkedFrameCount += (uint64_t)count * 4;
  uint32_t stack = stackOfFrame(&stackCache.frames[count]);
  stackCache.innermost = 0;
  return stack;
}

/* Another chain than last time: its length is found first, then it is written over what was there. */
static OUT_OF_LINE uint32_t stackOfOtherChain(const char *innermost) {
  int32_t count = 0;
  for (const char *frame = innermost; frame != NULL; frame = callerOf(frame)) {
    if (++count > MOST_WALKED_FRAMES) return stackOfDeepChain(innermost);
  }
  int32_t index = count, changed = stackCache.innermost + 1;
  for (const char *frame = innermost; frame != NULL; frame = callerOf(frame), index--) {
    WalkedFrame now = {0}, *walked = &stackCache.frames[index];
    readFrame(&now, frame);
    if (walked->frame == now.frame && walked->instruction == now.instruction && walked->code == now.code) continue;
    walked->frame = now.frame;
    walked->code = now.code;
    walked->instruction = now.instruction;
    if (index < changed) changed = index;
  }
  for (index = changed; index <= count; index++) resolveFrame(&stackCache.frames[index]);
  stackCache.innermost = count;
  stackCache.walkedFrameCount += (uint64_t)count * 2;
  return stackOfFrame(&stackCache.frames[count]);
}

/* The same address, but in the processor's eyes not the one that was just read from the last frame: so it may look into this frame before
 * it has got to the end of that one, which halves the time of a deep walk. */
static inline const char *independently(const char *address) {
  __asm__ volatile("" : "+r"(address));
  return address;
}

/* The stack that runs in this thread, as an index into the tables. */
static uint32_t runningStack(const char *threadState) {
  const char *innermost = innermostFrame(threadState);
  if (UNLIKELY(innermost == NULL)) return 0;
  int32_t last = stackCache.frames[stackCache.innermost].frame == innermost ? stackCache.innermost : guessInnermost(innermost);
  if (UNLIKELY(last == 0 || last > MOST_WALKED_FRAMES)) return stackOfOtherChain(innermost);
  /* In registers: what follows runs at every event for every frame. */
  const int64_t previous = layout.framePrevious, owner = layout.frameOwner, instructionAt = layout.frameInstruction;
  const uint8_t skippedOwner = (uint8_t)layout.skippedOwner;
  const int isAddress = layout.codeStart >= 0;
  WalkedFrame *walked = &stackCache.frames[last], *changed = &stackCache.frames[stackCache.innermost + 1];
  const char *frame = innermost;
  while (frame != NULL && walked > stackCache.frames) {
    uint64_t instruction = isAddress ? uint64At(frame, instructionAt) : uint32At(frame, instructionAt);
    /* An instruction's address says which code it is in. */
    if (UNLIKELY(walked->frame != frame || walked->instruction != instruction ||
                 !(isAddress || walked->code == pointerAt(frame, layout.frameCode)))) {
      walked->frame = frame;
      walked->code = pointerAt(frame, layout.frameCode);
      walked->instruction = instruction;
      if (walked < changed) changed = walked;
    }
    frame = pointerAt(frame, previous);
    while (owner >= 0 && frame != NULL && *(const uint8_t *)(frame + owner) == skippedOwner) frame = pointerAt(frame, previous);
    walked--;
    if (LIKELY(frame == walked->frame)) frame = independently(walked->frame);
  }
  if (UNLIKELY(frame != NULL || walked != stackCache.frames)) {
    /* The guess was wrong, and what was written has no paths. */
    stackCache.innermost = 0;
    return stackOfOtherChain(innermost);
  }
  WalkedFrame *end = &stackCache.frames[last];
  for (walked = changed; walked <= end; walked++) resolveFrame(walked);
  stackCache.innermost = last;
  stackCache.walkedFrameCount += (uint64_t)last;
  return stackOfFrame(end);
}
