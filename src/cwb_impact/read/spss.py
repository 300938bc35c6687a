"""SPSS .sav and .zsav, always with user-missing codes kept: without them the reasons are gone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyreadstat

from cwb_impact.read.formats import Content, FileFormat
from cwb_impact.read.readstat import read_with
from cwb_impact.spec.wave_map import SourceFile, code_text


class _Spss:
    def column_names(self, path: Path, source: SourceFile) -> tuple[str, ...]:
        return tuple(read_with(pyreadstat.read_sav, path, source, metadataonly=True)[1].column_names)

    def content(self, path: Path, source: SourceFile, columns: Sequence[str]) -> Content:
        frame, meta = read_with(pyreadstat.read_sav, path, source, usecols=list(columns), user_missing=True)
        labels = {
            column: {code_text(code): label for code, label in meta.variable_value_labels.get(column, {}).items()}
            for column in columns
        }
        missing = {
            column: tuple((part["lo"], part["hi"]) for part in ranges) for column, ranges in meta.missing_ranges.items()
        }
        return Content(frame, labels, missing)


read_spss: FileFormat = _Spss()
