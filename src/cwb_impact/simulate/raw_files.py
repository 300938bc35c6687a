"""Raw files as a survey tool would export them: SPSS with labels and user-missing codes, CSV with decimal commas."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.wave_map import WaveMap

SYNTHETIC = "SYNTHETISCH / SYNTHETIC: geen echte mensen, no real people"

_CREATED = slice(92, 109)
"""Where an SPSS header holds the day and time of writing: 9 and 8 characters."""
_NO_DATE = b"01 Jan 7000:00:00"

_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def write_raw(path: Path, cells: pd.DataFrame, spec: WaveMap, dictionary: Dictionary) -> None:
    """Write cells (text, empty where nothing was filled in) in the format of the map; the same bytes every time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if spec.source.format == "csv":
        _write_csv(path, cells, spec)
    else:
        _write_sav(path, cells, spec, dictionary)


def _write_csv(path: Path, cells: pd.DataFrame, spec: WaveMap) -> None:
    with path.open("w", encoding=spec.source.encoding or "utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=spec.source.delimiter)
        writer.writerow(cells.columns)
        writer.writerows(cells.itertuples(index=False))


def _write_sav(path: Path, cells: pd.DataFrame, spec: WaveMap, dictionary: Dictionary) -> None:
    numbers = [entry.columns[0] for name, entry in spec.variables.items() if _is_numeric(name, spec)]
    cents = [column for column in numbers if cells[column].str.contains(".", regex=False).any()]
    weight = [spec.design.weight] if spec.design.weight is not None else []
    frame = cells.astype("str")
    for column in [*spec.id.columns, *numbers, *weight]:
        frame[column] = pd.to_numeric(cells[column].where(cells[column] != "", None)).astype("float64")
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=SYNTHETIC,
        note=SYNTHETIC,
        column_labels={entry.columns[0]: dictionary.variables[name].label.nl for name, entry in spec.variables.items()},
        variable_value_labels={
            entry.columns[0]: _typed_labels(name, spec, dictionary) for name, entry in spec.variables.items()
        },
        missing_ranges={
            entry.columns[0]: [_typed(code, name, spec) for code in user_missing(name, spec)]
            for name, entry in spec.variables.items()
        },
        variable_format={name: "F8.2" if name in cents else "F8.0" for name in [*spec.id.columns, *numbers]},
    )
    content = bytearray(path.read_bytes())
    content[_CREATED] = _NO_DATE
    path.write_bytes(content)


def user_missing(name: str, spec: WaveMap) -> list[str]:
    """The codes of a variable that SPSS must hold as user-missing: all its missing codes but the empty cell."""
    return [code for code in spec.missing_of(name) if code != "sysmis"]


def _typed_labels(name: str, spec: WaveMap, dictionary: Dictionary) -> dict[Any, str]:
    """Labels of the answers as the map guards them, and of the missing codes as the dictionary calls them."""
    labels = {code: target.label for code, target in spec.variables[name].targets.items() if target.label is not None}
    reasons = spec.missing_of(name)
    labels |= {code: dictionary.missing_reasons[reasons[code]].label.nl for code in user_missing(name, spec)}
    return {_typed(code, name, spec): label for code, label in labels.items()}


def _is_numeric(name: str, spec: WaveMap) -> bool:
    """Whether a column is of SPSS's numeric type: all codes that the map knows are numbers, and it holds no text."""
    entry = spec.variables[name]
    return entry.keep != "text" and all(_NUMBER.fullmatch(code) for code in [*entry.targets, *user_missing(name, spec)])


def _typed(code: str, name: str, spec: WaveMap) -> int | float | str:
    return float(code) if _is_numeric(name, spec) else code
