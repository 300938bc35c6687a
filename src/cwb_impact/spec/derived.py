"""A variable that is worked out from others by one small named function."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.model import FileSpec, NotReservedName, Slug, Spec, Text, Version
from cwb_impact.spec.source import Fact, Reference, Source

ParameterValue = float | list[str] | dict[str, float]
"""What an example gives a parameter: a number, a list, or a table (of a yearly series: year to number)."""


class DerivedExample(Spec):
    """One respondent: variables in, the derived value (or a missing reason) out, worked by hand in `steps`."""

    name: str
    row: dict[str, Scalar]
    on: date | None = Field(default=None, description="The day for dated parameters; the newest by default.")
    parameters: dict[Slug, ParameterValue] = Field(default_factory=dict)
    gives: Scalar
    steps: str


class Derived(FileSpec):
    """data_dictionary/derived/<id>.yml: `function` of the variables in `inputs` and the parameters in `parameters`.

    A respondent without one of the inputs has none of this either, with the reason of the first missing input in order
    of writing, unless the function decides what it can. `undefined` is the reason of those for whom the function has no
    answer although all inputs are there (an hourly wage without hours).

    An `interval` has two ends: the function is applied to the low and to the high end of the input `ends_of`, a
    variable with bands, and must go up with it.
    """

    id: Annotated[Slug, NotReservedName]
    version: Version
    name: Text
    type: Literal["number", "category", "interval"]
    codes: dict[Slug, Text] | None = None
    range: tuple[float, float] | None = None
    unit: str | None = None
    function: str
    inputs: dict[str, Slug] = Field(min_length=1)
    parameters: dict[str, Slug] = Field(default_factory=dict)
    ends_of: str | None = None
    undefined: Literal["not_applicable", "not_mappable"] = "not_applicable"
    sensitive: bool = False
    formula: Text = Field(description="The rule in plain words.")
    source: Source
    facts: list[Fact] = Field(default_factory=list)
    references: list[Reference] = Field(min_length=1)
    examples: list[DerivedExample] = Field(min_length=1)

    @model_validator(mode="after")
    def _shape(self) -> Derived:
        if (self.type == "category") != (self.codes is not None):
            raise ValueError("a category needs codes, and only a category has them")
        if (self.type == "interval") != (self.ends_of is not None):
            raise ValueError("an interval needs ends_of, and only an interval has it")
        if self.ends_of is not None and self.ends_of not in self.inputs:
            raise ValueError("ends_of is one of the inputs")
        if self.range is not None and self.type != "number":
            raise ValueError("only a number has a range")
        return self
