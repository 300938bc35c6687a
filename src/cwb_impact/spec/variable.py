"""The variables that waves are mapped to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.conditions import Condition
from cwb_impact.spec.model import FileSpec, NotReserved, Slug, Spec, Text, Wording
from cwb_impact.spec.source import Source


class RelatedTo(Spec):
    """How a study's own variable relates to one of the shared dictionary."""

    variable: Slug
    relation: Literal["close", "broad", "narrow"]
    difference: Text


class Variable(Spec):
    """One variable.

    A `category` has codes, and bands when the codes are intervals of a number; a `set` has codes of which a person
    may choose several; a `number` has a range; a `date` may have a first and last day; a `text` has none of these
    (postcodes, names).
    """

    label: Text
    type: Literal["category", "set", "number", "date", "text"]
    codes: dict[Slug, Text] | None = None
    bands: dict[Slug, tuple[float | None, float | None]] | None = Field(
        default=None, description="Code: [from, to) in `unit`; null is open."
    )
    range: tuple[float, float] | None = None
    whole: bool = Field(default=False, description="A number without decimals: an age, a mark from 0 to 10.")
    days: tuple[date, date] | None = Field(default=None, description="First and last possible day of a date.")
    unit: str | None = None
    over_time: Literal["constant", "with_time"] | None = Field(
        default=None,
        description="In a panel: the same in every wave (birth year), or older by the years between (age).",
    )
    sensitive: bool = Field(default=False, description="Health, origin, benefits, income: stricter when published.")
    question: Wording | None = Field(default=None, description="The wording, when its licence lets it travel.")
    asked_if: Condition | None = Field(
        default=None, description="Who is asked; all others are not_applicable. Names variables that are asked before."
    )
    observed: Literal["survey", "register"] = Field(
        default="survey", description="Asked of people, or kept by a co-op, an anchor or the programme."
    )
    source: Source | None = None
    related_to: RelatedTo | None = None

    @model_validator(mode="after")
    def _shape(self) -> Variable:
        if (self.type in ("category", "set")) != (self.codes is not None):
            raise ValueError("a category or set needs codes, and only these have them")
        if (self.type == "number") != (self.range is not None):
            raise ValueError("a number needs a range, and only a number has one")
        if self.days is not None and self.type != "date":
            raise ValueError("only a date has days")
        if self.type != "number" and (self.whole or self.over_time == "with_time"):
            raise ValueError("only a number can be whole, or go with_time")
        if self.bands is not None:
            if self.type != "category" or list(self.bands) != list(self.codes or {}) or self.unit is None:
                raise ValueError("bands belong to a category: one for each code, in the same order, with a unit")
            _follow_on(list(self.bands.values()))
        if self.question is not None and (self.source is None or not self.source.item_text_shipped):
            raise ValueError("question text needs a source that says item_text_shipped: true")
        return self


def _follow_on(bands: Sequence[tuple[float | None, float | None]]) -> None:
    """Bands of the dictionary start where the one before ends, so that every number has one place."""
    for (_, end), (start, _) in pairwise(bands):
        if end is None or end != start:
            raise ValueError("each band starts where the one before it ends")


class VariableFile(FileSpec):
    """data_dictionary/variables/<theme>.yml"""

    variables: Annotated[dict[Slug, Variable], NotReserved]
