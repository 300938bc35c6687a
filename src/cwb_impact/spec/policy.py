"""The disclosure policy: what may be published. Every rule says which way a study may move it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, Text, Version, WaveId


@dataclass(frozen=True, slots=True)
class Stricter:
    """Which way is stricter: what a study may write in the place of a value of the default.

    higher, lower : a number (or true after false). multiple : a whole multiple, since of a figure that is rounded both
    to 5 and to 7 more is known than of one rounded to 5. more : names are added. fewer : names are left out.
    same : nothing else. own : the study's own words.
    """

    way: Literal["higher", "lower", "multiple", "more", "fewer", "same", "own"]


HIGHER, LOWER, MULTIPLE = Stricter("higher"), Stricter("lower"), Stricter("multiple")
MORE, FEWER, SAME, OWN = Stricter("more"), Stricter("fewer"), Stricter("same"), Stricter("own")


class HoldingRule(Spec):
    """Rule for populations whose members sit together in holdings (co-op workers in co-ops)."""

    variable: Annotated[Slug, SAME] = Field(description="The variable whose groups know their own members' answers.")
    minimum_holdings: Annotated[int, HIGHER] = Field(ge=1)
    minimum_outside_largest: Annotated[int, HIGHER] = Field(ge=0)


class SharePolicy(Spec):
    minimum_each_side: Annotated[int, HIGHER] = Field(ge=0)
    top_code_sensitive_above: Annotated[float, LOWER] = Field(ge=50, le=100)
    whole_percent_below_n: Annotated[int, HIGHER] = Field(ge=0)


class MedianPolicy(Spec):
    minimum_respondents: Annotated[int, HIGHER] = Field(ge=1)
    minimum_each_side: Annotated[int, HIGHER] = Field(ge=0)


class QuantilePolicy(Spec):
    """Quantiles other than the median, and ratios of two of them."""

    minimum_each_side: Annotated[int, HIGHER] = Field(
        ge=1, description="Respondents on each side; so many, divided by p or 1 - p, must there be in all."
    )


class MoneyPolicy(Spec):
    """Totals, means and ratios of what people answered about money: the p% rule."""

    p_percent: Annotated[float, HIGHER] = Field(
        gt=0, description="What is left without the two largest, in percent of the largest."
    )
    minimum_holdings: Annotated[int, HIGHER] = Field(ge=3)
    weights_are_public: Annotated[bool, HIGHER] = Field(
        description="Does the second largest contributor know what every answer weighs? More is hidden if so."
    )
    round_totals_to: Annotated[float, MULTIPLE] = Field(gt=0, description="Euros.")


class InequalityPolicy(Spec):
    """Statistics of a whole distribution: gini, s80_s20 and poverty_gap."""

    minimum_respondents: Annotated[int, HIGHER] = Field(ge=1)
    round_s80_s20_to: Annotated[float, MULTIPLE] = Field(gt=0)
    round_poverty_gap_to: Annotated[float, MULTIPLE] = Field(
        gt=0, description="Points: times a known threshold it is the median income of the poor, one person's answer."
    )


class PrecisionPolicy(Spec):
    """Reliability, not disclosure: beyond these a figure is marked as indicative."""

    maximum_half_width_points: Annotated[float, LOWER] = Field(gt=0)
    maximum_cv_percent: Annotated[float, LOWER] = Field(gt=0)


class PeopleInRegisters(Spec):
    """Figures about people from the lists of co-ops. One co-op must never be the figure."""

    minimum_people: Annotated[int, HIGHER] = Field(ge=1)
    minimum_holdings: Annotated[int, HIGHER] = Field(ge=1)
    minimum_outside_largest: Annotated[int, HIGHER] = Field(ge=0)
    round_counts_to: Annotated[int, MULTIPLE] = Field(ge=1)
    public_headcounts: Annotated[list[Slug], FEWER] = Field(
        default_factory=list, description="Indicators that count all people at work together: told exactly."
    )


class MoneyInRegisters(Spec):
    """Sums of money, and their ratios: the p% rule, with the co-op or supplier as holding."""

    p_percent: Annotated[float, HIGHER] = Field(
        gt=0, description="What is left without the two largest, in percent of the largest."
    )
    minimum_holdings: Annotated[int, HIGHER] = Field(ge=3)
    round_totals_to: Annotated[float, MULTIPLE] = Field(gt=0, description="Euros.")


class RegisterPolicy(Spec):
    """Figures from registers. What concerns nobody but the programme itself is public, with its source."""

    people: PeopleInRegisters
    minimum_organisations: Annotated[int, HIGHER] = Field(ge=3, description="Co-ops behind a figure about co-ops.")
    minimum_organisations_each_side: Annotated[int, HIGHER] = Field(
        default=2, ge=1, description="Co-ops that have what a share counts, and that do not: one would know all others."
    )
    money: MoneyInRegisters
    text: Annotated[Text, OWN] = Field(description="These rules in plain words, printed where a study has registers.")


class AuditPolicy(Spec):
    """How much an attacker who puts all published figures together must still not know."""

    minimum_width: Annotated[int, HIGHER] = Field(
        ge=1, description="People: between the least and the most that a hidden number can be."
    )


class Withheld(Spec):
    """Rows that a study leaves out by its own choice. What is not named stands for all: every wave, every group."""

    population: Population
    indicator: Slug | None = None
    wave: WaveId | None = None
    dimension: Slug | None = Field(default=None, description="`total` for all people together.")
    category: Slug | None = None
    why: Text | None = None

    @model_validator(mode="after")
    def _category(self) -> Withheld:
        if self.category is not None and self.dimension is None:
            raise ValueError("a category belongs to a dimension")
        return self


class Policy(FileSpec):
    """data_dictionary/policy.yml: what may be published. A study may be stricter, never looser."""

    version: Version
    minimum_respondents: Annotated[int, HIGHER] = Field(ge=1)
    minimum_degrees_of_freedom: Annotated[int, HIGHER] = Field(ge=0)
    holdings: dict[Population, HoldingRule]
    never_published_dimensions: Annotated[list[Slug], MORE]
    withhold: Annotated[list[Withheld], MORE] = Field(default_factory=list)
    share: SharePolicy
    median: MedianPolicy
    quantile: QuantilePolicy
    money: MoneyPolicy
    inequality: InequalityPolicy
    precision: PrecisionPolicy
    audit: AuditPolicy
    round_n_to: Annotated[int, MULTIPLE] = Field(ge=1)
    round_ess_to: Annotated[int, MULTIPLE] = Field(ge=1)
    round_deff_to: Annotated[float, MULTIPLE] = Field(gt=0)
    round_money_to: Annotated[float, MULTIPLE] = Field(gt=0)
    round_hourly_pay_to: Annotated[float, MULTIPLE] = Field(gt=0)
    round_ratio_to: Annotated[float, MULTIPLE] = Field(
        gt=0, description="Ratios, and medians of ratios, such as pay now over pay before."
    )
    round_hours_and_years_to: Annotated[float, MULTIPLE] = Field(
        gt=0, description="Medians and other quantiles of hours and of years."
    )
    hide_se_of_census: Annotated[bool, HIGHER]
    registers: RegisterPolicy
    text: Annotated[Text, OWN] = Field(description="The rules in plain words, printed in the report.")
