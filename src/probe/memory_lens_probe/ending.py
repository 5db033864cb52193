"""What is known about the program's end when it ends by itself: the uncaught error, a file that can't be parsed."""

from __future__ import annotations

import sys
from types import TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, Optional

    from .json_text import JsonValue

_MAX_ERROR_LENGTH = 500
_PLAIN_TYPES = (str, bytes, int, float, bool, type(None))
_SLOT_WRAPPER = type(object.__str__)


def uncaught_error() -> Optional[BaseException]:
    """Gives the error that Python has reported as uncaught; None: there was none, or SystemExit, which leaves no trace."""
    if sys.version_info >= (3, 12):
        error = getattr(sys, "last_exc", None)
    else:
        error = getattr(sys, "last_value", None)
    return error if isinstance(error, BaseException) else None


def describe_error(error: BaseException) -> str:
    """Gives the last line of the error's report as Python prints it, first line of the message only: `ValueError: message`.

    Runs no code of the program: Python has done so already to print it, and once more might print twice. So the message is left out where
    the program's classes make it.
    """
    error_type = type(error)
    name = error_type.__qualname__
    if error_type.__module__ not in ("builtins", "__main__"):
        name = "%s.%s" % (error_type.__module__, name)
    text = ""
    if isinstance(error, SyntaxError) and type(error.msg) is str:
        # Its str() has the place, too.
        text = error.msg
    elif type(error_type.__str__) is _SLOT_WRAPPER and all(type(item) in _PLAIN_TYPES for item in error.args):
        text = str(error)
    line = text.split("\n", 1)[0]
    return (name + ": " + line if line else name)[:_MAX_ERROR_LENGTH]


def syntax_error_message(error: BaseException) -> Optional[Dict[str, JsonValue]]:
    """Gives the message for the engine where the error is that the program's own file can't be parsed; None: it is not."""
    if not isinstance(error, SyntaxError) or type(error.filename) is not str or _has_run(error.__traceback__):
        return None
    return {
        "type": "syntaxError",
        "path": error.filename,
        "message": describe_error(error).partition(": ")[2],
        "line": error.lineno if type(error.lineno) is int and error.lineno > 0 else 1,
        # Python counts from 1, and has 0 or None where it does not know.
        "column": error.offset - 1 if type(error.offset) is int and error.offset > 0 else 0,
    }


def _has_run(traceback: Optional[TracebackType]) -> bool:
    """Says whether any code of the program ran: there are frames besides those of `python -m`."""
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if not name.startswith("<frozen ") and not name.endswith("runpy.py"):
            return True
        traceback = traceback.tb_next
    return False
