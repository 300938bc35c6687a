"""What a programme promised and reported, as data: actions, initiatives, targets. Administrative facts, no survey data.

Statuses are our reading; the promises, numbers and dates are the report's, each with its line.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Slug, Spec, Text
from cwb_impact.spec.reported import Evidence, FuzzyDate, Quantity, must_be_quoted

ActionId = Annotated[str, Field(pattern=r"^[1-9][A-Z]?\.[1-9][0-9]?$")]
Status = Literal["met", "partly", "delayed", "not_met", "replaced", "continuous", "unknown"]
Group = Literal["founded_and_operational", "soon", "concept"]
EventKind = Literal[
    "founded", "launched", "operational", "service_started", "training_started", "workers_join_coop", "lease_signed",
    "living_lab_end", "converted_to_coop", "exploration_finished", "tender_won",
]  # fmt: skip


class AsOf(Spec):
    """The moment that the report describes: the date behind every `now`."""

    date: FuzzyDate
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _date_is_quoted(self) -> AsOf:
        must_be_quoted(self.date, self.evidence)
        return self


class ReportSource(FileSpec):
    """surveys/<study>/programme/source.yml: the report that the lines belong to. The report itself is not shipped."""

    title: str = Field(min_length=1)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the report as plain text.")
    lines: int = Field(ge=1)
    as_of: AsOf
    units: dict[Slug, Text] = Field(min_length=1, description="What the numbers of the programme count.")
    evidence: list[Evidence] = Field(min_length=1)


class Proof(Spec):
    """What the report promises, and what it says has come of it."""

    promise: list[Evidence] = Field(min_length=1)
    progress: list[Evidence] = Field(min_length=1)


class Action(Spec):
    promise: Text = Field(description="In our own short words.")
    status: Status = Field(description="Our reading of the progress; the report gives no status.")
    evidence: Proof


class ActionFile(FileSpec):
    """surveys/<study>/programme/actions.yml"""

    actions: dict[ActionId, Action] = Field(min_length=1)


class StatusEvent(Spec):
    """Something that happened to an initiative or, when `expected`, that the report expects or aims for."""

    kind: EventKind
    date: FuzzyDate | None = Field(description="Null: the report gives no date.")
    expected: bool
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _date_is_quoted(self) -> StatusEvent:
        must_be_quoted(self.date, self.evidence)
        return self


class Forecast(Spec):
    """A number that the report expects. Forecasts differ in kind, date and condition, so they are never added up."""

    kind: Literal["jobs", "training"]
    quantity: Quantity
    due: FuzzyDate | None = Field(description="Null: the report gives no date.")
    condition: Text | None
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _date_is_quoted(self) -> Forecast:
        must_be_quoted(self.due, self.evidence)
        return self


class Headcount(Spec):
    """People now, in the unit of the report's own words: a team is not yet people at work."""

    quantity: Quantity
    evidence: list[Evidence] = Field(default_factory=list)

    @model_validator(mode="after")
    def _proven(self) -> Headcount:
        if (self.quantity.qualifier == "unknown") == bool(self.evidence):
            raise ValueError("a known number needs evidence, and an unknown one has none")
        return self


class Claim(Spec):
    """What the report states, and where."""

    value: bool
    evidence: list[Evidence] = Field(min_length=1)


class Initiative(Spec):
    name: str = Field(min_length=1)
    sector: Text
    group: Group
    people_now: Headcount
    events: list[StatusEvent]
    forecasts: list[Forecast]
    stated_as_worker_coop: Claim | None = Field(description="Null: the report does not say.")
    notes: Text | None = None
    evidence: list[Evidence] = Field(min_length=1)


class InitiativeFile(FileSpec):
    """surveys/<study>/programme/initiatives.yml. `groups` are the report's own headings."""

    groups: dict[Group, list[Evidence]]
    initiatives: dict[Slug, Initiative] = Field(min_length=1)


class Target(Spec):
    """One target under one reading of its words. Two readings that give two numbers are two targets.

    `counted` are the initiatives that the rule certainly counts, `possibly` those for which the report leaves it open.
    """

    action: ActionId
    reading_of: Slug | None = Field(default=None, description="The target of which this is another reading.")
    type: Literal["result", "potential", "process"]
    text: Text
    comparator: Literal["at_least", "more_than", "delivered"] = Field(description="`delivered` goes without a number.")
    target: Quantity | None
    due: FuzzyDate | None = Field(description="Null: the report gives no date.")
    actual: Quantity | None
    status: Status
    rule: Text = Field(description="The reading of the words under which the status holds.")
    counted: list[Slug] = Field(default_factory=list)
    possibly: list[Slug] = Field(default_factory=list)
    forecast_of: Slug | None = Field(default=None, description="The initiative on whose forecast a potential rests.")
    evidence: Proof

    @model_validator(mode="after")
    def _shape(self) -> Target:
        must_be_quoted(self.due, self.evidence.promise)
        if (self.type == "potential") != (self.forecast_of is not None):
            raise ValueError("a potential names forecast_of, and nothing else does")
        if self.comparator == "delivered":
            if self.target is not None or self.actual is not None:
                raise ValueError("delivered goes without numbers: target and actual are null")
        elif self.target is None or self.target.low is None or self.actual is None:
            raise ValueError(f"{self.comparator} needs a known target, and an actual (unknown if need be)")
        elif self.actual.unit != self.target.unit:
            raise ValueError("target and actual have different units")
        return self

    @model_validator(mode="after")
    def _count(self) -> Target:
        low, high = len(self.counted), len(self.counted) + len(self.possibly)
        if high and (self.actual is None or (self.actual.low, self.actual.high) != (low, high)):
            raise ValueError(f"the initiatives listed make {low} to {high}, and actual says otherwise")
        return self

    @model_validator(mode="after")
    def _status_holds(self) -> Target:
        """A result is met only when even its lowest number reaches the target, and not met when the highest fails."""
        if self.actual is None or self.type == "potential":
            return self
        if self.status == "met" and not self.reached_by(self.actual.low):
            raise ValueError("met, and actual does not show it")
        if self.status == "not_met" and (self.actual.high is None or self.reached_by(self.actual.high)):
            raise ValueError("not met, and actual does not show it")
        return self

    def reached_by(self, number: int | None) -> bool:
        """Does a number reach the target? An unknown number reaches nothing."""
        if number is None or self.target is None or self.target.low is None:
            return False
        return number > self.target.low if self.comparator == "more_than" else number >= self.target.low


class TargetFile(FileSpec):
    """surveys/<study>/programme/targets.yml"""

    targets: dict[Slug, Target] = Field(min_length=1)
