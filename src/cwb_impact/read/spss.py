"""SPSS .sav and .zsav, always with user-missing codes kept: without them the reasons are gone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyreadstat

from cwb_impact.read.formats import Content, EncodingError, FileFormat, UnreadableError
from cwb_impact.spec.wave_map import SourceFile, code_text


class _Spss:
    def column_names(self, path: Path, source: SourceFile) -> tuple[str, ...]:
        return tuple(_read(path, source, metadataonly=True)[1].column_names)

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> Content:
        frame, meta = _read(path, source, usecols=list(columns), user_missing=True)
        labels = {
            column: {code_text(code): label for code, label in meta.variable_value_labels.get(column, {}).items()}
            for column in columns
        }
        missing = {
            column: tuple((part["lo"], part["hi"]) for part in ranges) for column, ranges in meta.missing_ranges.items()
        }
        return Content(frame, labels, missing)


def _read(path: Path, source: SourceFile, **options: Any) -> tuple[Any, Any]:
    """pyreadstat with dates left as numbers (an overflowing date must not stop other columns)."""
    try:
        return pyreadstat.read_sav(str(path), encoding=source.encoding, disable_datetime_conversion=True, **options)
    except UnicodeDecodeError as error:
        raise EncodingError(f"its texts are not in {source.encoding or 'the encoding it names'}") from error
    except (pyreadstat.ReadstatError, ValueError) as error:
        raise UnreadableError(f"{error} ({path.stat().st_size} bytes)") from None


read_spss: FileFormat = _Spss()
