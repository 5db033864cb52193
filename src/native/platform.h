/* What the library needs of the operating system: pages, a clock, a file mapping. Nothing of the C library is linked, so one build runs
 * wherever the processor and the system's calling convention are the same. */
#ifndef MEMORY_LENS_PLATFORM_H
#define MEMORY_LENS_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

#define LIKELY(condition) __builtin_expect(!!(condition), 1)
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define OUT_OF_LINE __attribute__((noinline))
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#if defined(_WIN32)

#define EXPORT __declspec(dllexport)
#define WINDOWS_MEMORY_COMMIT_RESERVE 0x3000
#define WINDOWS_MEMORY_RELEASE 0x8000
#define WINDOWS_PAGE_READ_WRITE 4
#define WINDOWS_THIS_PROCESS ((void *)(intptr_t)-1)

__declspec(dllimport) void *__stdcall VirtualAlloc(void *, size_t, unsigned long, unsigned long);
__declspec(dllimport) int __stdcall VirtualFree(void *, size_t, unsigned long);
__declspec(dllimport) int __stdcall ReadProcessMemory(void *, const void *, void *, size_t, size_t *);
__declspec(dllimport) int __stdcall QueryPerformanceCounter(int64_t *);
__declspec(dllimport) int __stdcall QueryPerformanceFrequency(int64_t *);

int __stdcall DllMainCRTStartup(void *module, unsigned long reason, void *reserved) {
  (void)module, (void)reason, (void)reserved;
  return 1;
}

/* Fresh zeroed pages, NULL when there are none. */
static void *takePages(size_t bytes) { return VirtualAlloc(NULL, bytes, WINDOWS_MEMORY_COMMIT_RESERVE, WINDOWS_PAGE_READ_WRITE); }

static void releasePages(void *pages, size_t bytes) {
  (void)bytes;
  VirtualFree(pages, 0, WINDOWS_MEMORY_RELEASE);
}

/* Nothing forks. */
static void zeroInForkedChild(void *pages, size_t bytes) { (void)pages, (void)bytes; }

static uint64_t monotonicUs(void) {
  int64_t ticks = 0, ticksPerSecond = 1;
  QueryPerformanceCounter(&ticks);
  QueryPerformanceFrequency(&ticksPerSecond);
  return (uint64_t)(ticks / ticksPerSecond * 1000000 + ticks % ticksPerSecond * 1000000 / ticksPerSecond);
}

/* Reads without a fault whatever the address; `descriptors` are for systems that need them. */
static int readSafely(const int descriptors[2], const void *address, void *result, size_t bytes) {
  size_t readBytes = 0;
  (void)descriptors;
  return ReadProcessMemory(WINDOWS_THIS_PROCESS, address, result, bytes, &readBytes) && readBytes == bytes;
}

/* Windows keeps what is not constant where it may be written to. */
static int writeSafely(const int descriptors[2], void *address, const void *value, size_t bytes) {
  (void)descriptors;
  for (size_t i = 0; i < bytes; i++) ((char *)address)[i] = ((const char *)value)[i];
  return 1;
}

#else

#define EXPORT __attribute__((visibility("default")))
#define PROTECTION_READ_WRITE 3
#define MAPPING_SHARED 1
#define ADVICE_WIPE_ON_FORK 18
#define MAPPING_FAILED ((void *)-1)
#if defined(__APPLE__)
#define MAPPING_PRIVATE_ANONYMOUS 0x1002
#define CLOCK_ID_MONOTONIC 6
#else
#define MAPPING_PRIVATE_ANONYMOUS 0x22
#define CLOCK_ID_MONOTONIC 1
#endif

typedef struct {
  long seconds, nanoseconds;
} SystemTime;

extern void *mmap(void *, size_t, int, int, int, int64_t);
extern int munmap(void *, size_t);
extern int madvise(void *, size_t, int);
extern long read(int, void *, size_t);
extern long write(int, const void *, size_t);
extern int clock_gettime(int, SystemTime *);

/* Fresh zeroed pages, NULL when there are none. */
static void *takePages(size_t bytes) {
  void *pages = mmap(NULL, bytes, PROTECTION_READ_WRITE, MAPPING_PRIVATE_ANONYMOUS, -1, 0);
  return pages == MAPPING_FAILED ? NULL : pages;
}

static void releasePages(void *pages, size_t bytes) { munmap(pages, bytes); }

/* So that a forked child finds these pages zeroed, from Linux 4.14 on. */
static void zeroInForkedChild(void *pages, size_t bytes) {
#if defined(__linux__)
  madvise(pages, (bytes + 4095) & ~(size_t)4095, ADVICE_WIPE_ON_FORK);
#else
  (void)pages, (void)bytes;
#endif
}

/* The file's pages, shared with whoever else maps it; the descriptor may be closed afterwards. */
static void *mapSharedFile(int descriptor, size_t bytes) {
  void *pages = mmap(NULL, bytes, PROTECTION_READ_WRITE, MAPPING_SHARED, descriptor, 0);
  return pages == MAPPING_FAILED ? NULL : pages;
}

static uint64_t monotonicUs(void) {
  SystemTime now;
  clock_gettime(CLOCK_ID_MONOTONIC, &now);
  return (uint64_t)now.seconds * 1000000 + (uint64_t)now.nanoseconds / 1000;
}

/* Reads without a fault whatever the address: the kernel refuses to write from an unmapped page into the pipe. */
static int readSafely(const int descriptors[2], const void *address, void *result, size_t bytes) {
  if (write(descriptors[1], address, bytes) != (long)bytes) return 0;
  return read(descriptors[0], result, bytes) == (long)bytes;
}

/* Writes up to eight bytes; 0 where that page may only be read, which the kernel finds when it is to put them there. */
static int writeSafely(const int descriptors[2], void *address, const void *value, size_t bytes) {
  uint64_t unread;
  if (write(descriptors[1], value, bytes) != (long)bytes) return 0;
  if (read(descriptors[0], address, bytes) == (long)bytes) return 1;
  read(descriptors[0], &unread, bytes);
  return 0;
}

#endif

/* The compiler may ask for these by name; nothing else brings them when the C library is not linked. */
static void copyBytes(void *target, const void *source, size_t bytes) {
  char *to = target;
  const char *from = source;
  for (size_t i = 0; i < bytes; i++) to[i] = from[i];
}

static int sameBytes(const void *left, const void *right, size_t bytes) {
  const char *a = left, *b = right;
  for (size_t i = 0; i < bytes; i++) {
    if (a[i] != b[i]) return 0;
  }
  return 1;
}

/* Bits of `value` mixed well enough for a table of a power of two. */
static inline uint64_t mixBits(uint64_t value) {
  value *= 0x9E3779B97F4A7C15ULL;
  return value ^ (value >> 29);
}

#endif
