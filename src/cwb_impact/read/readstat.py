"""pyreadstat, with its many ways to fail told in two."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from cwb_impact.read.first_bytes import claimed_size
from cwb_impact.read.formats import EncodingError, UnreadableError
from cwb_impact.read.text_file import OFFERED
from cwb_impact.spec.wave_map import SourceFile

_ENCODING_FAULTS = ("requested encoding", "character set")


def read_with(reader: Callable[..., Any], path: Path, source: SourceFile, **options: Any) -> tuple[pd.DataFrame, Any]:
    """Frame and metadata from `pyreadstat.read_sav` or `read_dta`.

    Dates are left as numbers: one date that overflows must not stop the other columns.

    Raises
    ------
    EncodingError, UnreadableError
    """
    try:
        frame, meta = _read(reader, path, source.encoding, **options)
    except UnicodeDecodeError:
        raise _wrong_encoding(reader, path, source) from None
    except (pyreadstat.ReadstatError, ValueError, OverflowError) as error:
        if any(fault in str(error) for fault in _ENCODING_FAULTS):
            raise _wrong_encoding(reader, path, source) from None
        raise _damaged(path) from None
    return frame, meta


def _read(reader: Callable[..., Any], path: Path, encoding: str | None, **options: Any) -> tuple[pd.DataFrame, Any]:
    frame, meta = reader(str(path), encoding=encoding, disable_datetime_conversion=True, **options)
    return frame, meta


def _damaged(path: Path) -> UnreadableError:
    size, claimed = path.stat().st_size, claimed_size(path)
    fix = "Export it again from the survey tool, and compare the sizes"
    if claimed is not None and claimed > size:
        return UnreadableError(f"it is incomplete: {size} bytes, and {claimed} by its own header", fix)
    return UnreadableError(f"it is incomplete or damaged ({size} bytes)", fix)


def _wrong_encoding(reader: Callable[..., Any], path: Path, source: SourceFile) -> EncodingError:
    """The first label that does not fit, and the encodings in which all of the file opens."""
    stated = source.encoding or "the encoding that the file itself names"
    fitting = [name for name in OFFERED if _opens(reader, path, name)]
    if fitting:
        fix = f"It opens as {' or '.join(fitting)}: state encoding under source, and look whether the labels are right"
    else:
        fix = "State encoding under source"
    place = _first_misfit(reader, path, source.encoding or "utf-8")
    return EncodingError(f"its texts are not in {stated}{place}", fix)


def _opens(reader: Callable[..., Any], path: Path, encoding: str) -> bool:
    try:
        _read(reader, path, encoding)
    except (pyreadstat.ReadstatError, ValueError, OverflowError):
        return False
    return True


def _first_misfit(reader: Callable[..., Any], path: Path, encoding: str) -> str:
    """Latin-1 has a letter for every byte, so in it each label can be read and turned back into its bytes."""
    try:
        meta = _read(reader, path, "iso-8859-1", metadataonly=True)[1]
        for place, text in _texts(meta):
            try:
                text.encode("iso-8859-1").decode(encoding)
            except UnicodeError:
                return f", first in {place}"
    except (pyreadstat.ReadstatError, LookupError, ValueError, OverflowError):
        pass  # then the place stays unknown
    return ""


def _texts(meta: Any) -> Iterator[tuple[str, str]]:
    for number, name in enumerate(meta.column_names, start=1):
        shown = name if name.isascii() else f"number {number}"
        yield f"the name of column {number}", name
        yield f"the label of column {shown}", meta.column_names_to_labels.get(name) or ""
        for code, label in meta.variable_value_labels.get(name, {}).items():
            yield (
                f"the label of code {code:g} in column {shown}"
                if isinstance(code, float)
                else f"a label in column {shown}",
                label,
            )
