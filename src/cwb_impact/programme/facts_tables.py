"""What else the report tells, as tables of a release: steps, anchor organisations, contracts, money, meetings, data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

import pandas as pd

from cwb_impact.programme.cells import UNKNOWN, Row, amount, claim, lines, table, unit, when, words, yes_no
from cwb_impact.programme.contents import Programme
from cwb_impact.spec.programme_facts import Anchor, Contract, DataElement, Funding, Milestone, Session

Fact = TypeVar("Fact")

_DATE = "date_text date_text_en date_earliest date_latest"
_UNIT = "unit unit_nl unit_en"
_COLUMNS = {
    "milestones": f"id action initiative text_nl text_en state {_DATE} line data",
    "anchors": "id name named kind does_nl does_en buys members_qualifier members_min members_max "
    "members_unit members_unit_nl members_unit_en line data",
    "contracts": "id name_nl name_en action anchors initiatives stage route cwb_criteria amount_qualifier amount_min "
    f"amount_max {_UNIT} {_DATE} line data",
    "funding": "id kind name_nl name_en action giver purpose_nl purpose_en decision instrument for_area "
    "amount_qualifier amount_min amount_max paid_qualifier paid_min paid_max "
    f"{_UNIT} expected {_DATE} line data",
    "sessions": "id kind name_nl name_en action held several participants_qualifier participants_min "
    f"participants_max {_UNIT} {_DATE} line data",
    "data_inventory": "id name_nl name_en needed_for actions source_nl source_en in_register recorded owner_nl "
    "owner_en frequency_nl frequency_en gap_nl gap_en basis line data",
}


def fact_tables(programme: Programme) -> dict[str, pd.DataFrame]:
    """milestones, anchors, contracts, funding, sessions and data_inventory; without rows where the file is absent."""
    return {
        "milestones": _facts(
            "milestones", programme, programme.milestones.milestones if programme.milestones else {}, _milestone
        ),
        "anchors": _facts("anchors", programme, programme.anchors.anchors if programme.anchors else {}, _anchor),
        "contracts": _facts(
            "contracts", programme, programme.contracts.contracts if programme.contracts else {}, _contract
        ),
        "funding": _facts("funding", programme, programme.funding.funding if programme.funding else {}, _funding),
        "sessions": _facts("sessions", programme, programme.sessions.sessions if programme.sessions else {}, _session),
        "data_inventory": _facts(
            "data_inventory", programme, programme.data_inventory.elements if programme.data_inventory else {}, _element
        ),
    }


def _facts(
    name: str, programme: Programme, records: Mapping[str, Fact], cells: Callable[[Fact, Programme], Row]
) -> pd.DataFrame:
    """One row a record: its id, its lines, and its own cells."""
    rows = ({"id": key, "line": lines(record)} | cells(record, programme) for key, record in records.items())
    return table(_COLUMNS[name], rows)


def next_step(programme: Programme, action: str) -> Milestone | None:
    """The step of an action that should come first after the moment of the report, by the last day that it can mean.

    A step without a date comes after those with one. None: the report tells of no step that is still to come.
    """
    steps = programme.milestones.milestones.values() if programme.milestones is not None else ()
    ahead = [step for step in steps if step.action == action and step.expected and _last_day(step) > programme.told_on]
    return min(ahead, key=_last_day, default=None)


def _last_day(step: Milestone) -> date:
    return step.date.latest if step.date is not None else date.max


def _state(step: Milestone, programme: Programme) -> str:
    """reached; expected; or date_passed: still told as expected while its date had passed when the report was made."""
    if not step.expected:
        return "reached"
    passed = step.date is not None and step.date.latest < programme.source.as_of.date.earliest
    return "date_passed" if passed else "expected"


def _milestone(step: Milestone, programme: Programme) -> Row:
    """A step. `state` says whether it was reached, still expected, or expected for a date that had passed."""
    return (
        {"action": step.action, "initiative": step.initiative, "state": _state(step, programme)}
        | words("text", step.text)
        | when("date", step.date)
    )


def _anchor(anchor: Anchor, programme: Programme) -> Row:
    """An organisation. `buys` is yes only where the report says that it gives orders to a co-op."""
    return (
        {"name": anchor.name, "named": yes_no(anchor.named), "kind": anchor.kind, "buys": claim(anchor.buys)}
        | words("does", anchor.does)
        | amount("members", anchor.members)
        | unit(anchor.members, programme, "members_unit")
    )


def _contract(contract: Contract, programme: Programme) -> Row:
    """A tender, contract or stream of orders; several anchors or initiatives have a blank between them."""
    return (
        {"action": contract.action, "stage": contract.stage, "route": contract.route or UNKNOWN}
        | {"anchors": " ".join(contract.anchors), "initiatives": " ".join(contract.initiatives)}
        | {"cwb_criteria": claim(contract.cwb_criteria)}
        | words("name", contract.name)
        | amount("amount", contract.amount)
        | unit(contract.amount, programme, "unit")
        | when("date", contract.date)
    )


def _funding(money: Funding, programme: Programme) -> Row:
    """A grant or a fund. What was granted or committed, and what was paid, are two amounts: never added."""
    return (
        {"kind": money.kind, "action": money.action, "giver": money.giver or UNKNOWN, "decision": money.decision}
        | {"instrument": money.instrument, "for_area": claim(money.for_area), "expected": yes_no(money.expected)}
        | words("name", money.name)
        | words("purpose", money.purpose)
        | amount("amount", money.amount)
        | amount("paid", money.paid)
        | unit(money.amount, programme, "unit")
        | when("date", money.date)
    )


def _session(session: Session, programme: Programme) -> Row:
    """A session, or (`several`) a series of which the report gives no number."""
    return (
        {"kind": session.kind, "action": session.action}
        | {"held": yes_no(session.held), "several": yes_no(session.several)}
        | words("name", session.name)
        | amount("participants", session.participants)
        | unit(session.participants, programme, "unit")
        | when("date", session.date)
    )


def _element(element: DataElement, _programme: Programme) -> Row:
    """A fact that is needed: recorded or not, by whom, how often, and what is missing."""
    return (
        {"needed_for": " ".join(element.needed_for), "actions": " ".join(element.actions)}
        | {"in_register": element.in_register, "recorded": element.recorded, "basis": element.basis}
        | words("name", element.name)
        | words("source", element.source)
        | words("owner", element.owner)
        | words("frequency", element.frequency)
        | words("gap", element.gap)
    )
