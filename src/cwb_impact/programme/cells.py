"""How parts of a programme stand in a table: both languages, a number with its qualifier, a date with its two ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cwb_impact.programme.contents import Programme
from cwb_impact.spec.model import Text
from cwb_impact.spec.programme import Claim
from cwb_impact.spec.reported import FuzzyDate, Quantity, lines_of

NOT_NUMERIC = "not_numeric"
"""The qualifier of what has no number: an empty cell that is not unknown."""

UNKNOWN = "unknown"

Row = dict[str, Any]


def table(columns: str, rows: Iterable[Row]) -> pd.DataFrame:
    """A table of a release. All of it is public; columns that hold numbers can hold none."""
    frame = pd.DataFrame([row | {"data": "public"} for row in rows], columns=columns.split())
    numbers = [name for name in frame.columns if name.endswith(("_min", "_max", "minimum", "maximum"))]
    return frame.astype(dict.fromkeys(numbers, "Int64"))


def words(name: str, text: Text | None) -> Row:
    """`name_nl` and `name_en`."""
    return {f"{name}_{lang}": text[lang] if text is not None else None for lang in ("nl", "en")}


def numbers(quantity: Quantity | None, qualifier: str, minimum: str, maximum: str) -> Row:
    """A number as the report tells it, in three cells with these names."""
    if quantity is None:
        return {qualifier: NOT_NUMERIC}
    return {qualifier: quantity.qualifier, minimum: quantity.low, maximum: quantity.high}


def amount(name: str, quantity: Quantity | None) -> Row:
    """`name_qualifier`, `name_min` and `name_max`."""
    return numbers(quantity, f"{name}_qualifier", f"{name}_min", f"{name}_max")


def unit(quantity: Quantity | None, programme: Programme, name: str) -> Row:
    """What a number counts: the word of the programme files, and in both languages."""
    if quantity is None:
        return {}
    return {name: quantity.unit} | words(name, programme.source.units[quantity.unit])


def when(name: str, date: FuzzyDate | None) -> Row:
    """`name_text`, `name_text_en`, `name_earliest` and `name_latest`; the text is `unknown` when there is no date."""
    if date is None:
        return {f"{name}_text": UNKNOWN, f"{name}_text_en": UNKNOWN}
    return {
        f"{name}_text": date.text,
        f"{name}_text_en": date.en or date.text,
        f"{name}_earliest": date.earliest.isoformat(),
        f"{name}_latest": date.latest.isoformat(),
    }


def days(date: FuzzyDate) -> str:
    """`2024-09-01/2024-09-30`, or one date when it is known to the day."""
    return "/".join(dict.fromkeys((date.earliest.isoformat(), date.latest.isoformat())))


def claim(stated: Claim | None) -> str:
    """`unknown` where the report does not say."""
    return UNKNOWN if stated is None else yes_no(stated.value)


def yes_no(value: bool) -> str:
    return "yes" if value else "no"


def lines(of: object) -> str:
    """The lines of the report, with a blank between them."""
    return " ".join(map(str, lines_of(of)))
