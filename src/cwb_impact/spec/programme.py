"""What a programme promised and reported, as data: actions, initiatives, targets. Administrative facts, no survey data.

Statuses are our reading; the promises, numbers and dates are the report's, each with its line.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from cwb_impact.spec.model import FileSpec, Slug, Spec, Text
from cwb_impact.spec.reported import Evidence, FuzzyDate, Quantity, must_be_quoted, reached

ActionId = Annotated[str, Field(pattern=r"^[1-9][A-Z]?\.[1-9][0-9]?$")]
Status = Literal["met", "partly", "delayed", "not_met", "replaced", "continuous", "unknown"]
CountRule = Literal[
    "founded", "worker_coop_founded", "trading", "people_at_work", "trading_or_people_at_work", "report_heading",
]  # fmt: skip
"""How initiatives are counted (programme/counts.py)."""
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
    data: Literal["public", "synthetic"] = Field(
        default="public", description="`synthetic` for an invented report: everything made of it says so."
    )
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
    progress: Text = Field(description="What the report says has come of it, in our own short words.")
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
    at_work: Literal["all", "some", "none"] | None = Field(
        default=None,
        description="How many of them have work at the initiative: all; some (people in training are in the number); "
        "none (people of another firm). Null: the report leaves it open.",
    )
    evidence: list[Evidence] = Field(default_factory=list)

    @model_validator(mode="after")
    def _proven(self) -> Headcount:
        if (self.quantity.qualifier == "unknown") == bool(self.evidence):
            raise ValueError("a known number needs evidence, and an unknown one has none")
        if self.quantity.qualifier == "unknown" and self.at_work is not None:
            raise ValueError("of an unknown number nobody knows how many are at work")
        return self


class Claim(Spec):
    """What the report states, and where."""

    value: bool
    evidence: list[Evidence] = Field(min_length=1)


class Initiative(Spec):
    name: str = Field(min_length=1)
    sector: Text
    group: Slug
    people_now: Headcount
    events: list[StatusEvent]
    forecasts: list[Forecast]
    stated_as_worker_coop: Claim | None = Field(description="Null: the report does not say.")
    stated_as_founded: Claim | None = Field(
        default=None, description="Said without an event. Null: an event tells it, or the report leaves it open."
    )
    trading: Claim | None = Field(
        default=None, description="Orders or sales now, whatever the legal form. Null: the report does not say."
    )
    still_a_plan: list[Evidence] = Field(
        default_factory=list, description="Where the report says that there is no business yet, only a plan for one."
    )
    notes: Text | None = None
    evidence: list[Evidence] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_story(self) -> Initiative:
        """What is only a plan was not founded, has no orders and nobody at work."""
        founded = any(event.kind == "founded" and not event.expected for event in self.events)
        not_founded = self.stated_as_founded is not None and not self.stated_as_founded.value
        if founded and (not_founded or self.still_a_plan):
            raise ValueError("the events say founded, and stated_as_founded or still_a_plan says otherwise")
        claims = [claim for claim in (self.stated_as_founded, self.trading) if claim is not None]
        if self.still_a_plan and (any(claim.value for claim in claims) or self.people_now.at_work in ("all", "some")):
            raise ValueError("still a plan, and yet founded, with orders or with people at work")
        return self


class Group(Spec):
    """A heading or phase under which a report puts its initiatives: each programme has its own."""

    label: Text = Field(description="The report's own words, and the same in English.")
    operational: bool = Field(description="The report counts what stands under it as operational.")
    evidence: list[Evidence] = Field(min_length=1)


class InitiativeFile(FileSpec):
    """surveys/<study>/programme/initiatives.yml. `groups` are the report's own headings."""

    groups: dict[Slug, Group]
    pipeline: list[Evidence] = Field(default_factory=list, description="What it says of ideas that came and stopped.")
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
    count_rule: CountRule | None = Field(default=None, description="The rule that `counted` and `possibly` follow.")
    indicator: Slug | None = Field(default=None, description="The indicator of the dictionary that measures it.")
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
        if self.count_rule is not None and not high:
            raise ValueError("a target with a count_rule lists whom it counts")
        return self

    @model_validator(mode="after")
    def _status_holds(self) -> Target:
        """The status of a number follows from it; a potential rests on a forecast, and `delivered` on our reading."""
        if self.actual is None or self.type == "potential":
            return self
        met = self.reached_with(self.actual)
        if self.status == "met" and met is not True:
            raise ValueError("met, and actual does not show it")
        if self.status == "not_met" and met is not False:
            raise ValueError("not met, and actual does not show it")
        if met is True and self.status not in ("met", "replaced", "continuous"):
            raise ValueError(f"{self.status}, and actual shows that it is met")
        if met is False and self.status == "unknown":
            raise ValueError("unknown, and actual shows that it is not met, or not yet")
        return self

    def reached_with(self, quantity: Quantity) -> bool | None:
        """Does a number reach the target? None when that cannot be said."""
        if self.target is None or self.comparator == "delivered":
            return None
        return reached(quantity, self.comparator, self.target)


class TargetFile(FileSpec):
    """surveys/<study>/programme/targets.yml"""

    targets: dict[Slug, Target] = Field(min_length=1)
