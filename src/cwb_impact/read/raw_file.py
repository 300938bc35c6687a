"""Opens the raw file of a wave map: is it there, is it the file the map was written for, can it be read?"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.read.delimited import read_delimited
from cwb_impact.read.formats import EncodingError, FileFormat, UnreadableError
from cwb_impact.read.spss import read_spss
from cwb_impact.read.stata import read_stata
from cwb_impact.spec.bundle import inside
from cwb_impact.spec.wave_map import SourceFile, WaveMap
from cwb_impact.types import RawWave

FORMATS: Mapping[str, FileFormat] = {"sav": read_spss, "dta": read_stata, "csv": read_delimited}

_MAGIC = (
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "a compressed SPSS file (zsav)"),
    (b"<stata_dta>", "a Stata file"),
    (b"PK\x03\x04", "a zip archive, such as an Excel workbook"),
    (b"<html", "an HTML page"),
    (b"<!DOC", "an HTML page"),
)


def read_wave(spec: WaveMap, data_folder: Path, problems: Problems) -> RawWave | None:
    """Read the columns that a map names.

    Problems: E010 path leaves the data folder, E101 column not in the file or there twice, E102 file missing or
    unreadable, E104 hash or number of rows differs from the map, W220 columns that the map never mentions.
    Returns None when nothing can be read.
    """
    doc, source = spec.doc, spec.source
    line = doc.line("source", "file")
    path = inside(data_folder, source.file)
    if path is None:
        problems.add("E010", doc.shown, line, source.file, "leaves the data folder", "Give a path inside it")
        return None
    if not path.is_file():
        fix = "Put the file there, or say with --data where the raw files are"
        problems.add("E102", doc.shown, line, source.file, "no such file in the data folder", fix)
        return None
    digest = sha256_of(path)
    if digest != source.sha256:
        size = path.stat().st_size
        what = f"{source.file} is not the file this map was written for (sha256 {digest[:12]}…, {size} bytes)"
        fix = "Check what changed in the file; when the map still holds, put the new hash in it"
        problems.add("E104", doc.shown, doc.line("source", "sha256"), "source", what, fix)
    try:
        raw = _read(spec, path, digest, problems)
    except EncodingError as error:
        fix = "Say it under source.encoding, for instance windows-1252 or utf-16"
        problems.add("E105", doc.shown, line, source.file, f"cannot be read: {error}", fix)
        return None
    except UnreadableError as error:
        problems.add("E102", doc.shown, line, source.file, f"cannot be read: {error}", _remedy(path, source))
        return None
    if raw is not None and len(raw.frame) != source.rows:
        what = f"{len(raw.frame)} rows in the file, {source.rows} in the map"
        problems.add("E104", doc.shown, doc.line("source", "rows"), "source", what, "Check the file")
    return raw


def _read(spec: WaveMap, path: Path, digest: str, problems: Problems) -> RawWave | None:
    reader = FORMATS[spec.source.format]
    names = reader.column_names(path, spec.source)
    if not _check_columns(spec, names, problems):
        return None
    content = reader.content(path, spec.source, spec.columns_used)
    return RawWave(path, digest, names, content.frame, content.labels, content.user_missing)


def _check_columns(spec: WaveMap, names: tuple[str, ...], problems: Problems) -> bool:
    """All columns that the map names exist once; those it never mentions are reported by name."""
    doc, complete = spec.doc, True
    for column in spec.columns_used:
        count = names.count(column)
        if count == 1:
            continue
        complete = False
        near = difflib.get_close_matches(column, names, n=3)
        fix = f"Nearest: {', '.join(near)}" if near else "Compare with the names in the file"
        what = (
            f"column {column} is not in {spec.source.file}" if count == 0 else f"column {column} stands {count} times"
        )
        problems.add("E101", doc.shown, _line_of(spec, column), column, what, fix)
    used = set(spec.columns_used) | {entry.source for entry in spec.not_collected.values() if entry.source}
    unused = [name for name in names if name not in used and not any(_matches(name, rule) for rule in spec.ignore)]
    if unused:
        what = f"the map does not mention {len(unused)} columns: {', '.join(unused[:20])}"
        problems.add("W220", doc.shown, doc.line("ignore"), "source", what, "Map them, or list them under ignore")
    return complete


def _matches(name: str, rule: str) -> bool:
    """`ignore` rules are names in which * stands for anything."""
    head, star, tail = rule.partition("*")
    if not star:
        return name == rule
    return name.startswith(head) and name.endswith(tail) and len(name) >= len(head) + len(tail)


def _line_of(spec: WaveMap, column: str) -> int:
    for name, entry in spec.variables.items():
        if entry.from_ == column:
            return spec.doc.line("variables", name, "from")
    return spec.doc.line("id" if column in spec.id.columns else "design")


def _remedy(path: Path, source: SourceFile) -> str:
    with path.open("rb") as file:
        head = file.read(16)
    for magic, kind in _MAGIC:
        if head.lstrip()[: len(magic)].lower() == magic.lower() and not (magic == b"$FL2" and source.format == "sav"):
            return f"By its first bytes it is {kind}; export it again as .{source.format}, or correct format"
    return "The file is incomplete or damaged: export it again from the survey tool"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
