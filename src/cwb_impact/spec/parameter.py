"""Dated values with a reference: amounts, tables, lists and index numbers that change with the law or the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Slug, Spec, Text

KINDS = ("value", "items", "table")


class DatedValue(Spec):
    """One value, list or table of a parameter, from a date on."""

    valid_from: date
    valid_to: date | None = None
    value: float | None = Field(default=None, ge=-1e12, le=1e12)
    items: list[str] | None = None
    table: dict[str, float] | None = Field(default=None, description="Key to number: age, household type, raw score.")
    vintage: date | None = Field(
        default=None, description="Day of publication. Of two values for one day the newest vintage counts."
    )
    reference: str
    verified: bool
    note: str | None = None

    @model_validator(mode="after")
    def _shape(self) -> DatedValue:
        if len(self.kinds) != 1:
            raise ValueError("has exactly one of value, items and table")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("ends before it starts")
        return self

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in KINDS if getattr(self, kind) is not None]

    @property
    def is_year(self) -> bool:
        """Is this the value of one calendar year?"""
        year = self.valid_from.year
        return (self.valid_from, self.valid_to) == (date(year, 1, 1), date(year, 12, 31))

    def holds(self, on: date) -> bool:
        """Is this the value of that day?"""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Parameter(FileSpec):
    """data_dictionary/parameters/<id>.yml: dated values with a reference.

    Every vintage is kept: a value that was revised stands beside the revision. `supplied_by_study` has no values here:
    they differ by city or may not be passed on, and a study names its own under `parameters:`.
    """

    id: Slug
    name: Text
    unit: str
    base: str | None = Field(default=None, description="Of an index: its base, such as 2015=100. One file, one base.")
    published_in: str | None = Field(default=None, description="Of a series: the table it stands in.")
    supplied_by_study: bool = False
    values: list[DatedValue] = Field(default_factory=list)
    note: Text | None = None

    @model_validator(mode="after")
    def _shape(self) -> Parameter:
        if self.supplied_by_study == bool(self.values):
            raise ValueError("has values, or says supplied_by_study: true")
        if len({tuple(dated.kinds) for dated in self.values}) > 1:
            raise ValueError("mixes value, items and table")
        for number, one in enumerate(self.values):
            for other in self.values[number + 1 :]:
                if one.vintage == other.vintage and _overlap(one, other):
                    raise ValueError(
                        f"the values from {one.valid_from} and {other.valid_from} overlap and have the same vintage"
                    )
        return self

    def on(self, day: date) -> DatedValue | None:
        """The value of a day: of several vintages the newest; None outside all dates."""
        return max((dated for dated in self.values if dated.holds(day)), key=_vintage, default=None)

    @property
    def by_year(self) -> Mapping[int, float]:
        """A yearly series: the newest value of the first day of each year that has one."""
        years = sorted({dated.valid_from.year for dated in self.values})
        found = {year: self.on(date(year, 1, 1)) for year in years}
        return {year: dated.value for year, dated in found.items() if dated is not None and dated.value is not None}


def _vintage(dated: DatedValue) -> date:
    return dated.vintage or date.min


def _overlap(one: DatedValue, other: DatedValue) -> bool:
    last = date.max
    return one.valid_from <= (other.valid_to or last) and other.valid_from <= (one.valid_to or last)
