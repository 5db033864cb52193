/* What compilers call by name for copies and for clearing, whatever the flags say (GCC's manual: "Language Standards Supported"). The
 * built libraries link no C library, so they bring these themselves; a library that a person's own compiler makes has its system's. */
#if defined(MEMORY_LENS_FREESTANDING)

#include <stddef.h>

void *memcpy(void *target, const void *source, size_t bytes);
void *memset(void *target, int value, size_t bytes);

void *memcpy(void *target, const void *source, size_t bytes) {
  char *to = target;
  const char *from = source;
  for (size_t i = 0; i < bytes; i++) to[i] = from[i];
  return target;
}

void *memset(void *target, int value, size_t bytes) {
  char *to = target;
  for (size_t i = 0; i < bytes; i++) to[i] = (char)value;
  return target;
}

#endif
