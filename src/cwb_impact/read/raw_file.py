"""Opens the raw file of a wave map: is it there, is it the file the map was written for, can it be read?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.read.columns import SHOWN, check_columns
from cwb_impact.read.delimited import read_delimited
from cwb_impact.read.first_bytes import is_as_stated, kind_by_bytes
from cwb_impact.read.formats import EncodingError, FileFormat, UnreadableError
from cwb_impact.read.limits import check_size
from cwb_impact.read.mojibake import mojibake_cells, mojibake_in
from cwb_impact.read.odd_rows import odd_rows
from cwb_impact.read.spss import read_spss
from cwb_impact.read.stata import read_stata
from cwb_impact.read.xlsx import read_xlsx
from cwb_impact.spec.bundle import inside
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.types import FileInfo, RawWave

FORMATS: Mapping[str, FileFormat] = {
    "sav": read_spss,
    "dta": read_stata,
    "csv": read_delimited,
    "xlsx": read_xlsx,
}

_EXPORT_AGAIN = "Export it again from the survey tool"


def read_wave(spec: WaveMap, data_folder: Path, problems: Problems) -> RawWave | None:
    """Read the columns that a map names.

    Problems: E010 path leaves the data folder, E101 column not in the file or there twice, E102 file missing or
    unreadable, E104 hash, rows or columns differ from the map, E105 not in the stated encoding, W105 texts that were
    read in the wrong encoding, W106 what the reader noticed, W220 columns that the map never mentions.
    Returns None when nothing can be read.
    """
    doc, source = spec.doc, spec.source
    line = doc.line("source", "file")
    try:
        path = _found(spec, data_folder, problems)
        if path is None:
            return None
        check_size(path)
        before = _stamp(path)
        digest = sha256_of(path)
        _check_hash(spec, path, digest, problems)
        _check_kind(path, source.format)
        raw = _read(spec, path, digest, problems)
    except EncodingError as error:
        problems.add("E105", doc.shown, line, source.file, f"cannot be read: {error}", error.fix)
        return None
    except UnreadableError as error:
        problems.add("E102", doc.shown, line, source.file, f"cannot be read: {error}", error.fix or _EXPORT_AGAIN)
        return None
    except OSError as error:
        what = f"cannot be read: {error.strerror or 'the system refuses'}"
        problems.add("E102", doc.shown, line, source.file, what, "Check the rights of the file")
        return None
    if _stamp(path) != before:
        fix = "Wait until nobody writes to it, and run again"
        problems.add("E104", doc.shown, doc.line("source", "sha256"), "source", "changed while it was read", fix)
        return None
    return raw


def _found(spec: WaveMap, data_folder: Path, problems: Problems) -> Path | None:
    """The path of the raw file, looked at before anything is opened."""
    doc, source = spec.doc, spec.source
    line = doc.line("source", "file")
    path = inside(data_folder, source.file)
    if path is None:
        what = "leaves the data folder, or is no plain path in it"
        problems.add("E010", doc.shown, line, source.file, what, "Give a path inside it, with / between folders")
    elif path.is_file():
        return path
    elif path.exists():
        what = "is a folder" if path.is_dir() else "is no ordinary file"
        problems.add("E102", doc.shown, line, source.file, what, "Give the raw file itself")
    else:
        fix = "Put the file there, or say with --data where the raw files are"
        problems.add("E102", doc.shown, line, source.file, "no such file in the data folder", fix)
    return None


def _stamp(path: Path) -> tuple[int, int, int, int]:
    """What the system notes of a file: it differs when anybody wrote to it, and costs less than a second hash."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _check_hash(spec: WaveMap, path: Path, digest: str, problems: Problems) -> None:
    if digest != spec.source.sha256:
        size = path.stat().st_size
        what = f"{spec.source.file} is not the file this map was written for (sha256 {digest[:12]}…, {size} bytes)"
        fix = "Check what changed in the file; when the map still holds, put the new hash in it"
        problems.add("E104", spec.doc.shown, spec.doc.line("source", "sha256"), "source", what, fix)


def _check_kind(path: Path, stated: str) -> None:
    """The first bytes are those of the stated format."""
    if not path.stat().st_size:
        raise UnreadableError("it is empty (0 bytes)", _EXPORT_AGAIN)
    if is_as_stated(path, stated):
        return
    kind = kind_by_bytes(path)
    if kind is None:
        raise UnreadableError(f"its first bytes are not those of a .{stated} file", f"{_EXPORT_AGAIN} as .{stated}")
    raise UnreadableError(f"by its first bytes it is {kind}", f"Export it again as .{stated}, or correct format")


def _read(spec: WaveMap, path: Path, digest: str, problems: Problems) -> RawWave | None:
    reader = FORMATS[spec.source.format]
    info = reader.info(path, spec.source)
    complete = check_columns(spec, info, problems)
    _check_texts(spec, info, problems)
    if not complete:
        _tell(spec, info.remarks, problems)
        return None
    raw = RawWave(path, digest, info, reader.content(path, spec.source, list(spec.columns_used)))
    if len(raw.frame) != spec.source.rows:
        what = f"{len(raw.frame)} rows in the file, {spec.source.rows} in the map"
        problems.add("E104", spec.doc.shown, spec.doc.line("source", "rows"), "source", what, "Check the file")
    _check_cells(spec, raw, problems)
    _tell(spec, (*info.remarks, *odd_rows(raw.frame, spec.source.numbers)), problems)
    return raw


def _check_texts(spec: WaveMap, info: FileInfo, problems: Problems) -> None:
    """W105 in names and labels."""
    found = list(mojibake_in(info))
    if found:
        places = ", ".join(place for place, _ in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        example = next((f', such as "{text[:60]}"' for _, text in found if text), "")
        _warn_encoding(spec, f"texts read in the wrong encoding{example}: {places}{more}", problems)


def _check_cells(spec: WaveMap, raw: RawWave, problems: Problems) -> None:
    """W105 in answers, of which only the columns are told."""
    columns = [str(name) for name in raw.frame if mojibake_cells(raw.frame[name])]
    if columns:
        _warn_encoding(spec, f"answers read in the wrong encoding, in {', '.join(columns[:SHOWN])}", problems)


def _warn_encoding(spec: WaveMap, what: str, problems: Problems) -> None:
    place = ("source", "encoding") if spec.source.encoding else ("source", "file")
    fix = "State encoding: utf-8 under source, or repair the file where it was made"
    problems.add("W105", spec.doc.shown, spec.doc.line(*place), spec.source.file, what, fix)


def _tell(spec: WaveMap, remarks: tuple[str, ...], problems: Problems) -> None:
    for remark in remarks:
        problems.add("W106", spec.doc.shown, spec.doc.line("source", "file"), spec.source.file, remark)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
