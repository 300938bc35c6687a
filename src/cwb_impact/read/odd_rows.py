"""Rows and cells that are often not what they seem: a second header, a total, numbers that a spreadsheet cut short."""

from __future__ import annotations

import pandas as pd

from cwb_impact.spec.codes import NumberFormat

_TOTALS = {"totaal", "totalen", "total", "totals", "subtotaal", "subtotal"}
_LOOKED_AT = 200
_SCIENTIFIC = r"[+-]?\d[.,]\d+[eE]\+\d+"


def odd_rows(frame: pd.DataFrame, numbers: NumberFormat) -> list[str]:
    """Remarks about the loaded columns, without any content."""
    found = []
    texts = frame.select_dtypes(exclude="number")
    if _has_second_header(texts.head(_LOOKED_AT), numbers):
        found.append("the first row under the header holds words where the others hold numbers: a second header row?")
    if len(texts) and any(str(cell).strip().casefold() in _TOTALS for cell in texts.iloc[-1]):
        found.append(f"the last row, number {len(frame)}, holds a word such as total: no respondent?")
    for name in texts:
        cut = int(texts[name].astype("str").str.fullmatch(_SCIENTIFIC).fillna(False).sum())
        if cut:
            found.append(f"column {name} holds numbers such as 1.23E+15: a spreadsheet cut their last digits off")
    return found


def _has_second_header(top: pd.DataFrame, numbers: NumberFormat) -> bool:
    """Two columns at least, or the only one, are numbers but for their first cell."""
    if len(top) < 3:
        return False
    suspects = [name for name in top if _numbers_after_a_word(top[name], numbers)]
    return len(suspects) >= min(2, len(top.columns)) and len(suspects) > 0


def _numbers_after_a_word(cells: pd.Series, numbers: NumberFormat) -> bool:
    first, rest = cells.iloc[0], cells.iloc[1:].dropna()
    if pd.isna(first) or numbers.parse(str(first)) is not None or len(rest) < 2:
        return False
    return all(numbers.parse(str(cell)) is not None for cell in rest)
