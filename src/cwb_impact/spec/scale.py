"""A score from several items."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.derived import ParameterValue
from cwb_impact.spec.model import FileSpec, NotReservedName, Slug, Spec, Text, Version
from cwb_impact.spec.source import Fact, Reference, Source


class AtMost(Spec):
    """A score may stand although some items are missing."""

    at_most: int = Field(ge=1, description="Items that may be missing.")
    then: Literal["count_answered", "person_mean"] = Field(
        description="Leave them out of the count, or give them the mean of the person's other items."
    )


Missing = Literal["all_items_required", "bounded"] | AtMost


class CutOff(Spec):
    """A named part of the score, both ends included."""

    name: Text
    from_: float | None = Field(default=None, alias="from")
    to: float | None = None
    reference: str


class ScaleExample(Spec):
    """One respondent: items in, score out (or a missing reason), worked by hand in `steps`."""

    name: str
    row: dict[str, Scalar]
    parameters: dict[Slug, ParameterValue] = Field(default_factory=dict)
    gives: Scalar
    steps: str


class Scale(FileSpec):
    """data_dictionary/scales/<id>.yml: a score from several items.

    `sum` and `mean` add numbers, reversed where the item is; `count` gives a point for each item whose answer stands
    in `points`. Then the score is multiplied, or moved from one range to another (`rescale`), or looked up in a table
    (`table`, a parameter that the user may have to supply).

    `missing`: all items are required; or some may be missing; or `bounded`: the score has a least and a most that it
    can be, and a condition on it is decided where both agree.
    """

    id: Annotated[Slug, NotReservedName]
    version: Version
    name: Text
    items: list[Slug] = Field(min_length=2)
    item_range: tuple[int, int] | None = Field(default=None, description="Of a sum or mean.")
    reversed: list[Slug] = Field(default_factory=list)
    points: dict[Slug, list[Scalar]] | None = Field(default=None, description="Of a count: answers that give a point.")
    method: Literal["sum", "mean", "count"]
    multiply: float = 1.0
    rescale: tuple[float, float, float, float] | None = Field(
        default=None, description="[from low, from high, to low, to high]: a linear move of the sum or mean."
    )
    table: Slug | None = Field(default=None, description="A parameter with a table from the raw to the final score.")
    range: tuple[float, float]
    missing: Missing
    subscale_of: Slug | None = None
    cut_offs: list[CutOff] = Field(default_factory=list)
    sensitive: bool = False
    source: Source
    facts: list[Fact] = Field(default_factory=list)
    references: list[Reference] = Field(min_length=1)
    examples: list[ScaleExample] = Field(default_factory=list)

    @model_validator(mode="after")
    def _shape(self) -> Scale:
        if (self.method == "count") != (self.points is not None) or (self.method == "count") == bool(self.item_range):
            raise ValueError("a count has points, a sum or mean has an item_range")
        if self.points is not None and list(self.points) != self.items:
            raise ValueError("points name every item, in the same order")
        if strange := sorted(set(self.reversed) - set(self.items)):
            raise ValueError(f"reversed names what is no item: {', '.join(strange)}")
        if len(set(self.items)) < len(self.items):
            raise ValueError("an item stands twice")
        if sum([self.multiply != 1.0, self.rescale is not None, self.table is not None]) > 1:
            raise ValueError("has at most one of multiply, rescale and table")
        if isinstance(self.missing, AtMost):
            if self.missing.at_most >= len(self.items):
                raise ValueError("at least one item must be answered")
            if (self.missing.then == "count_answered") != (self.method == "count"):
                raise ValueError("count_answered belongs to a count, person_mean to a sum or mean")
        moved = self.multiply != 1.0 or self.rescale is not None or self.table is not None
        if self.missing == "bounded" and (self.method != "count" or moved):
            raise ValueError("bounded is for a count as it is, without multiply, rescale or table")
        if self.method == "count" and self.reversed:
            raise ValueError("a count has no reversed items: say in points which answers count")
        if self.rescale is not None and self.rescale[0] == self.rescale[1]:
            raise ValueError("rescale starts from a range without width")
        return self
