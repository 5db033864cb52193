"""The functions that Python calls before and after each collection, among which are the program's own."""

from __future__ import annotations

import gc


def remove_collection_callback(callback: object) -> None:
    """Takes this very function out, where it is still there; comparing by `==` would ask the program's."""
    for index, found in enumerate(gc.callbacks):
        if found is callback:
            del gc.callbacks[index]
            return
