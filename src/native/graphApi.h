/* What the graph of objects needs of the interpreter besides what the recorder does, resolved the same way (pythonApi.h). */
#ifndef MEMORY_LENS_GRAPH_API_H
#define MEMORY_LENS_GRAPH_API_H

#include "pythonApi.h"

#define GRAPH_FUNCTIONS(F) \
  F(void *, _PyType_Lookup, (void *type, void *name)) \
  F(void *, PyObject_CallFunctionObjArgs, (void *callable, ...)) \
  F(void *, PyList_New, (int64_t size)) \
  F(int, PyList_Append, (void *list, void *item)) \
  F(void *, PyLong_FromLong, (long number)) \
  F(void *, PyInterpreterState_ThreadHead, (void *interpreter)) \
  F(void *, PyThreadState_Next, (void *threadState))

#define GRAPH_OBJECTS(F) \
  F(PyBaseObject_Type) \
  F(PyMethodDescr_Type) \
  F(PyODict_Type) \
  F(PyUnicode_Type) \
  F(PyBytes_Type) \
  F(PyModule_Type)

static struct {
#define DECLARE_FUNCTION(result, name, parameters) result(*name) parameters;
  GRAPH_FUNCTIONS(DECLARE_FUNCTION)
#undef DECLARE_FUNCTION
#define DECLARE_OBJECT(name) void *name;
  GRAPH_OBJECTS(DECLARE_OBJECT)
#undef DECLARE_OBJECT
} graphApi;

static const char graphApiNamesText[] = GRAPH_FUNCTIONS(NAME_OF_FUNCTION) GRAPH_OBJECTS(NAME_OF_OBJECT);

typedef int (*VisitReferent)(void *referent, void *context);

/* These offsets are the same in every version. */
#define TYPE_ITEM_BYTES 40
#define TYPE_TRAVERSE 184
#define TYPE_BASE 256
#define TYPE_IS_COLLECTED 328
#define TYPE_ORDER_OF_BASES 344
#define LIST_CAPACITY 32
#define DICT_USED 16
#define DICT_VALUES 40
#define ARRAY_DATA 16

#define IS_TUPLE (1u << 26)

#endif
