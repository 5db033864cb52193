"""One profiled run: from the engine's word how to measure, over the start of the recording, to the program's end.

Whatever goes wrong here, the program runs all the same, unprofiled, and the engine is told why.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import time

# By itself: the program may put another clock into the module.
from time import perf_counter

from .children import CHILDREN_NOTE, ChildWatch
from .ending import describe_error, syntax_error_message, uncaught_error
from .pipe import Pipe
from .profile_decorator import ProfileDecorator
from .resident_memory import resident_bytes

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as _signal
    from typing import Callable, Dict, List, Mapping, Optional, Tuple, Union

    from .fallback.recorder import FallbackRecorder
    from .inspection import Inspection
    from .json_text import JsonValue
    from .native import NativeRecorder
else:
    # Without what `signal` itself loads.
    import _signal

_PROTOCOL_VERSION = 1
_CONFIGURE_SECONDS = 5.0


class Session:
    """Measures the program that Python is about to run.

    Args:
        environment: What the engine put into the environment, ProbeEnvironment of src/protocol/probeMessages.ts.
        started_at_seconds: time.perf_counter() at the probe's first line.

    Raises:
        OSError: The engine does not listen.
    """

    def __init__(self, environment: Mapping[str, object], started_at_seconds: float) -> None:
        self._pipe = Pipe(str(environment["pipe"]))
        self._token = str(environment["token"])
        self._started_at_seconds = started_at_seconds
        self._process_id = os.getpid()
        self._recorder: Union[NativeRecorder, FallbackRecorder, None] = None
        self._stop_counting: Optional[Callable[[], List[str]]] = None
        self._children = ChildWatch()
        self._decorator: Optional[ProfileDecorator] = None
        self._inspection: Optional[Inspection] = None
        self._recording_since_seconds = 0.0

    def prepare(self) -> bool:
        """Asks the engine how to measure and gets everything ready; measures nothing yet.

        Returns:
            Whether there is something to start.
        """
        try:
            configuration = self._ask()
            if configuration is None:
                self._pipe.close()
                return False
            self._choose_recorder(configuration)
            self._decorator = ProfileDecorator(str(configuration["workspaceFolder"]), self._pipe.send)
            self._decorator.install(sys.argv[0] if sys.argv else "")
            # First of all handlers, so that it runs after all of the program's own.
            atexit.register(self._at_exit)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self._after_fork_in_child, after_in_parent=self._children.after_fork_in_parent)
            return True
        except Exception as error:
            self._give_up(error)
            return False

    def start(self) -> None:
        """Starts the clock and the recording; the last thing before the program."""
        recorder = self._recorder
        if recorder is None:
            return
        try:
            message: Dict[str, JsonValue] = {"type": "start", "startedAtEpochMs": time.time() * 1000}
            baseline_bytes = resident_bytes()
            if baseline_bytes is not None:
                message["baselineRssBytes"] = baseline_bytes
            self._pipe.send(message)
            self._recording_since_seconds = perf_counter()
            recorder.start()
        except Exception as error:
            self._give_up(error)

    def _ask(self) -> Optional[Dict[str, object]]:
        self._pipe.send(
            {
                "type": "hello",
                "protocolVersion": _PROTOCOL_VERSION,
                "token": self._token,
                "pid": self._process_id,
                "runtimeVersion": "%d.%d.%d" % sys.version_info[:3],
                "executable": sys.executable,
                "startupMs": (perf_counter() - self._started_at_seconds) * 1000,
            }
        )
        # Takes some milliseconds, in which the engine reads that. At the end the program may have changed how modules are imported.
        from . import inspection  # noqa: F401  # pyright: ignore[reportUnusedImport]

        message = self._pipe.receive(_CONFIGURE_SECONDS)
        return message if message is not None and message.get("type") == "configure" else None

    def _choose_recorder(self, configuration: Mapping[str, object]) -> None:
        workspace_folder = str(configuration["workspaceFolder"])
        mode = str(configuration["counting"])
        measuring: Dict[str, JsonValue]
        reason = "The settings ask for the recorder in Python."
        native = None
        if configuration["recorder"] != "fallback":
            native, reason = _load_native_recorder(configuration, workspace_folder)
        notes: List[str] = []
        if native is not None:
            self._recorder = native
            how, notes = self._start_counting(native, mode)
            measuring = {"type": "measuring", "recorder": "native", "counting": how}
        else:
            # Only now, for it imports modules that take long.
            from .fallback.recorder import FallbackRecorder

            self._recorder = FallbackRecorder(self._pipe.send, workspace_folder, mode)
            how = "none" if mode == "none" else ("monitoring" if sys.version_info >= (3, 12) else "tracing")
            measuring = {"type": "measuring", "recorder": "fallback", "reason": reason, "counting": how}
        self._pipe.send(measuring)
        for text in notes:
            self._note(text)
        self._prepare_inspection(native, workspace_folder, configuration.get("explain") is True)

    def _prepare_inspection(self, native: Optional[NativeRecorder], workspace_folder: str, is_explaining: bool) -> None:
        try:
            from .inspection import Inspection

            self._inspection = Inspection(native, workspace_folder, is_explaining)
        except Exception as error:
            self._note("What holds memory can't be found: %s." % _describe_failure(error))

    def _start_counting(self, native: NativeRecorder, mode: str) -> Tuple[str, List[str]]:
        try:
            from . import counting

            self._stop_counting = counting.stop_counting
            return counting.start_counting(native, mode)
        except Exception as error:
            return "none", ["Executions of lines are not counted: %s." % _describe_failure(error)]

    def _note(self, text: str) -> None:
        self._pipe.send({"type": "note", "text": text})

    def _at_exit(self) -> None:
        if self._recorder is None or os.getpid() != self._process_id:
            return
        if self._inspection is not None:
            self._inspection.note_threads()
        if gc.isenabled():
            # Python collects once more before it takes the modules apart: what is alive then is what the profile tells. So nothing runs
            # earlier, later or more often than without the probe.
            gc.callbacks.append(self._on_collection)
        else:
            _hold_signals()
            self._end()

    def _on_collection(self, phase: str, info: Dict[str, int]) -> None:
        # Not a collection of the last handlers or threads.
        if phase == "stop" and info.get("generation") == 2 and sys.is_finalizing():
            self._end()
            if gc.get_freeze_count() == 0:
                # Sets the count of allocations since the collection back to none, so that ours start no other one.
                gc.freeze()
                gc.unfreeze()

    def _end(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        ran_seconds = perf_counter() - self._recording_since_seconds
        try:
            for text in self._stop_counting() if self._stop_counting is not None else []:
                self._note(text)
            recorder.stop()
            record_survivors = getattr(recorder, "record_survivors", None)
            if record_survivors is not None:
                record_survivors()
            self._inspect(ran_seconds)
            recorder.end()
            self._tell_end(ran_seconds)
        except Exception as error:
            self._note("The end of the program could not be recorded: %s." % describe_error(error))
        self._pipe.close()

    def _inspect(self, ran_seconds: float) -> None:
        """Tells what holds memory; the profile stands without it."""
        # Let go, for what it has noted of the program's classes would keep their modules.
        inspection, self._inspection = self._inspection, None
        if inspection is None:
            return
        try:
            self._pipe.send(inspection.look(ran_seconds))
        except Exception as error:
            self._note("What holds memory could not be found: %s." % _describe_failure(error))

    def _tell_end(self, ran_seconds: float) -> None:
        if self._children.has_seen_children():
            self._note(CHILDREN_NOTE)
        for text in self._decorator.notes() if self._decorator is not None else []:
            self._note(text)
        error = uncaught_error()
        end: Dict[str, JsonValue] = {
            "type": "end",
            "atMs": ran_seconds * 1000,
            # What Python will end with is not known here; the engine sees it.
            "exitCode": 0 if error is None else 1,
        }
        if error is not None:
            end["error"] = describe_error(error)
            syntax_error = syntax_error_message(error)
            if syntax_error is not None:
                self._pipe.send(syntax_error)
        self._pipe.send(end)

    def _after_fork_in_child(self) -> None:
        recorder, self._recorder = self._recorder, None
        disable = getattr(recorder, "disable_in_child", None)
        if disable is not None:
            disable()
        self._pipe.close()

    def _give_up(self, error: Exception) -> None:
        """Leaves the program unprofiled, and tells the engine where it went wrong."""
        recorder, self._recorder = self._recorder, None
        self._note("The program runs unprofiled, for the probe has failed: %s." % _describe_failure(error))
        try:
            if self._stop_counting is not None:
                self._stop_counting()
            if recorder is not None:
                recorder.stop()
                recorder.end()
        except Exception as another:
            self._note("It could not be stopped either: %s." % describe_error(another))
        self._pipe.close()


def _hold_signals() -> None:
    """Has signals wait for the process' end: when Python has begun it itself, it runs the program's handlers no more either."""
    if sys.platform != "win32":
        _signal.pthread_sigmask(_signal.SIG_BLOCK, _signal.valid_signals())


def _describe_failure(error: Exception) -> str:
    """Names an error of ours and its place."""
    place = ""
    traceback = error.__traceback__
    while traceback is not None:
        place = "%s, line %d" % (os.path.basename(traceback.tb_frame.f_code.co_filename), traceback.tb_lineno)
        traceback = traceback.tb_next
    return "%s (%s)" % (describe_error(error), place)


def _load_native_recorder(configuration: Mapping[str, object], workspace_folder: str) -> Tuple[Optional[NativeRecorder], str]:
    """Gives the recorder, or why there is none."""
    try:
        # Python may have been built without ctypes.
        from .native import NativeRecorder, Unavailable
    except ImportError as error:
        return None, "The native recorder can't be loaded: %s." % error
    interval = configuration["samplingIntervalBytes"]
    try:
        recorder = NativeRecorder(
            str(configuration["nativeFolder"]),
            str(configuration["tablesPath"]),
            workspace_folder,
            str(configuration["precision"]),
            int(interval) if isinstance(interval, (int, float)) else None,
        )
    except Unavailable as unavailable:
        return None, str(unavailable)
    return recorder, ""
