"""An indicator is data: who is counted, what counts, and what it may not be set beside."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.conditions import Condition, InParameter, Scalar, tests_of, variables_of
from cwb_impact.spec.derived import ParameterValue
from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, Text, Version
from cwb_impact.spec.source import Fact, Reference, Source

Theme = Literal["employment", "job_quality", "income", "wellbeing", "community", "local_economy", "programme"]
Statistic = Literal[
    "total", "count", "mean", "share", "ratio", "gap", "relative_gap", "median", "quantile", "quantile_ratio",
    "gini", "s80_s20", "poverty_rate", "poverty_gap", "banded_median",
]  # fmt: skip
COUNTS: frozenset[str] = frozenset({"share", "count"})
"""Statistics of a numerator; all others are of a variable or scale."""
SHARES: frozenset[str] = frozenset({"share", "poverty_rate"})
"""Statistics that count people with a property: they have the intervals of a share, and may become a band."""
QUANTILES: frozenset[str] = frozenset({"median", "quantile", "banded_median"})
"""Statistics that are one person's answer, or lie between two or inside a band."""
PERCENT: frozenset[str] = frozenset({"share", "relative_gap", "gini", "poverty_rate", "poverty_gap"})
"""Statistics that are a part of something, and are told in percent."""
WITHIN: frozenset[str] = PERCENT - {"relative_gap"}
"""Of these, the statistics that cannot lie outside 0 and 100."""
MONEY: frozenset[str] = frozenset({"euro", "euro_per_hour"})
"""Units of money: of these, means and gaps too could be mostly one contributor."""
SUMS: frozenset[str] = frozenset({"total", "ratio", "relative_gap", "gini", "s80_s20"})
"""Statistics made of sums without a known unit: the largest contributor could be most of them (the p% rule)."""
GAPS: frozenset[str] = frozenset({"gap", "relative_gap"})
"""Statistics that set a group beside all others."""
AMOUNTS: frozenset[str] = frozenset({"total", "mean", "gap"}) | QUANTILES
"""Statistics in the unit of what they are of."""
Unit = Literal[
    "percent", "points_0_10", "points_0_100", "points_1_3", "points_1_5", "points_3_9", "hours", "years", "points",
    "ratio", "people", "count", "fte", "euro", "euro_per_hour",
]  # fmt: skip


class Example(Spec):
    """Rows in, number out; worked by hand in `steps`. A cell holds a value or the name of a missing reason."""

    name: str
    rows: list[dict[str, Scalar]] = Field(min_length=1, description="Variables, and `w` for the weight (1 if absent).")
    gives: float | None = Field(description="Null when nobody is left to compute from.")
    on: date | None = Field(default=None, description="The day for dated parameters; the newest by default.")
    parameters: dict[Slug, ParameterValue] = Field(
        default_factory=dict, description="Values that take the place of the dictionary's in this example."
    )
    n: int = Field(ge=0, description="Respondents with a valid answer.")
    excluded: dict[Slug, int] = Field(default_factory=dict, description="Reason: how many in the universe had none.")
    steps: str


class NotComparable(Spec):
    """A published figure or instrument that looks the same and is not."""

    what: Text
    why: Text


class Break(Spec):
    """From when figures are another measure than before, and why."""

    since: str
    what: Text


class Measurement(Spec):
    """What exactly is measured, in the words of data_dictionary/measurement/.

    A published figure may stand beside an indicator only when all four are the same.
    """

    instrument: Slug = Field(description="The question or register, word for word.")
    answers: Slug = Field(description="The answers or the scale it has.")
    rule: Slug = Field(description="What is counted or computed from them: the mean, 7 or more, the yes.")
    denominator: Slug = Field(description="Who or what is counted below the line.")


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
    level: Literal["status", "effort"] = Field(
        default="status", description="How people and the area are doing, or what the programme and anchors do."
    )
    decimals: int = Field(ge=0, le=2)
    reference_period: Text
    missing: Literal["exclude_and_count"]
    minimum_n: int = Field(default=10, ge=10)
    sensitive: bool = False
    source: Source
    measurement: Measurement | None = Field(
        default=None, description="Without it no published figure is ever set beside this one."
    )
    facts: list[Fact] = Field(default_factory=list)
    standard: str | None = None
    optional: bool = Field(default=False, description="Not part of the core catalogue.")
    parts_of: Slug | None = Field(default=None, description="The indicator of which this is one published part.")
    comparable_with: list[Slug] = Field(default_factory=list)
    not_comparable_with: list[NotComparable] = Field(default_factory=list)
    breaks: list[Break] = Field(default_factory=list)
    references: list[Reference] = Field(min_length=1)
    examples: list[Example] = Field(min_length=1)

    @model_validator(mode="after")
    def _shape(self) -> Indicator:
        name = self.statistic
        if (name in COUNTS) != (self.numerator is not None) or (name in COUNTS) == (self.of is not None):
            raise ValueError(
                "a share or count needs a numerator and no `of`, any other statistic `of` and no numerator"
            )
        if (self.unit == "percent" and name not in PERCENT | {"ratio"}) or (self.unit != "percent" and name in PERCENT):
            told = ", ".join(sorted(PERCENT))
            raise ValueError(f"the unit percent belongs to {told}, and only to these and to a ratio")
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
    def lists_named(self) -> list[str]:
        """Parameters whose list a condition names."""
        tests = [test for part in self.conditions for _, test in tests_of(part)]
        return list(dict.fromkeys(test.in_parameter for test in tests if isinstance(test, InParameter)))

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
