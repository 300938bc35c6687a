"""What `simulate` draws from: the truth of a synthetic study. One file a study: surveys/<study>/simulation.yml.

Every answer has a latent value with mean 0 and standard deviation 1, made of what a person shares with the others of
the stratum (a co-op, an area), what stays with the person, and what belongs to the moment. The distribution of a
variable turns the latent value into an answer.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.chances import Chance, Part, check_bands, check_parts
from cwb_impact.spec.conditions import Condition
from cwb_impact.spec.model import FileSpec, Population, Slug, Spec, WaveId
from cwb_impact.spec.simulated_registers import SimulatedRegisters

People = Annotated[int, Field(ge=0)]
OtherOutcome = Literal["partial", "refusal", "non_contact", "other", "not_eligible"]
LeftAside = Literal["date", "email", "remark"]


class Normal(Spec):
    """Numbers around a mean, rounded to whole numbers and kept inside the dictionary's range."""

    mean: float
    sd: float = Field(gt=0)


class Case(Spec):
    """Other chances for some people: the number of adults of those who are under 18."""

    if_: Condition = Field(alias="if")
    chances: dict[str, Chance] = Field(min_length=1)

    @model_validator(mode="after")
    def _shape(self) -> Case:
        check_parts(self.chances)
        return self


class SimulatedVariable(Spec):
    """How the answers to one variable come about: `chances` of codes, numbers or bands (`18..24`), or `normal`.

    A number may be an amount for each unit of numbers above it (`times`): pay is an hourly wage times the hours. A
    banded variable may be the band in which a number above it lies (`band_of`).
    """

    chances: dict[str, Chance] = Field(
        default_factory=dict, description="In order: the higher the latent value, the later the code."
    )
    cases: list[Case] = Field(
        default_factory=list, description="Chances of those for whom a condition holds; the first that holds counts."
    )
    normal: Normal | None = None
    band_of: Slug | None = Field(default=None, description="The answer is the band that this number lies in.")
    times: list[Slug] = Field(default_factory=list, description="Numbers above it, by which the drawn number goes.")
    decimals: int = Field(default=0, ge=0, le=2, description="Of the answer; 0 is whole numbers.")
    change: dict[WaveId, float] = Field(
        default_factory=dict,
        description="Numbers: added to what is drawn. Codes: added to the latent value, so that later codes gain.",
    )
    correlation: Part | None = Field(default=None, description="Of a person's latent values in two waves; 1 is fixed.")
    between_strata: Part | None = Field(default=None, description="Standard deviation of the strata's latent means.")
    factor: Slug | None = Field(default=None, description="Variables that name the same factor are correlated.")
    loading: float = Field(default=0, ge=-1, le=1, description="Correlation of the latent value with its factor.")
    asked_if: Condition | None = Field(default=None, description="For all others it is not_applicable.")
    item_missing: dict[Slug, Part] | None = None

    @model_validator(mode="after")
    def _shape(self) -> SimulatedVariable:
        if [bool(self.chances), self.normal is not None, self.band_of is not None].count(True) != 1:
            raise ValueError("needs chances, normal or band_of, and no two of them")
        if self.chances:
            check_parts(self.chances)
        elif self.cases or self.times or self.decimals:
            raise ValueError("cases, times and decimals go with chances")
        if (self.factor is None) != (self.loading == 0):
            raise ValueError("a factor needs a loading, and a loading needs a factor")
        return self


class SimulatedResponse(Spec):
    """Who answers. Rates differ by one variable; the weights of a sample correct for exactly that."""

    by: Slug
    rates: dict[str, Part] = Field(min_length=1, description="By code, or by band (`18..34`).")
    other_outcomes: dict[OtherOutcome, Chance] = Field(
        default_factory=dict, description="What became of those who did not complete it."
    )
    breaks_off_before: dict[WaveId, Slug] = Field(
        default_factory=dict,
        description="Who breaks off does so before this question of the map; before its end by default.",
    )

    @model_validator(mode="after")
    def _shape(self) -> SimulatedResponse:
        check_bands(self.rates)
        if self.other_outcomes:
            check_parts({str(outcome): part for outcome, part in self.other_outcomes.items()})
        return self


class SimulatedPopulation(Spec):
    """One population over the waves. Without `sample` everybody is asked; without `people` the census counts them."""

    stratum: Slug
    first_number: int = Field(ge=1, description="Respondents' numbers start here.")
    people: dict[WaveId, dict[Slug, People]] = Field(default_factory=dict)
    leave: Part = Field(description="Part of each stratum that is gone at the next wave; newcomers fill its size.")
    sample: dict[WaveId, dict[Slug, People]] = Field(default_factory=dict, description="New people asked, by stratum.")
    recontact: Part = Field(default=0, description="Part of the last wave's complete cases that is asked again.")
    response: SimulatedResponse
    correlation: Part
    between_strata: Part
    item_missing: dict[Slug, Part] = Field(description="Reason to chance; not where a wave has no code for the reason.")
    left_aside: dict[str, LeftAside] = Field(default_factory=dict, description="Columns that no map may use.")
    variables: dict[Slug, SimulatedVariable]

    @model_validator(mode="after")
    def _parts_of_the_whole(self) -> SimulatedPopulation:
        for name, variable in self.variables.items():
            if self.between_of(variable) ** 2 > self.correlation_of(variable):
                raise ValueError(f"{name}: between_strata squared is part of the correlation and cannot exceed it")
        return self

    def correlation_of(self, variable: SimulatedVariable) -> float:
        return self.correlation if variable.correlation is None else variable.correlation

    def between_of(self, variable: SimulatedVariable) -> float:
        return self.between_strata if variable.between_strata is None else variable.between_strata

    def item_missing_of(self, name: str) -> dict[str, float]:
        own = self.variables[name].item_missing
        return self.item_missing if own is None else own


class Simulation(FileSpec):
    """surveys/<study>/simulation.yml"""

    populations: dict[Population, SimulatedPopulation] = Field(min_length=1)
    registers: SimulatedRegisters | None = None
