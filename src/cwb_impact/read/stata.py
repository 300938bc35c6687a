"""Stata .dta, with extended missing values as the codes `.a` to `.z`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyreadstat

from cwb_impact.read.formats import Content, FileFormat
from cwb_impact.read.readstat import read_with
from cwb_impact.spec.wave_map import SourceFile, code_text


class _Stata:
    def column_names(self, path: Path, source: SourceFile) -> tuple[str, ...]:
        return tuple(read_with(pyreadstat.read_dta, path, source, metadataonly=True)[1].column_names)

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> Content:
        frame, meta = read_with(pyreadstat.read_dta, path, source, usecols=list(columns), user_missing=True)
        numeric = {name for name, kind in meta.readstat_variable_types.items() if kind != "string"}
        for column in numeric.intersection(columns):
            if not pd.api.types.is_numeric_dtype(frame[column]):  # object, or str when all are extended missing
                frame[column] = frame[column].map(_dotted)
        labels = {
            column: {
                code_text(_dotted(code)): label for code, label in meta.variable_value_labels.get(column, {}).items()
            }
            for column in columns
        }
        missing = {
            column: tuple((f".{letter}", f".{letter}") for letter in codes)
            for column, codes in meta.missing_user_values.items()
        }
        return Content(frame, labels, missing)


def _dotted(value: object) -> object:
    """pyreadstat gives an extended missing value as its bare letter."""
    return f".{value}" if isinstance(value, str) and len(value) == 1 else value


read_stata: FileFormat = _Stata()
