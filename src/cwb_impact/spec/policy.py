"""The disclosure policy: what may be published."""

from __future__ import annotations

from pydantic import Field

from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, Text, Version


class HoldingRule(Spec):
    """Rule for populations whose members sit together in holdings (co-op workers in co-ops)."""

    variable: Slug = Field(description="The variable whose groups know their own members' answers.")
    minimum_holdings: int = Field(ge=1)
    minimum_outside_largest: int = Field(ge=0)


class SharePolicy(Spec):
    minimum_each_side: int = Field(ge=0)
    top_code_sensitive_above: float = Field(le=100)
    whole_percent_below_n: int = Field(ge=0)


class MedianPolicy(Spec):
    minimum_respondents: int = Field(ge=1)
    minimum_each_side: int = Field(ge=0)


class PrecisionPolicy(Spec):
    """Reliability, not disclosure: beyond these a figure is marked as indicative."""

    maximum_half_width_points: float = Field(gt=0)
    maximum_cv_percent: float = Field(gt=0)


class PeopleInRegisters(Spec):
    """Figures about people from the lists of co-ops. One co-op must never be the figure."""

    minimum_people: int = Field(ge=1)
    minimum_holdings: int = Field(ge=1)
    minimum_outside_largest: int = Field(ge=0)
    round_counts_to: int = Field(ge=1)
    public_headcounts: list[Slug] = Field(
        default_factory=list, description="Indicators that count all people at work together: told exactly."
    )


class MoneyInRegisters(Spec):
    """Sums of money, and their ratios: the p% rule, with the co-op or supplier as holding."""

    p_percent: float = Field(gt=0, description="What is left without the two largest, in percent of the largest.")
    minimum_holdings: int = Field(ge=3)
    round_totals_to: float = Field(gt=0, description="Euros.")


class RegisterPolicy(Spec):
    """Figures from registers. What concerns nobody but the programme itself is public, with its source."""

    people: PeopleInRegisters
    minimum_organisations: int = Field(ge=3, description="Co-ops behind a figure about co-ops.")
    minimum_organisations_each_side: int = Field(
        default=2, ge=1, description="Co-ops that have what a share counts, and that do not: one would know all others."
    )
    money: MoneyInRegisters
    text: Text = Field(description="These rules in plain words, printed where a study has registers.")


class Policy(FileSpec):
    """data_dictionary/policy.yml: what may be published. A study may be stricter, never looser."""

    version: Version
    minimum_respondents: int = Field(ge=1)
    minimum_degrees_of_freedom: int = Field(ge=0)
    holdings: dict[Population, HoldingRule]
    never_published_dimensions: list[Slug]
    share: SharePolicy
    median: MedianPolicy
    precision: PrecisionPolicy
    round_n_to: int = Field(ge=1)
    round_ess_to: int = Field(ge=1)
    round_deff_to: float = Field(gt=0)
    round_money_to: float = Field(gt=0)
    round_hourly_pay_to: float = Field(gt=0)
    round_ratio_to: float = Field(gt=0, description="Medians of ratios, such as pay now over pay before.")
    hide_se_of_census: bool
    registers: RegisterPolicy
    text: Text = Field(description="The rules in plain words, printed in the report.")
