"""Conditions as data. Nothing is evaluated: a condition is a mapping of variables to tests, or `any`/`all` of such.

{age: {from: 15, to: 74}, private_household: ['yes']}      every test must hold
{any: [{paid_hours: {from: 1}}, {has_job: ['yes']}]}       one must hold
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, model_validator

from cwb_impact.spec.model import Slug, Spec

Scalar = str | int | float


class Between(Spec):
    """From and to, both included; leave one out for an open end."""

    from_: float | None = Field(default=None, alias="from")
    to: float | None = None

    @model_validator(mode="after")
    def _runs_upwards(self) -> Between:
        if self.from_ is None and self.to is None:
            raise ValueError("needs from or to")
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError(f"runs from {self.from_:g} down to {self.to:g}")
        return self


class InParameter(Spec):
    """The value stands in a dated list of the dictionary, such as the postcodes of an area."""

    in_parameter: Slug


def _test_kind(test: Any) -> str:
    if isinstance(test, list):
        return "codes"
    held = test if isinstance(test, dict) else getattr(test, "__dict__", {})
    return "in_parameter" if "in_parameter" in held else "between"


Test = Annotated[
    Annotated[list[Scalar], Tag("codes")]
    | Annotated[Between, Tag("between")]
    | Annotated[InParameter, Tag("in_parameter")],
    Discriminator(_test_kind),
]


class AnyOf(Spec):
    any: list[Condition] = Field(min_length=1)


class AllOf(Spec):
    all: list[Condition] = Field(min_length=1)


def _condition_kind(condition: Any) -> str:
    if isinstance(condition, AnyOf) or (isinstance(condition, dict) and "any" in condition):
        return "any"
    if isinstance(condition, AllOf) or (isinstance(condition, dict) and "all" in condition):
        return "all"
    return "tests"


Condition = Annotated[
    Annotated[AnyOf, Tag("any")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[dict[Slug, Test], Field(min_length=1), Tag("tests")],
    Discriminator(_condition_kind),
]

AnyOf.model_rebuild()
AllOf.model_rebuild()


def tests_of(condition: Condition | None) -> list[tuple[str, Test]]:
    """All (variable, test) pairs of a condition, in order of writing."""
    if condition is None:
        return []
    if isinstance(condition, AnyOf):
        return [pair for part in condition.any for pair in tests_of(part)]
    if isinstance(condition, AllOf):
        return [pair for part in condition.all for pair in tests_of(part)]
    return list(condition.items())


def variables_of(condition: Condition | None) -> list[str]:
    """The variables that a condition names, each once, in order of writing."""
    return list(dict.fromkeys(name for name, _ in tests_of(condition)))
