"""The recorder in pure Python, for interpreters in which the native one can't work.

tracemalloc says how much memory there is and by which line it was allocated, events of lines say which line changes it.
"""
