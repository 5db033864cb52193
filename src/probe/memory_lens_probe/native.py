"""The native recorder: loads the library, proves that it understands this interpreter, and steers it.

All figures are kept by the library in the file of tables (src/native/tables.h); nothing of them passes through Python.
"""

from __future__ import annotations

import gc
import os
import struct
import sys

from .collection_callbacks import remove_collection_callback
from .inspection.safe_reading import is_module, module_dict
from .layouts import LAYOUTS
from .library_file import is_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Callable, Dict, List, Optional, Tuple

_LIBRARY_VERSION = 1
_CALIBRATED_FRAMES = 32
# Functions of the library that are looked up in advance, for audit hooks of the program's would see that.
_USED_AT_END = (
    "stopCounting",
    "droppedLineCount",
    "unreachedModuleCount",
    "bytecodeReaderModuleCount",
    "disableInChild",
    "isProgramAuditing",
    "noteCyclesAtEnd",
    "stopRecording",
    "nameSurvivors",
    "nameBuffersOfObjects",
    "nameOtherSurvivors",
    "endRecording",
)
_LIBRARY_SUFFIXES = {"win32": ".dll", "darwin": ".dylib"}
# One text for each way in which CPython stores them.
_CALIBRATED_TEXTS = ("memory", "m\xe9moire", "\u8a18\u61b6", "\U0001f9e0 lens", "\xe9" * 300)


class Unavailable(Exception):
    """The native recorder can't be used here; the message is a whole sentence for the profile's notes."""


class _Sample:
    """Its instances have one attribute."""

    attribute: None


class NativeRecorder:
    """Records allocations of the main interpreter natively.

    Attributes:
        library: The loaded library (a ctypes.PyDLL).
    """

    def __init__(self, native_folder: str, tables_path: str, workspace_folder: str, precision: str, interval: Optional[int]) -> None:
        """Loads and calibrates the library and makes the file of tables; nothing is recorded yet.

        Args:
            native_folder: Where the built libraries lie.
            tables_path: The file to make.
            workspace_folder: Files under it are the user's own.
            precision: `auto`, `exact` or `sampled`.
            interval: Mean bytes between two samples at first; None leaves the choice to the library.

        Raises:
            Unavailable: This interpreter, platform or machine is not one that the library can measure.
        """
        _refuse_unknown_interpreters()
        try:
            import ctypes
        except ImportError:
            raise Unavailable("This Python has no ctypes, by which the native recorder is loaded.") from None
        self._ctypes = ctypes
        self._precision = precision
        self._interval = interval
        path = os.path.join(native_folder, library_name())
        if not os.path.exists(path):
            raise Unavailable("There is no native recorder for this platform ({}).".format(library_name()))
        try:
            if not is_whole(path):
                raise Unavailable("The native recorder's file was cut short: {}.".format(path))
            self.library = ctypes.PyDLL(path)
        except OSError as error:
            raise Unavailable("The native recorder can't be loaded: {}.".format(str(error).rstrip("."))) from None
        if self.library.libraryVersion() != _LIBRARY_VERSION:
            raise Unavailable("The native recorder is of another version than the probe.")
        self._use_python()
        self._calibrate()
        self._prepare(tables_path, workspace_folder)
        self._watch_collector()
        for name in _USED_AT_END:
            # ctypes keeps them.
            getattr(self.library, name)

    def start(self) -> None:
        """Begins to record. Call it last, for what runs between it and the program is recorded, too."""
        self.library.makeCollectionCallback.restype = self._ctypes.py_object
        self._collection_callback: Callable[[str, Dict[str, int]], None] = self.library.makeCollectionCallback()
        gc.callbacks.append(self._collection_callback)
        self.library.startRecording(
            int(self._precision == "exact"), int(self._precision == "sampled"), self._ctypes.c_uint64(self._interval or 0)
        )

    def stop(self) -> None:
        """Ends the recording: the figures stand."""
        if not gc.isenabled():
            # Python does not look for garbage either.
            self.library.noteCyclesAtEnd()
        self.library.stopRecording()
        remove_collection_callback(self._collection_callback)

    def record_survivors(self) -> None:
        """Records the types of what is alive, after `stop` and a collection."""
        try:
            reader, writer = os.pipe()
        except OSError:
            # No descriptor is left: the profile has no types.
            return
        self.library.nameSurvivors.restype = self._ctypes.c_int64
        if self.library.nameSurvivors(reader, writer) > 0:
            # Audit hooks of the program's would see that objects are asked for.
            if not self.library.isProgramAuditing():
                self._name_buffers_of_objects()
            self.library.nameOtherSurvivors()
        os.close(reader)
        os.close(writer)

    def _name_buffers_of_objects(self) -> None:
        """Names what containers own that are from before the recording, or that no sample took."""
        objects = gc.get_objects()
        main = sys.modules.get("__main__")
        # The program may have put another object there.
        if is_module(main):
            # The collector does not know of bytearrays, nor of dicts that hold numbers and texts only.
            objects.extend(module_dict(main).values())
        self.library.nameBuffersOfObjects(self._ctypes.py_object(objects))

    def end(self) -> None:
        """Lets go of the tables of what is alive, which until then follow what is freed."""
        self.library.endRecording()

    def disable_in_child(self) -> None:
        """For a forked child, whose tables are its parent's."""
        self.library.disableInChild()

    def _watch_collector(self) -> None:
        """Gets ready to note what the collector finds, and where the program switches it off, tunes it, or asks it to run."""
        reader, writer = os.pipe()
        thresholds = (self._ctypes.c_uint32 * 3)(*gc.get_threshold())
        self.library.findGenerations(thresholds, reader, writer)
        _Sample().attribute = None
        objects = (self._ctypes.py_object(_Sample), self._ctypes.py_object(sys.intern("attribute")))
        self.library.findSharedKeys(*objects, reader, writer)
        self.library.watchCollectorChanges(self._ctypes.py_object(gc), reader, writer)
        os.close(reader)
        os.close(writer)

    def _use_python(self) -> None:
        """Hands the library the addresses and offsets that it asks for by name."""
        ctypes = self._ctypes
        library = self.library
        for name in ("apiNames", "layoutNames"):
            getattr(library, name).restype = ctypes.c_char_p
        api_names: List[str] = library.apiNames().decode().split()
        layout_names: List[str] = library.layoutNames().decode().split()
        layout = LAYOUTS[sys.version_info[:2]]
        addresses = [_address_of(name) for name in api_names]
        offsets = [layout[name] for name in layout_names]
        api = struct.pack("{}Q".format(len(addresses)), *addresses)
        if not library.usePython(api, struct.pack("{}q".format(len(offsets)), *offsets)):
            raise Unavailable("This Python does not offer the functions that the native recorder needs.")

    def _calibrate(self) -> None:
        """Compares what the library reads with what Python says, by reads that can't fault."""
        reader, writer = os.pipe()
        try:
            self._calibrate_frames(reader, writer)
            self._calibrate_locals(reader, writer)
            self._calibrate_texts(reader, writer)
            self._calibrate_codes(reader, writer)
        finally:
            os.close(reader)
            os.close(writer)

    def _calibrate_frames(self, reader: int, writer: int) -> None:
        ctypes = self._ctypes
        fields = (ctypes.c_uint64 * (5 * _CALIBRATED_FRAMES))()
        count = self.library.calibrateFrames(ctypes.byref(fields), _CALIBRATED_FRAMES, reader, writer)
        expected = _described_frames(sys._getframe())
        found = [tuple(fields[5 * i : 5 * i + 5]) for i in range(max(count, 0))]
        # From 3.12 on a call of a class may have a frame of the interpreter's own in between (_Py_InitCleanup), of line 0.
        found = [frame for frame in found if frame[4] != 0]
        # The innermost frame went on between the two.
        if len(found) != len(expected) or found[1:] != expected[1:] or found[0][2:] != expected[0][2:] or found[0][0] != expected[0][0]:
            raise _unknown_build("frames")

    def _calibrate_locals(self, reader: int, writer: int) -> None:
        self.library.calibrateLocals.restype = self._ctypes.c_uint64
        if self.library.calibrateLocals(reader, writer) != id(self):
            raise _unknown_build("variables")

    def _calibrate_texts(self, reader: int, writer: int) -> None:
        ctypes = self._ctypes
        target = ctypes.create_string_buffer(8192)
        for text in _CALIBRATED_TEXTS:
            length = self.library.calibrateText(ctypes.py_object(text), target, reader, writer)
            if length < 0 or target.raw[:length] != text.encode():
                raise _unknown_build("texts")

    def _calibrate_codes(self, reader: int, writer: int) -> None:
        ctypes = self._ctypes
        for code in _codes_with_variables():
            if self.library.calibrateCodeLength(ctypes.py_object(code), reader, writer) != len(code.co_code):
                raise _unknown_build("code")
            if self.library.calibrateVariableCount(ctypes.py_object(code), reader, writer) != len(frame_variables(code)):
                raise _unknown_build("variables")

    def _prepare(self, tables_path: str, workspace_folder: str) -> None:
        """Makes the file of tables and lets the library lay it out."""
        ctypes = self._ctypes
        library = self.library
        library.tablesFileBytes.restype = ctypes.c_uint64
        mapping = self._map_tables(tables_path, library.tablesFileBytes())
        folders = _folder_list(workspace_folder)
        seed = int.from_bytes(os.urandom(7), "little")
        if not library.prepareRecording(ctypes.c_void_p(mapping), folders, len(folders), ctypes.c_uint64(seed)):
            raise Unavailable("There is not enough memory for the native recorder.")

    def _map_tables(self, tables_path: str, size: int) -> int:
        """Maps the file, whose room on the disk is taken at once: a disk that fills up later would end the program by SIGBUS."""
        try:
            descriptor = os.open(
                tables_path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0), 0o600
            )
        except OSError as error:
            raise Unavailable("The file of tables can't be made: {}.".format(error.strerror)) from None
        try:
            _take_room(descriptor, size)
            mapping = self._map_descriptor(descriptor, size)
        except OSError as error:
            raise Unavailable("There is no room for the file of tables: {}.".format(error.strerror)) from None
        finally:
            os.close(descriptor)
        if not mapping:
            raise Unavailable("The file of tables can't be mapped.")
        return mapping

    def _map_descriptor(self, descriptor: int, size: int) -> Optional[int]:
        ctypes = self._ctypes
        if sys.platform == "win32":
            import mmap

            # Descriptors are not seen there; elsewhere this module would keep one open.
            self._mapping = mmap.mmap(descriptor, size)
            return ctypes.addressof(ctypes.c_char.from_buffer(self._mapping))
        self.library.mapTables.restype = ctypes.c_void_p
        return self.library.mapTables(descriptor)


def frame_variables(code: CodeType) -> Tuple[str, ...]:
    """Gives the names of a frame's variables in their order."""
    cells: Tuple[str, ...] = code.co_cellvars
    if sys.version_info >= (3, 11):
        # Before that one that is a parameter has two places.
        cells = tuple(name for name in cells if name not in code.co_varnames)
    return code.co_varnames + cells + code.co_freevars


def library_name() -> str:
    """Name of the library's file for this platform, as the build script gives it."""
    if sys.platform == "win32":
        machine = "arm64" if "ARM64" in sys.version else "x64"
    else:
        machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(
            os.uname().machine.lower(), os.uname().machine
        )
    return "memory-lens-{}-{}{}".format(sys.platform, machine, _LIBRARY_SUFFIXES.get(sys.platform, ".so"))


def _unknown_build(what: str) -> Unavailable:
    return Unavailable("This build of Python {} keeps its {} in an unknown way.".format(sys.version.split()[0], what))


def _refuse_unknown_interpreters() -> None:
    version = "{}.{}".format(*sys.version_info[:2])
    if sys.implementation.name != "cpython":
        raise Unavailable("The native recorder works with CPython only, and this is {}.".format(sys.implementation.name))
    if sys.version_info[:2] not in LAYOUTS:
        raise Unavailable("The native recorder does not know Python {} yet.".format(version))
    if struct.calcsize("P") != 8:
        raise Unavailable("The native recorder works with 64-bit builds of Python only.")
    is_gil_enabled = getattr(sys, "_is_gil_enabled", None)
    if "free-threading" in sys.version or (is_gil_enabled is not None and not is_gil_enabled()):
        raise Unavailable("The native recorder does not work with free-threaded builds of Python.")


def _address_of(name: str) -> int:
    """Address of a function or object that the interpreter exports; 0 when it does not."""
    import ctypes as module

    try:
        return module.cast(getattr(module.pythonapi, name), module.c_void_p).value or 0
    except AttributeError:
        return 0


def _codes_with_variables() -> Tuple[CodeType, CodeType]:
    """Gives two codes with different numbers of variables, cells and names from outside."""
    outer = None

    def calibrated(parameter: object, shared: object) -> Callable[[], object]:
        own = [parameter]
        inner = [own, outer]
        return lambda: (shared, inner)

    return calibrated.__code__, calibrated(None, None).__code__


def _described_frames(frame: Optional[FrameType]) -> List[Tuple[int, ...]]:
    frames: List[Tuple[int, ...]] = []
    while frame is not None and len(frames) < _CALIBRATED_FRAMES:
        code = frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        frames.append((id(code), frame.f_lasti & 0xFFFFFFFFFFFFFFFF, id(code.co_filename), id(name), code.co_firstlineno))
        frame = frame.f_back
    return frames


def _take_room(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    zeros = bytes(1 << 20)
    for start in range(0, size, len(zeros)):
        os.write(descriptor, zeros[: size - start])


def _folder_list(workspace_folder: str) -> bytes:
    """The workspace's folder, then those of libraries and of this probe, each with a separator and a null at its end."""
    library = os.path.dirname(os.__file__)
    probe = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folders: Dict[str, None] = {workspace_folder: None}
    for folder in (library, os.path.realpath(library), probe, os.path.realpath(probe)):
        folders[folder] = None
    if sys.prefix != sys.base_prefix:
        folders[sys.prefix] = None
        folders[os.path.realpath(sys.prefix)] = None
    return b"".join(os.path.join(folder, "").encode("utf-8", "replace") + b"\0" for folder in folders) + b"\0"
