"""How large a file may be, looked at before anything of it is unpacked."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from cwb_impact.read.formats import UnreadableError

MAX_FILE_BYTES = 4 * 1024**3
"""A survey of 5 million rows and 100 columns is about 2 GB of text; the columns of a file are read in memory."""
MAX_ENTRIES = 10_000
"""A workbook has some tens of parts, and a few more a sheet, comment and picture."""
MAX_UNPACKED_BYTES = 1024**3
"""1 GB of sheet is some 20 million cells: minutes of reading, and more than Excel itself opens at ease."""
MAX_STRINGS_BYTES = 256 * 1024**2
"""All texts of a workbook are in memory together."""
MAX_RATIO = 200
"""Sheets of equal cells shrink to about 1/100; only bombs come near deflate's limit of 1/1032."""
RATIO_COUNTS_FROM = 50 * 1024**2
"""Below this size a part cannot do harm, however well it was packed."""
MAX_ZSAV_BYTES = 8 * 1024**3
"""What a .zsav may unpack to; columns that are not named are not kept."""
MAX_ZSAV_RATIO = 900
"""Columns of nothing but empty cells do shrink to 1/500."""

_BLOCK = struct.Struct("<qqii")
_TRAILER = struct.Struct("<qqii")
_TRAILER_START = struct.pack("<qq", -100, 0)


def check_size(path: Path) -> None:
    """The file as it lies on disk is not too large."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        what = f"{_gb(size)} is more than the {_gb(MAX_FILE_BYTES)} that a raw file may have"
        raise UnreadableError(what, "Leave columns out when you export it")


def check_archive(path: Path) -> None:
    """What a zip archive says that it unpacks to. Reading stops at those sizes, so an archive that lies gains nothing.

    Raises
    ------
    UnreadableError
    """
    fix = "It is no ordinary workbook: export it again, or save it as .csv"
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise UnreadableError("it is no complete workbook", "Export it again from the survey tool") from None
    if len(parts) > MAX_ENTRIES:
        raise UnreadableError(f"its archive has {len(parts)} parts, and {MAX_ENTRIES} is the limit", fix)
    total = sum(part.file_size for part in parts)
    if total > MAX_UNPACKED_BYTES:
        raise UnreadableError(f"it unpacks to {_gb(total)}, and {_gb(MAX_UNPACKED_BYTES)} is the limit", fix)
    for part in parts:
        if part.filename.endswith("sharedStrings.xml") and part.file_size > MAX_STRINGS_BYTES:
            what = f"its texts unpack to {_gb(part.file_size)}, and {_gb(MAX_STRINGS_BYTES)} is the limit"
            raise UnreadableError(what, fix)
        if part.file_size > RATIO_COUNTS_FROM and part.file_size > MAX_RATIO * max(1, part.compress_size):
            ratio = part.file_size // max(1, part.compress_size)
            what = f"one of its parts unpacks to {ratio} times its size, and {MAX_RATIO} times is the limit"
            raise UnreadableError(what, fix)


def check_zsav(path: Path) -> None:
    """What the blocks of a .zsav say that they unpack to; nothing when it is no .zsav or has no readable end."""
    with path.open("rb") as file:
        if file.read(4) != b"$FL3":
            return
        size = file.seek(0, 2)
        file.seek(max(0, size - 16 * 1024**2))
        tail = file.read()
    unpacked = _zsav_unpacked(tail)
    fix = "It is no ordinary export: save it as .sav"
    if unpacked > MAX_ZSAV_BYTES:
        raise UnreadableError(f"it unpacks to {_gb(unpacked)}, and {_gb(MAX_ZSAV_BYTES)} is the limit", fix)
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_ZSAV_RATIO * size:
        what = f"it unpacks to {unpacked // size} times its size, and {MAX_ZSAV_RATIO} times is the limit"
        raise UnreadableError(what, fix)


def _zsav_unpacked(tail: bytes) -> int:
    """The sum of the unpacked sizes in the list of blocks that ends the file."""
    start = tail.rfind(_TRAILER_START)
    if start < 0 or len(tail) - start < _TRAILER.size:
        return 0
    blocks = _TRAILER.unpack_from(tail, start)[3]
    first = start + _TRAILER.size
    if blocks < 0 or first + blocks * _BLOCK.size > len(tail):
        return 0
    return sum(_BLOCK.unpack_from(tail, first + index * _BLOCK.size)[2] for index in range(blocks))


def _gb(size: int) -> str:
    return f"{size / 1024**3:.1f} GB"
