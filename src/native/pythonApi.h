/* What the library knows of the interpreter it was loaded into. Python's headers are not used: native.py resolves the functions by the
 * names listed here and hands over the offsets that differ between versions (layouts.py), so one build serves every version. */
#ifndef MEMORY_LENS_PYTHON_API_H
#define MEMORY_LENS_PYTHON_API_H

#include "platform.h"

typedef struct {
  void *context;
  void *(*malloc)(void *context, size_t bytes);
  void *(*calloc)(void *context, size_t count, size_t elementBytes);
  void *(*realloc)(void *context, void *block, size_t bytes);
  void (*free)(void *context, void *block);
} PythonAllocator;

/* PyMethodDef. */
typedef struct {
  const char *name;
  void *function;
  int flags;
  const char *documentation;
} PythonMethod;

#define METHOD_FASTCALL 0x80

/* F(result, name, parameters). Where a version has another name for a function, both are listed and the first that is there is used;
 * a function that a version has not is NULL. */
#define PYTHON_FUNCTIONS(F)                                                     \
  F(void, PyMem_GetAllocator, (int domain, PythonAllocator *))                  \
  F(void, PyMem_SetAllocator, (int domain, PythonAllocator *))                  \
  F(void *, PyThreadState_GetUnchecked, (void))                                 \
  F(void *, _PyThreadState_UncheckedGet, (void))                                \
  F(void *, PyGILState_GetThisThreadState, (void))                              \
  F(void *, PyInterpreterState_Main, (void))                                    \
  F(int, PyCode_Addr2Line, (void *code, int instruction))                       \
  F(void *, PyCFunction_NewEx, (PythonMethod *, void *self, void *module))      \
  F(void *, PyDict_GetItemString, (void *dict, const char *key))                \
  F(int, PyDict_Next, (void *dict, int64_t *position, void **key, void **value)) \
  F(void *, PyList_New, (int64_t size))                                         \
  F(int, Py_IsFinalizing, (void))                                               \
  F(int, _Py_IsFinalizing, (void))                                              \
  F(long long, PyLong_AsLongLong, (void *number))                               \
  F(void *, PySys_GetObject, (const char *name))                                \
  F(void *, PyObject_GetAttrString, (void *object, const char *name))           \
  F(void *, PyCapsule_GetPointer, (void *capsule, const char *name))            \
  F(void, PyErr_Fetch, (void **type, void **value, void **traceback))           \
  F(void, PyErr_Restore, (void *type, void *value, void *traceback))            \
  F(void, PyErr_Clear, (void))                                                  \
  F(int, PySys_AddAuditHook, (int (*hook)(const char *, void *, void *), void *data)) \
  F(void, Py_IncRef, (void *object))                                            \
  F(void, Py_DecRef, (void *object))

/* Addresses of objects: given with the functions. */
#define PYTHON_OBJECTS(F) \
  F(PyCode_Type)          \
  F(PyType_Type)          \
  F(PySet_Type)           \
  F(PyFrozenSet_Type)     \
  F(PyByteArray_Type)     \
  F(PyTuple_Type)         \
  F(PyList_Type)          \
  F(PyDict_Type)          \
  F(PyFrame_Type)         \
  F(PyMethod_Type)        \
  F(PyCFunction_Type)     \
  F(PySlice_Type)         \
  F(PyCell_Type)          \
  F(PyLong_Type)          \
  F(PyBool_Type)          \
  F(PyFloat_Type)         \
  F(PyUnicode_Type)       \
  F(PyBytes_Type)         \
  F(_Py_NoneStruct)

/* In bytes, -1 where a version has no such field. layouts.py has a table of them by version. */
#define PYTHON_LAYOUT(F)                                                             \
  F(threadFrame)       /* in the thread's state: its innermost frame (3.11, 3.12: its C frame) */ \
  F(cFrameCurrent)     /* 3.11, 3.12: in the C frame, the innermost frame */         \
  F(threadInterpreter)                                                               \
  F(frameCode)                                                                       \
  F(frameInstruction)  /* an address from 3.11 on, before that an index */           \
  F(framePrevious)                                                                   \
  F(frameLocals)       /* the first variable */                                      \
  F(frameOwner)        /* one byte; says which frames are the interpreter's own */   \
  F(skippedOwner)      /* not an offset: the value of such frames */                 \
  F(codeStart)         /* of the bytecode in a code object; -1: the instruction is an index */ \
  F(instructionFactor) /* not an offset: bytes an index counts */                    \
  F(codeFileName)                                                                    \
  F(codeName)          /* the qualified name where there is one */                   \
  F(codeFirstLine)                                                                   \
  F(codeVariableCount) /* of a frame; before 3.11 without cells */                   \
  F(codeFreeNames)     /* a tuple; -1 from 3.11 on */                                \
  F(codeCellNames)                                                                   \
  F(codeLength)        /* instructions, or the bytes object that holds them: see codeStart */ \
  F(textData)          /* of a compact ASCII text */                                 \
  F(wideTextData)      /* of any other compact text */                               \
  F(hasOwnLocks)       /* not an offset: 1 where interpreters of one process may run at the same time */ \
  F(preHeaderFlags)    /* not an offset: flags of types whose objects have two words before their header */ \
  F(managedDictFlag)   /* not an offset: flag of types whose instances keep their attributes by themselves */ \
  F(managedDict)       /* from such an object to its dict's address, if it has one by now */ \
  F(sharedKeys)        /* from a class to the keys of its instances' attributes */    \
  F(instanceValues)    /* 3.11, 3.12: from an object to the address of its attributes; 0: not kept so */ \
  F(instanceValuesTag) /* not an offset: what is added to that address */

typedef struct {
#define DECLARE_FUNCTION(result, name, parameters) result(*name) parameters;
  PYTHON_FUNCTIONS(DECLARE_FUNCTION)
#undef DECLARE_FUNCTION
#define DECLARE_OBJECT(name) void *name;
  PYTHON_OBJECTS(DECLARE_OBJECT)
#undef DECLARE_OBJECT
} PythonApi;

typedef struct {
#define DECLARE_OFFSET(name) int64_t name;
  PYTHON_LAYOUT(DECLARE_OFFSET)
#undef DECLARE_OFFSET
} PythonLayout;

/* The names in the order of the fields, for native.py. */
#define NAME_OF_FUNCTION(result, name, parameters) #name "\n"
#define NAME_OF_OBJECT(name) #name "\n"
static const char pythonApiNames[] = PYTHON_FUNCTIONS(NAME_OF_FUNCTION) PYTHON_OBJECTS(NAME_OF_OBJECT);
static const char pythonLayoutNames[] = PYTHON_LAYOUT(NAME_OF_OBJECT);

static PythonApi python;
static PythonLayout layout;
static char *mainInterpreter;

/* These offsets are the same in every version. */
#define OBJECT_REFERENCE_COUNT 0
#define OBJECT_TYPE 8
#define OBJECT_SIZE 16
#define LIST_ITEMS 24
#define DICT_KEYS 32
#define SET_TABLE 40
#define BYTEARRAY_BYTES 32
#define BYTES_DATA 32
#define HEADER_WORDS_BYTES 16 /* what the collector, or the managed dictionary, puts before an object */
#define TYPE_NAME 24
#define TYPE_BASIC_BYTES 32
#define TYPE_FLAGS 168

static inline char *pointerAt(const void *base, int64_t offset) { return *(char *const *)((const char *)base + offset); }
static inline uint32_t uint32At(const void *base, int64_t offset) { return *(const uint32_t *)((const char *)base + offset); }
static inline uint64_t uint64At(const void *base, int64_t offset) { return *(const uint64_t *)((const char *)base + offset); }

/* The state of the thread that holds the interpreter's lock; before 3.12 that is asked of the process, so a thread without the lock
 * gets another's. */
static inline char *currentThreadState(void) { return python.PyThreadState_GetUnchecked(); }

/* No lock but the interpreter's protects the tables: where each interpreter may have its own, only the main one is measured. Before that
 * all are, for blocks of one may be freed by another. */
static inline int ownsTables(const char *threadState) {
  if (threadState == NULL) return 0;
  return !layout.hasOwnLocks || pointerAt(threadState, layout.threadInterpreter) == mainInterpreter;
}

#endif
