"""What may stand beside what: the words of a measurement, and published figures (benchmarks)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.indicator import Measurement, Unit
from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, Text
from cwb_impact.spec.source import Fact, Reference

FACETS = ("instrument", "answers", "rule", "denominator")
"""What must be the same before two figures may stand side by side, in the order in which a refusal tells them."""

NOT_READ = "not_read"
"""The word, in any facet, for what nobody has read at the source. It is never the same as anything."""

Vintage = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")]
"""Day, month or year of publication, as far as it was read. Written this way, the order of text is that of time."""


class Measured(FileSpec):
    """data_dictionary/measurement/<theme>.yml: the words that a measurement may use, in Dutch and English."""

    instrument: dict[Slug, Text] = Field(default_factory=dict)
    answers: dict[Slug, Text] = Field(default_factory=dict)
    rule: dict[Slug, Text] = Field(default_factory=dict)
    denominator: dict[Slug, Text] = Field(default_factory=dict)


class Published(Spec):
    """One publication of a figure. A revised figure stands beside the first one; the newest vintage counts."""

    vintage: Vintage | None = Field(default=None, description="When it was published: '2024', 2024-10 or 2024-10-17.")
    value: float
    approximate: bool = Field(default=False, description="The source says `about`.")
    ci: tuple[float, float] | None = None
    interval_method: Text | None = Field(default=None, description="How the margin was made: two methods, two margins.")
    provisional: bool = False
    reference: str
    verified: bool

    @model_validator(mode="after")
    def _interval(self) -> Published:
        if (self.ci is None) != (self.interval_method is None):
            raise ValueError("a margin (`ci`) and its `interval_method` belong together")
        if self.ci is not None and not self.ci[0] <= self.value <= self.ci[1]:
            raise ValueError("the value lies outside its margin")
        return self


class Benchmark(FileSpec):
    """data_dictionary/benchmarks/<id>.yml: a published figure of another survey or register.

    One file is one figure: of one area and one period. Its publications are vintages (a revised figure) or, with the
    same vintage, two margins of one estimate.
    """

    id: Slug
    beside: list[Slug] = Field(
        default_factory=list,
        description="Indicators that readers will want to set beside it, those that it must not stand beside as well.",
    )
    name: Text
    area: Text
    period: Text
    populations: list[Population] = Field(min_length=1, description="The kind of people or organisations it is about.")
    statistic: Literal["mean", "share", "median", "ratio", "count", "total"]
    unit: Unit
    measurement: Measurement
    published: list[Published] = Field(min_length=1)
    facts: list[Fact] = Field(default_factory=list, description="What else it rests on, such as who was asked.")
    note: Text | None = None
    references: list[Reference] = Field(min_length=1)

    @model_validator(mode="after")
    def _publications(self) -> Benchmark:
        methods = [(one.vintage, one.interval_method and one.interval_method.en) for one in self.published]
        if len(set(methods)) < len(methods):
            raise ValueError("two publications have the same vintage and the same interval method")
        vintages = {one.vintage for one in self.published}
        if None in vintages and len(vintages) > 1:
            raise ValueError("of several vintages each needs its date: which one is newest?")
        if len({(one.vintage, one.value) for one in self.published}) > len(vintages):
            raise ValueError("one vintage has two values: these are two estimates, and two files")
        return self

    @property
    def current(self) -> tuple[Published, ...]:
        """The publications that count: those of the newest vintage, one for each method of its margin."""
        newest = max(one.vintage or "" for one in self.published)
        return tuple(one for one in self.published if (one.vintage or "") == newest)

    @property
    def earlier(self) -> tuple[Published, ...]:
        """Publications that were revised since, the oldest first: kept, and shown as history."""
        counting = self.current
        old = [one for one in self.published if one not in counting]
        return tuple(sorted(old, key=lambda one: one.vintage or ""))

    @property
    def verified(self) -> bool:
        """Was the figure that counts, and everything it rests on, read at its source?"""
        return all(one.verified for one in self.current) and all(fact.verified for fact in self.facts)
