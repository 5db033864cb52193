"""Tries to load the recorder with each offset of this Python's layout moved a little: it must refuse, and never crash.

Usage: wrongLayouts.py PROBE_FOLDER NATIVE_FOLDER TABLES_FILE. Prints the fields whose wrong value was not noticed, as JSON.
"""

import json
import os
import sys

sys.path.insert(0, sys.argv[1])
from memory_lens_probe import layouts, native  # noqa: E402

# What tells of types and of attributes is read at the end only, and by reads that can't fault.
UNPROVED = {"preHeaderFlags", "managedDictFlag", "managedDict", "sharedKeys", "instanceValues", "instanceValuesTag", "hasOwnLocks", "skippedOwner"}


def is_refused(name, value):
    version = sys.version_info[:2]
    right = layouts.LAYOUTS[version]
    native.LAYOUTS = {version: dict(right, **{name: value})}
    try:
        native.NativeRecorder(sys.argv[2], sys.argv[3], "/", "auto", None)
    except native.Unavailable:
        return True
    finally:
        native.LAYOUTS = layouts.LAYOUTS
        if os.path.exists(sys.argv[3]):
            os.unlink(sys.argv[3])
    return False


def main():
    unnoticed = []
    right = layouts.LAYOUTS[sys.version_info[:2]]
    for name in sorted(set(right) - UNPROVED):
        for distance in (-16, -8, 8, 16, 64):
            if right[name] >= 0 and name != "instructionFactor" and not is_refused(name, right[name] + distance):
                unnoticed.append("%s%+d" % (name, distance))
    accepted = not is_refused("threadFrame", right["threadFrame"])
    print(json.dumps({"unnoticed": unnoticed, "rightIsAccepted": accepted}))


main()
