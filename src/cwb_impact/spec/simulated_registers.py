"""What the synthetic registers of a study are drawn from: the part `registers` of simulation.yml."""

from __future__ import annotations

from pydantic import Field, model_validator

from cwb_impact.spec.chances import Bands, Part, Parts
from cwb_impact.spec.model import Population, Slug, Spec


class SimulatedPeopleList(Spec):
    """Who stands in the list of people beside those who are paid, and what is said of everybody."""

    unpaid: Part = Field(description="People who learn or help without pay, as a part of those who are paid.")
    gone: Part = Field(description="People who left in the year before the first wave, likewise.")
    positions: Parts
    unpaid_positions: Parts
    members: dict[Slug, Part] = Field(description="Position: the part who are voting members; 0 by default.")
    hours: Bands = Field(description="Paid hours a week.")
    contracts: dict[Slug, Slug] = Field(description="Position: its kind of contract; an empty cell by default.")
    empty: Part = Field(description="Part of the hours that nobody filled in.")


class SimulatedCoopList(Spec):
    """Facts of the co-ops as a whole."""

    legal_forms: dict[Slug, Slug] = Field(
        default_factory=dict,
        description="Co-op: its form; only a co-operative, the default, has members.",
    )
    turnout: Bands = Field(description="Percent of the members at the assembly.")
    pay_ratio_band: Parts
    surplus_a_member: Bands = Field(description="Euros.")


class SimulatedRounds(Spec):
    """LM3: what came in, to whom it went, and where they spent it."""

    revenue_a_person: Bands = Field(description="Euros a year for each paid person.")
    to_workers: Part = Field(description="Part of what came in that is paid to workers.")
    to_suppliers: Part
    suppliers: int = Field(ge=1, description="Of each co-op.")
    worker_in_area: Parts
    supplier_in_area: Parts
    answered: Part = Field(description="Of the recipients in the area.")
    spent_in_area: Bands = Field(description="Percent.")

    @model_validator(mode="after")
    def _within(self) -> SimulatedRounds:
        if self.to_workers + self.to_suppliers > 1:
            raise ValueError("more is paid than came in")
        return self


class SimulatedSpend(Spec):
    """The ledger of the anchor organisations, with what is not tidy in any ledger."""

    anchors: Parts = Field(description="Name: its part of the lines.")
    headings: dict[Slug, str] = Field(
        default_factory=dict, description="Column: what this ledger calls it; the Dutch label by default."
    )
    lines_a_year: int = Field(ge=1)
    suppliers: int = Field(ge=1)
    in_area: Part = Field(description="Of the suppliers.")
    locally_owned: Parts = Field(description="Of the suppliers in the area: yes, no or unknown.")
    elsewhere: list[str] = Field(min_length=1, description="Four-digit postcodes of suppliers outside the area.")
    with_kvk: Part = Field(description="Of the suppliers.")
    listed: Part = Field(description="Of the suppliers: those of whom the list of suppliers says something.")
    median_euros: float = Field(gt=0, description="Of an invoice.")
    spread: float = Field(gt=0, description="Standard deviation of the logarithm of an invoice.")
    credit_notes: Part = Field(description="Of the lines; half of them stand beside their invoice.")
    doubles: Part = Field(description="Of the lines.")
    other_spelling: Part = Field(description="Of the lines.")
    no_postcode: Part = Field(description="Of the lines.")
    no_choice: Part = Field(description="Of the suppliers: the anchor could not choose.")
    choice_unknown: Part = Field(description="Of the lines: nobody filled in whether there was a choice.")
    to_coops: int = Field(ge=0, description="Invoices of each co-op in a year.")
    through_others: int = Field(ge=0, description="Payments to each co-op through another firm in a year.")


class SimulatedRegisters(Spec):
    """The sizes of the population `paid` are the paid people of each co-op, whom its stratum names."""

    paid: Population
    people: SimulatedPeopleList
    coops: SimulatedCoopList
    lm3: SimulatedRounds
    spend: SimulatedSpend
