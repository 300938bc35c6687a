"""SPSS .sav and .zsav, always with user-missing codes kept: without them the reasons are gone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from cwb_impact.read.formats import FileFormat
from cwb_impact.read.limits import check_zsav
from cwb_impact.read.readstat import read_with
from cwb_impact.spec.codes import code_text
from cwb_impact.spec.wave_map import SourceFile
from cwb_impact.types import ColumnInfo, FileInfo, ResponseSet


class _Spss:
    def info(self, path: Path, source: SourceFile) -> FileInfo:
        check_zsav(path)
        meta = read_with(pyreadstat.read_sav, path, source, metadataonly=True, user_missing=True)[1]
        return FileInfo(
            tuple(_column(name, meta) for name in meta.column_names),
            meta.number_rows,
            meta.file_encoding,
            tuple(_response_set(name, found) for name, found in (meta.mr_sets or {}).items()),
        )

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> pd.DataFrame:
        check_zsav(path)
        return read_with(pyreadstat.read_sav, path, source, usecols=list(columns), user_missing=True)[0]


def _column(name: str, meta: Any) -> ColumnInfo:
    labels = {code_text(code): label for code, label in meta.variable_value_labels.get(name, {}).items()}
    missing = tuple((part["lo"], part["hi"]) for part in meta.missing_ranges.get(name, ()))
    label = meta.column_names_to_labels.get(name) or ""
    return ColumnInfo(name, label, labels, missing, meta.original_variable_types.get(name, ""))


def _response_set(name: str, found: Any) -> ResponseSet:
    counted = code_text(found["counted_value"]) if found.get("is_dichotomy") else None
    return ResponseSet(name, found.get("label") or "", tuple(found["variable_list"]), counted)


read_spss: FileFormat = _Spss()
