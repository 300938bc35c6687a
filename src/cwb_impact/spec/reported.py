"""Values as a report states them: with their reservation, no more exact than given, and with the line that proves them.

`ca. 20` is about 20, `zeven à tien` is a range, `najaar 2025` is somewhere between two days, and what the report does
not say is `unknown`, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, model_validator

from cwb_impact.spec.model import Slug, Spec
from cwb_impact.spec.yaml_source import Location

Precision = Literal["day", "month", "quarter", "half_year", "season", "year", "period"]
Number = Annotated[int, Field(ge=0)]
Comparator = Literal["at_least", "more_than"]
M = TypeVar("M", bound=Spec)

ABOUT_AT_MOST = 0.25
"""`about 20` may be off by half the step to which it seems rounded, and never by more than this share of it.

This project's own convention, like the months of a season.
"""

_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "season": 3, "year": 12}
_FIRST_MONTHS = {
    "month": range(1, 13), "quarter": (1, 4, 7, 10), "half_year": (1, 7), "season": (3, 6, 9, 12), "year": (1,)
}  # fmt: skip


class Evidence(Spec):
    """A phrase of the report, exactly as it stands on that line (from 1)."""

    line: int = Field(ge=1)
    quote: str = Field(min_length=10)


class Quantity(Spec):
    """A whole number with the reservation that the report makes. `range` has minimum and maximum, `unknown` nothing."""

    qualifier: Literal["exact", "about", "range", "more_than", "unknown"]
    value: Number | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    unit: Slug

    @model_validator(mode="after")
    def _consistent(self) -> Quantity:
        given = {name for name in ("value", "minimum", "maximum") if getattr(self, name) is not None}
        needed = {"range": {"minimum", "maximum"}, "unknown": set[str]()}.get(self.qualifier, {"value"})
        if given != needed:
            raise ValueError(f"{self.qualifier} needs {' and '.join(sorted(needed)) or 'no number'}, and nothing else")
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            raise ValueError("minimum must be below maximum")
        return self

    @property
    def low(self) -> int | None:
        """The number it does not fall below; `about 20` counts as 20. None when unknown."""
        return self.minimum if self.qualifier == "range" else self.value

    @property
    def high(self) -> int | None:
        """The number it does not exceed; None when unknown or without a limit."""
        return {"range": self.maximum, "more_than": None}.get(self.qualifier, self.value)

    @property
    def reading(self) -> tuple[int, int | None] | None:
        """The lowest and the highest whole number that it can mean: `about 20` is 15 to 25, `more than 50` is 51 up.

        None when unknown; the highest is None without a limit.
        """
        if self.low is None:
            return None
        if self.qualifier == "more_than":
            return self.low + 1, None
        off = _may_be_off(self.low) if self.qualifier == "about" else 0.0
        return max(math.ceil(self.low - off), min(self.low, 1)), math.floor((self.high or 0) + off)


def _may_be_off(number: int) -> float:
    """Half the largest of 1, 5, 10, 50, 100, 500, ... that divides a number, within bounds; at least one."""
    steps: Iterator[int] = (unit * 10**power for power in range(len(str(number))) for unit in (1, 5))
    step = max(step for step in steps if number % step == 0)
    return max(1.0, min(step / 2, number * ABOUT_AT_MOST))


def reached(actual: Quantity, comparator: Comparator, target: Quantity) -> bool | None:
    """Does a number reach a target? None when one reading of the two says yes and another no.

    A target of `more than 50` is reached from 51. Unknown numbers, and numbers of different units, give None.
    """
    have, needed = actual.reading, target.reading
    if have is None or needed is None or actual.unit != target.unit:
        return None
    (lowest, highest), (easiest, hardest) = have, needed
    if target.qualifier == "more_than":
        hardest = easiest
    elif comparator == "more_than":
        easiest, hardest = easiest + 1, hardest + 1 if hardest is not None else None
    if hardest is not None and lowest >= hardest:
        return True
    if highest is not None and highest < easiest:
        return False
    return None


class FuzzyDate(Spec):
    """A date as exact as the report gives it, and the first and last day that it can mean.

    A season is three whole calendar months (autumn is September to November); a `period` is any other stretch.
    """

    text: str = Field(min_length=4, description="The report's own words, e.g. `najaar 2025`.")
    en: str | None = Field(default=None, description="The same in English, as vague; left out where it is the same.")
    precision: Precision
    earliest: date
    latest: date

    @model_validator(mode="after")
    def _within_precision(self) -> FuzzyDate:
        if self.precision == "day":
            fits = self.earliest == self.latest
        elif self.precision == "period":
            fits = self.earliest < self.latest
        else:
            first = self.earliest.day == 1 and self.earliest.month in _FIRST_MONTHS[self.precision]
            fits = first and self.latest == _last_day(self.earliest, _MONTHS[self.precision])
        if not fits:
            raise ValueError(f"{self.earliest} to {self.latest} is not one {self.precision.replace('_', ' ')}")
        return self


def _last_day(first: date, months: int) -> date:
    """The last day of so many calendar months, counted from the first day of one."""
    after = first.month - 1 + months
    return date(first.year + after // 12, after % 12 + 1, 1) - timedelta(days=1)


def must_be_quoted(moment: FuzzyDate | None, evidence: Iterable[Evidence]) -> None:
    """The words of a date must stand in one of the phrases that prove it."""
    if moment is not None and not any(moment.text in proof.quote for proof in evidence):
        raise ValueError(f"the words `{moment.text}` stand in none of its quotes")


def parts(kind: type[M], of: object, location: Location = ()) -> Iterator[tuple[Location, M]]:
    """Every part of one kind inside a file, with the keys that lead to it: all evidence, all quantities."""
    inside: Iterable[tuple[str | int, object]] = ()
    if isinstance(of, kind):
        yield location, of
    elif isinstance(of, BaseModel):
        inside = ((name, getattr(of, name)) for name in type(of).model_fields)
    elif isinstance(of, Mapping):
        inside = of.items()
    elif isinstance(of, list):
        inside = enumerate(of)
    for key, value in inside:
        yield from parts(kind, value, (*location, key))


def lines_of(of: object) -> list[int]:
    """The lines of the report on which a part rests, in order, each once."""
    return sorted({evidence.line for _, evidence in parts(Evidence, of)})
