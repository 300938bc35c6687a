"""Small lists as a register gives them, for tests: `None` is a fact that nobody knows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from cwb_impact.types import RegisterRows

ON = date(2025, 10, 31)


def rows_of(register: str, protects: str, holdings: list[str], **columns: list[Any]) -> RegisterRows:
    """One list of a co-op or supplier (`holdings`) a row; a text that starts with `?` is why it is absent."""
    made: dict[str, Any] = {}
    for name, cells in columns.items():
        absent = [cell is None or (isinstance(cell, str) and cell.startswith("?")) for cell in cells]
        values = [None if gone else cell for cell, gone in zip(cells, absent, strict=True)]
        whys = [str(cell or "?dont_know")[1:] if gone else "valid" for cell, gone in zip(cells, absent, strict=True)]
        number = all(isinstance(value, int | float) for value in values if value is not None)
        made[name] = pd.Series(values, dtype="float64" if number else "str")
        made[f"{name}__why"] = pd.Series(whys, dtype="str")
    frame = pd.DataFrame(made).assign(holding=holdings, place="")
    population = {"people": "coops", "coops": "coops", "lm3": "coops"}.get(register, "anchors")
    return RegisterRows(register, population, "2025Q4", ON, protects, "synthetic", frame, "register")  # type: ignore[arg-type]
