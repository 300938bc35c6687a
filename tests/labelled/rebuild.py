"""The way back, written apart from the package: files to `x` and `x__why`, from what the files themselves say."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat

from cwb_impact.spec.dictionary import Dictionary

# typed over from data_dictionary/missing_reasons.yml, so that a change there is noticed
SPSS = {
    -91: "dont_know",
    -92: "refused",
    -93: "no_answer",
    -94: "not_applicable",
    -95: "not_asked",
    -96: "not_collected",
    -97: "not_mappable",
    -98: "invalid",
    -99: "suppressed",
}
STATA = dict(zip("drniywzux", SPSS.values(), strict=True))


def reason(cell: object, suffix: str) -> str | None:
    """The reason that a numeric cell of a .sav or .dta stands for, `valid`, or None when it is system-missing."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if isinstance(cell, str):
        return STATA[cell]
    assert isinstance(cell, int | float)
    return SPSS.get(int(cell), "valid") if suffix == ".sav" and float(cell).is_integer() else "valid"


def rebuilt(path: Path, dictionary: Dictionary, columns: list[str]) -> pd.DataFrame:
    """`x` and `x__why` of these columns as plain objects, None where empty."""
    if path.suffix in (".csv", ".parquet"):
        return _plain(path, dictionary)
    read = pyreadstat.read_sav if path.suffix == ".sav" else pyreadstat.read_dta
    table, meta = read(path, user_missing=True)
    found: dict[str, Any] = {}
    for column in columns:
        variable = dictionary.variables.get(column)
        if variable is None:
            if not column.endswith("__why"):
                found[column] = [_text_or_number(cell) for cell in table[column]]
        elif variable.type == "set":
            ticks = [table[f"{column}_{code}"] for code in variable.codes or {}]
            whys = [[reason(cell, path.suffix) for cell in tick] for tick in ticks]
            assert all(why == whys[0] for why in whys), "the columns of a set disagree on the reason"
            found[f"{column}__why"] = whys[0]
            found[column] = [
                " ".join(code for code, cell in zip(variable.codes or {}, cells, strict=True) if cell == 1)
                if why == "valid"
                else None
                for why, *cells in zip(whys[0], *ticks, strict=True)
            ]
        elif variable.type in ("text", "date"):
            whys = [why or None for why in table[f"{column}__why"]]
            found[f"{column}__why"] = whys
            found[column] = [cell if why == "valid" else None for cell, why in zip(table[column], whys, strict=True)]
        else:
            cells = list(table[column])
            whys = [reason(cell, path.suffix) for cell in cells]
            codes = list(variable.codes or {})
            labels = meta.variable_value_labels[column]
            assert not codes or len(labels) == len(codes) + 9
            found[f"{column}__why"] = whys
            found[column] = [
                None if why != "valid" else codes[int(cell) - 1] if codes else float(cell)
                for cell, why in zip(cells, whys, strict=True)
            ]
    return _objects({name: found[name] for name in columns})


def _text_or_number(cell: object) -> object:
    return None if cell is None or (isinstance(cell, float) and math.isnan(cell)) else cell


def _plain(path: Path, dictionary: Dictionary) -> pd.DataFrame:
    """CSV as text cell by cell, Parquet as it is."""
    if path.suffix == ".parquet":
        return plain(pd.read_parquet(path))
    with path.open(encoding="utf-8", newline="") as file:
        table = pd.read_csv(file, dtype="str", keep_default_na=False, na_filter=False)
    found = {}
    for header in table:
        column = header.removeprefix("'")
        variable = dictionary.variables.get(column)
        number = column.endswith(("_lo", "_hi")) or (variable is not None and variable.type == "number")
        become = (
            float if number else date.fromisoformat if variable is not None and variable.type == "date" else _unmarked
        )
        found[column] = [become(cell) if cell else None for cell in table[header]]
    return _objects(found)


def _unmarked(cell: str) -> str:
    return cell.removeprefix("'")


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A harmonised frame as objects, None where empty, dates as days: what `rebuilt` gives back."""
    plain = {}
    for column in frame:
        cells = [None if pd.isna(cell) else cell for cell in frame[column]]
        plain[column] = [cell.date() if isinstance(cell, pd.Timestamp) else cell for cell in cells]
    return _objects(plain)


def _objects(cells: dict[str, list[object]]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(column, dtype=object) for name, column in cells.items()})
