"""Whether a shared library's file is whole.

glibc and musl map a library without looking at its file's size: one that was cut short (a full disk, a broken download) ends the process by
SIGBUS inside of dlopen. The loaders of Windows and macOS refuse such a file by themselves.
"""

from __future__ import annotations

import os
import struct

_HEADER_BYTES = 64
_IDENTIFICATION_64_BIT = b"\x7fELF\x02\x01"
# Elf64_Ehdr from e_phoff on: e_phoff, e_shoff, e_flags, e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum.
_TABLES = struct.Struct("<QQIHHHHH")
_TABLES_OFFSET = 32
# Elf64_Phdr: p_type, p_flags, p_offset, p_vaddr, p_paddr, p_filesz.
_SEGMENT = struct.Struct("<IIQQQQ")


def is_whole(path: str) -> bool:
    """Says whether an ELF file is as long as its headers say.

    Args:
        path: The library's file.

    Returns:
        True, too, for what is no 64-bit little-endian ELF file: whoever loads it finds out.

    Raises:
        OSError: It can't be read.
    """
    with open(path, "rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        header = file.read(_HEADER_BYTES)
        if not header.startswith(_IDENTIFICATION_64_BIT):
            return True
        if len(header) < _HEADER_BYTES:
            return False
        segments_offset, sections_offset, _, _, segment_bytes, segment_count, section_bytes, section_count = _TABLES.unpack_from(
            header, _TABLES_OFFSET
        )
        if max(segments_offset + segment_bytes * segment_count, sections_offset + section_bytes * section_count) > size:
            return False
        file.seek(segments_offset)
        segments = file.read(segment_bytes * segment_count)
    for start in range(0, len(segments), max(segment_bytes, _SEGMENT.size)):
        _, _, offset, _, _, file_bytes = _SEGMENT.unpack_from(segments, start)
        if offset + file_bytes > size:
            return False
    return True
