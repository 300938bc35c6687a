"""One variable of one invented wave through the harmoniser, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.harmonise.mapped import VALID, Mapped
from cwb_impact.harmonise.wave import harmonise_variable
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import WaveMap
from cwb_impact.spec.yaml_source import Document
from cwb_impact.types import ColumnInfo, FileInfo, RawWave, VariableRecord

Entry = dict[str, Any]
NAME = {"nl": "x", "en": "x"}

FIVE = {"label": NAME, "type": "category", "codes": dict.fromkeys(["a", "b", "c", "d", "e"], NAME)}
SET = {"label": NAME, "type": "set", "codes": dict.fromkeys(["none", "fnv", "cnv", "other"], NAME)}
TEXT = {"label": NAME, "type": "text"}
DATE = {"label": NAME, "type": "date"}


def number(low: float, high: float, **more: Any) -> Entry:
    return {"label": NAME, "type": "number", "range": [low, high], **more}


def banded(limits: Sequence[float | None], unit: str = "hours") -> Entry:
    """A category whose bands meet at these limits; the first and last may be open (None)."""
    bands = {f"from_{i}": pair for i, pair in enumerate(pairwise(limits))}
    return {"label": NAME, "type": "category", "codes": dict.fromkeys(bands, NAME), "bands": bands, "unit": unit}


@cache
def reasons() -> tuple[str, ...]:
    return (VALID, *load_dictionary(Problems(), None).missing_reasons)


def wave_map(
    variables: Mapping[str, Entry] | None = None, source: Entry | None = None, wave: Entry | None = None, **more: Any
) -> WaveMap:
    """A wave map without a file; its problems stand in map.yml, line 1."""
    held = {"file": "raw.sav", "format": "sav", "sha256": "0" * 64, "rows": 1, **(source or {})}
    when = {"id": "2025", "population": "residents", "fieldwork": "2025-01/2025-02", **(wave or {})}
    ids = {"columns": ["id"], "scope": "wave"}
    data = {"map_version": 1, "wave": when, "source": held, "id": ids, "variables": variables or {}, **more}
    spec = WaveMap.model_validate(data)
    spec._doc = Document(Path("map.yml"), "map.yml", data, {})
    return spec


def mapped_of(entry: Entry, variable: Entry, **more: Any) -> Mapped:
    filled = {"relation": "exact", **entry}
    spec = wave_map({"x": filled}, **more)
    return Mapped("x", spec.variables["x"], Variable.model_validate(variable), spec, reasons())


@dataclass(frozen=True)
class Made:
    values: list[Any]
    why: list[str]
    low: list[float] | None
    high: list[float] | None
    record: VariableRecord
    problems: Problems

    @property
    def codes(self) -> list[str]:
        """Each code of a problem once, in order of the problems."""
        return list(dict.fromkeys(problem.code for problem in self.problems))

    @property
    def errors(self) -> list[str]:
        return sorted({problem.code for problem in self.problems.errors})

    def told(self, code: str) -> list[str]:
        return [str(problem) for problem in self.problems if problem.code == code]


def column(cells: Sequence[Any]) -> pd.Series:
    """Cells as a reader gives them: numbers as floats, texts as str, a mixture as objects."""
    held = [cell for cell in cells if cell is not None]
    if all(isinstance(cell, int | float) for cell in held):
        return pd.Series([np.nan if cell is None else float(cell) for cell in cells], dtype="float64")
    return pd.Series(list(cells), dtype="str" if all(isinstance(cell, str) for cell in held) else object)


def made(
    entry: Entry,
    variable: Entry,
    infos: Sequence[ColumnInfo] = (),
    cells: Mapping[str, Sequence[Any]] | None = None,
    **more: Any,
) -> Made:
    """Harmonise the columns of `cells`; `infos` are what the file says about some of them."""
    mapped = mapped_of(entry, variable, **more)
    frame = pd.DataFrame({name: column(held) for name, held in (cells or {}).items()})
    known = {info.name: info for info in infos}
    info = FileInfo(tuple(known.get(name, ColumnInfo(name)) for name in frame.columns), len(frame))
    problems = Problems()
    columns, record = harmonise_variable(mapped, frame, RawWave(Path("raw.sav"), "", info, frame), problems)
    values = [None if pd.isna(value) else value for value in columns["x"]]
    ends = [columns[name].tolist() if name in columns else None for name in ("x_lo", "x_hi")]
    return Made(values, columns["x__why"].astype("str").tolist(), ends[0], ends[1], record, problems)


def one(entry: Entry, variable: Entry, cells: Sequence[Any], **more: Any) -> Made:
    """Harmonise the single column q."""
    return made({"from": "q", **entry}, variable, cells={"q": cells}, **more)
