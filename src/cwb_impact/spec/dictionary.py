"""The data dictionary: what every word means. One file an indicator, scale or parameter; one a theme of variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.conditions import Condition, Scalar, variables_of
from cwb_impact.spec.model import FileSpec, NotReserved, Slug, Spec, Text, Version

Population = Literal["coop_workers", "residents", "entrepreneurs", "coops", "anchors", "programme"]
Theme = Literal["employment", "job_quality", "income", "wellbeing", "community"]
Statistic = Literal[
    "total", "count", "mean", "share", "ratio", "gap", "relative_gap", "median", "quantile", "quantile_ratio",
    "gini", "s80_s20", "poverty_rate", "poverty_gap",
]  # fmt: skip
COUNTS: frozenset[str] = frozenset({"share", "count"})
"""Statistics of a numerator; all others are of a variable or scale."""
SHARES: frozenset[str] = frozenset({"share", "poverty_rate"})
"""Statistics that count people with a property: they have the intervals of a share, and may become a band."""
QUANTILES: frozenset[str] = frozenset({"median", "quantile"})
"""Statistics that are one person's answer, or lie between two."""
PERCENT: frozenset[str] = frozenset({"share", "relative_gap", "gini", "poverty_rate", "poverty_gap"})
"""Statistics that are a part of something, and are told in percent."""
Relation = Literal["exact", "close", "broad", "narrow"]
Unit = Literal["percent", "points_0_10", "points_0_100", "hours", "years", "points", "ratio", "people"]


class Source(Spec):
    """Where a question or a rule comes from, and what may be done with its words."""

    instrument: Text
    reference: str
    licence: str
    item_text_shipped: bool = Field(description="May the wording of the question travel with the package?")
    verified: bool = Field(description="False while the fact rests on something nobody has read at its source.")
    note: str | None = None


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
    question: Text | None = Field(default=None, description="The wording, when its licence lets it travel.")
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


class Reference(Spec):
    """A published source."""

    text: str
    doi: str | None = None


class Example(Spec):
    """Rows in, number out; worked by hand in `steps`. A cell holds a value or the name of a missing reason."""

    name: str
    rows: list[dict[str, Scalar]] = Field(min_length=1, description="Variables, and `w` for the weight (1 if absent).")
    gives: float | None = Field(description="Null when nobody is left to compute from.")
    n: int = Field(ge=0, description="Respondents with a valid answer.")
    excluded: dict[Slug, int] = Field(default_factory=dict, description="Reason: how many in the universe had none.")
    steps: str


class Scale(FileSpec):
    """data_dictionary/scales/<id>.yml: a score from several items."""

    id: Slug
    version: Version
    name: Text
    items: list[Slug] = Field(min_length=2)
    item_range: tuple[int, int]
    reversed: list[Slug] = Field(default_factory=list)
    method: Literal["sum", "mean"]
    multiply: float = 1.0
    range: tuple[float, float]
    missing: Literal["all_items_required"]
    sensitive: bool = False
    source: Source
    references: list[Reference] = Field(min_length=1)


class NotComparable(Spec):
    """A published figure or instrument that looks the same and is not."""

    what: Text
    why: Text


class Indicator(FileSpec):
    """data_dictionary/indicators/<id>.yml

    `share` is the weighted part of valid respondents for whom `numerator` holds, `count` their weighted number; the
    other statistics are of the variable or scale named in `of`, as docs/estimation.md defines them: `ratio` per another
    variable, `gap` and `relative_gap` between a group and the others. Respondents outside `universe` are not counted;
    those inside it without a valid answer are excluded and counted with their reason.
    """

    id: Slug
    code: str = Field(pattern=r"^[A-Z]+[0-9]{2}[a-z]?$")
    version: Version
    theme: Theme
    name: Text
    plain: Text = Field(description="One plain sentence for a reader without statistics.")
    populations: list[Population] = Field(min_length=1)
    universe: Condition | None = None
    universe_label: Text
    statistic: Statistic
    of: Slug | None = None
    numerator: Condition | None = None
    per: Slug | None = Field(default=None, description="Of a ratio: the variable below the line.")
    group: Condition | None = Field(default=None, description="Of a gap: the group that is set beside all others.")
    at: list[Annotated[float, Field(gt=0, lt=1)]] | None = Field(
        default=None, description="Of a quantile: [0.25]. Of a quantile ratio: [upper, lower], such as [0.9, 0.1]."
    )
    share_of_median: float = Field(default=0.6, gt=0, description="Of a poverty statistic with its own threshold.")
    threshold: Slug | None = Field(
        default=None, description="Of a poverty statistic: the parameter that holds an external threshold."
    )
    unit: Unit
    scale_range: tuple[float, float] | None = Field(default=None, description="Ends of the axis and of intervals.")
    direction: Literal["up_is_better", "down_is_better", "context"]
    decimals: int = Field(ge=0, le=2)
    reference_period: Text
    missing: Literal["exclude_and_count"]
    minimum_n: int = Field(default=10, ge=10)
    sensitive: bool = False
    source: Source
    standard: str | None = None
    parts_of: Slug | None = Field(default=None, description="The indicator of which this is one published part.")
    comparable_with: list[Slug] = Field(default_factory=list)
    not_comparable_with: list[NotComparable] = Field(default_factory=list)
    references: list[Reference] = Field(min_length=1)
    examples: list[Example] = Field(min_length=1)

    @model_validator(mode="after")
    def _shape(self) -> Indicator:
        name = self.statistic
        if (name in COUNTS) != (self.numerator is not None) or (name in COUNTS) == (self.of is not None):
            raise ValueError(
                "a share or count needs a numerator and no `of`, any other statistic `of` and no numerator"
            )
        if (name in PERCENT) != (self.unit == "percent"):
            raise ValueError(f"the unit percent belongs to {', '.join(sorted(PERCENT))}, and only to these")
        belongs = {
            "per": (self.per is not None, name == "ratio"),
            "group": (self.group is not None, name in ("gap", "relative_gap")),
            "threshold": (self.threshold is not None, self.threshold is not None and name.startswith("poverty")),
        }
        for key, (given, wanted) in belongs.items():
            if given != wanted:
                raise ValueError(f"{name} {'needs' if wanted else 'takes no'} `{key}`")
        if len(self.at or []) != {"quantile": 1, "quantile_ratio": 2}.get(name, 0):
            raise ValueError(
                "`at` has one number for a quantile, two for a quantile_ratio, and no other statistic has it"
            )
        return self

    @property
    def conditions(self) -> tuple[Condition | None, ...]:
        """Every condition of the definition, present or not."""
        return self.universe, self.numerator, self.group

    @property
    def names_used(self) -> list[str]:
        """Variables, scales and conditions' variables that the definition names, each once."""
        of = [name for name in (self.of, self.per) if name is not None]
        universe, *others = self.conditions
        named = [*variables_of(universe), *of, *(name for part in others for name in variables_of(part))]
        return list(dict.fromkeys(named))


class DatedValue(Spec):
    """One value or list of a parameter, from a date on."""

    valid_from: date
    valid_to: date | None = None
    value: float | None = None
    items: list[str] | None = None
    reference: str
    verified: bool

    def holds(self, on: date) -> bool:
        """Is this the value of that day?"""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Parameter(FileSpec):
    """data_dictionary/parameters/<id>.yml: dated values with a reference."""

    id: Slug
    name: Text
    unit: str
    values: list[DatedValue] = Field(min_length=1)
    note: Text | None = None


class MissingReason(Spec):
    """Why a value is absent, and how SPSS, Stata and FHIR say it."""

    label: Text
    spss: int
    stata: str
    fhir: str
    set_by_harmoniser: bool = False


class MissingReasons(FileSpec):
    """data_dictionary/missing_reasons.yml"""

    reasons: dict[Slug, MissingReason]


@dataclass(frozen=True)
class Dictionary:
    """Everything defined for a study: the shared dictionary and, on top, the study's own words."""

    variables: dict[str, Variable] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    missing_reasons: dict[str, MissingReason] = field(default_factory=dict)

    @property
    def words(self) -> frozenset[tuple[str, str]]:
        """Every defined name with its kind."""
        kinds: dict[str, Mapping[str, object]] = {
            "variable": self.variables,
            "scale": self.scales,
            "indicator": self.indicators,
            "parameter": self.parameters,
        }
        return frozenset((kind, name) for kind, names in kinds.items() for name in names)

    def with_words_of(self, other: Dictionary) -> Dictionary:
        """This dictionary and the words of another."""
        return Dictionary(
            {**self.variables, **other.variables},
            {**self.scales, **other.scales},
            {**self.indicators, **other.indicators},
            {**self.parameters, **other.parameters},
            {**self.missing_reasons, **other.missing_reasons},
        )

    def variables_behind(self, name: str) -> list[str]:
        """The variables that a variable or scale is made of."""
        return list(self.scales[name].items) if name in self.scales else [name]

    def variables_needed(self, indicator: Indicator) -> list[str]:
        """The variables that every wave must map (or declare not collected) for an indicator."""
        needed = (variable for name in indicator.names_used for variable in self.variables_behind(name))
        return list(dict.fromkeys(needed))
