"""Stata .dta, with extended missing values as the codes `.a` to `.z`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from cwb_impact.read.formats import FileFormat
from cwb_impact.read.readstat import read_with
from cwb_impact.spec.codes import code_text
from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import ColumnInfo, FileInfo


class _Stata:
    def info(self, path: Path, source: SourceFile) -> FileInfo:
        meta = read_with(pyreadstat.read_dta, path, source, metadataonly=True)[1]
        return FileInfo(tuple(_column(name, meta) for name in meta.column_names), meta.number_rows, meta.file_encoding)

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> pd.DataFrame:
        frame, meta = read_with(pyreadstat.read_dta, path, source, usecols=list(columns), user_missing=True)
        numeric = {name for name, kind in meta.readstat_variable_types.items() if kind != "string"}
        for column in numeric.intersection(columns):
            if not pd.api.types.is_numeric_dtype(frame[column]):  # object, or str when all are extended missing
                frame[column] = frame[column].map(_dotted)
        return frame


def _column(name: str, meta: Any) -> ColumnInfo:
    labels = {code_text(_dotted(code)): label for code, label in meta.variable_value_labels.get(name, {}).items()}
    # which extended missing values occur is known after reading; those that the file labels are meant to
    missing = tuple((code, code) for code in labels if code[:1] == "." and code[1:].isalpha())
    label = meta.column_names_to_labels.get(name) or ""
    return ColumnInfo(name, label, labels, missing, meta.original_variable_types.get(name, ""))


def _dotted(value: object) -> object:
    """pyreadstat gives an extended missing value as its bare letter."""
    return f".{value}" if isinstance(value, str) and len(value) == 1 else value


read_stata: FileFormat = _Stata()
