"""What else a programme report tells, as data: steps, anchor organisations, contracts, money, meetings, data.

As in `programme`: numbers and dates are the report's, each with its line; what it does not say is unknown or null.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Slug, Spec, Text
from cwb_impact.spec.programme import ActionId, Claim
from cwb_impact.spec.reported import Evidence, FuzzyDate, Quantity, must_be_quoted


class Milestone(Spec):
    """A step of an action: reached or, when `expected`, still to come as the report sees it."""

    action: ActionId | None = Field(description="Null: of the programme as a whole.")
    initiative: Slug | None = Field(default=None, description="The initiative whose step it is.")
    text: Text
    date: FuzzyDate | None = Field(description="Null: the report gives no date.")
    expected: bool
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _date_is_quoted(self) -> Milestone:
        must_be_quoted(self.date, self.evidence)
        return self


class MilestoneFile(FileSpec):
    """surveys/<study>/programme/milestones.yml"""

    milestones: dict[Slug, Milestone] = Field(min_length=1)


class Anchor(Spec):
    """An organisation that is rooted in the area and buys for it."""

    name: str = Field(min_length=1)
    kind: Literal["municipality", "schools", "housing", "care", "welfare", "police", "culture", "other"]
    does: Text = Field(description="What the report says that it does in the programme.")
    named: bool = Field(default=True, description="False: the report has no name for it, such as `the hospital`.")
    buys: Claim | None = Field(description="Does it give orders to a co-op? Null: the report does not say.")
    members: Quantity | None = Field(default=None, description="Such as the schools of a board.")
    evidence: list[Evidence] = Field(min_length=1)


class AnchorFile(FileSpec):
    """surveys/<study>/programme/anchors.yml"""

    anchors: dict[Slug, Anchor] = Field(min_length=1)


class Contract(Spec):
    """A tender, contract or stream of orders that the report mentions."""

    name: Text
    action: ActionId | None = None
    anchors: list[Slug] = Field(description="Who buys; empty: the report does not say.")
    initiatives: list[Slug] = Field(description="Who sells or may sell; empty: the report does not say.")
    stage: Literal["talks", "expected", "running"]
    route: Literal["direct", "subcontract", "both"] | None = Field(description="Null: the report does not say.")
    cwb_criteria: Claim | None = Field(default=None, description="Do criteria of the programme hold in the tender?")
    amount: Quantity = Field(description="In euros; unknown where the report gives none.")
    date: FuzzyDate | None = Field(description="Null: the report gives no date.")
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _date_is_quoted(self) -> Contract:
        must_be_quoted(self.date, self.evidence)
        return self


class ContractFile(FileSpec):
    """surveys/<study>/programme/contracts.yml"""

    contracts: dict[Slug, Contract] = Field(min_length=1)


class Funding(Spec):
    """A grant, or money to invest. What was committed and what was paid in are two amounts, never added."""

    kind: Literal["grant", "capital"]
    name: Text
    action: ActionId | None = None
    giver: str | None = Field(description="Null: the report does not say.")
    purpose: Text
    decision: Literal["requested", "awarded", "rejected"] | None = Field(description="Of a grant.")
    instrument: Literal["promised", "replacement"] | None = Field(default=None, description="Of capital.")
    for_area: Claim | None = Field(description="Is it for initiatives in the area? Null: the report does not say.")
    amount: Quantity = Field(description="Granted or committed, in euros.")
    paid: Quantity = Field(description="Paid out or paid in, in euros.")
    date: FuzzyDate | None = None
    expected: bool = False
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _shape(self) -> Funding:
        must_be_quoted(self.date, self.evidence)
        if (self.kind == "grant") != (self.decision is not None) or (self.kind == "capital") != bool(self.instrument):
            raise ValueError("a grant has a decision, capital has an instrument")
        return self


class FundingFile(FileSpec):
    """surveys/<study>/programme/funding.yml"""

    funding: dict[Slug, Funding] = Field(min_length=1)


class Session(Spec):
    """A training, masterclass, workshop or meeting. `masterclass` only where the report calls it so.

    `several`: the report tells of more than one in these words and gives no number, so they cannot be counted.
    """

    kind: Literal["training", "masterclass", "workshop", "public_meeting", "other"]
    name: Text
    action: ActionId | None = None
    date: FuzzyDate | None = Field(description="Null: the report gives no date.")
    held: bool
    several: bool = False
    participants: Quantity
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _date_is_quoted(self) -> Session:
        must_be_quoted(self.date, self.evidence)
        return self


class SessionFile(FileSpec):
    """surveys/<study>/programme/sessions.yml"""

    sessions: dict[Slug, Session] = Field(min_length=1)


class DataElement(Spec):
    """One fact that is needed for steering: is it recorded, where, by whom, how often, and what is missing?

    `basis` says on what this rests: the report (with evidence), or this study's own look at its waves and registers.
    """

    name: Text
    needed_for: list[Slug] = Field(description="Indicators of the dictionary that rest on it.")
    actions: list[ActionId] = Field(default_factory=list, description="Actions whose result it would show.")
    source: Text = Field(description="Where it would come from.")
    in_register: Slug | None = Field(default=None, description="The register of the dictionary that holds it.")
    recorded: Literal["recorded", "partly", "not_recorded", "unknown"]
    owner: Text | None = Field(description="Who keeps it, or would keep it; null: not known.")
    frequency: Text | None = Field(description="How often; null: not known.")
    gap: Text | None = Field(description="What is missing; null: nothing.")
    basis: Literal["report", "own"]
    evidence: list[Evidence] = Field(default_factory=list)

    @model_validator(mode="after")
    def _proven(self) -> DataElement:
        if not self.needed_for and not self.actions:
            raise ValueError("an element is needed for an indicator or for an action")
        if (self.basis == "report") != bool(self.evidence):
            raise ValueError("an element that rests on the report has evidence, and another has none")
        if (self.recorded == "recorded") != (self.gap is None):
            raise ValueError("what is recorded in full has no gap, and everything else says what is missing")
        return self


class DataInventory(FileSpec):
    """surveys/<study>/programme/data_inventory.yml"""

    elements: dict[Slug, DataElement] = Field(min_length=1)
