"""What the report says of money, meetings and data, as lists of facts that indicators are computed from.

Conventions of this project: `about 80` counts as 80, a range or `more than` is dont_know. A fact without a date lies in
the period that holds the moment of the report, because a report tells of the time up to its moment. A fact whose date
may lie inside or outside the period is in the list as dont_know; one whose date lies outside is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from cwb_impact.programme.contents import Programme
from cwb_impact.programme.initiative_rows import (
    DONT_KNOW,
    NOT_APPLICABLE,
    PLACE,
    TOLD_OF_INITIATIVES,
    Missing,
    Value,
    initiative_rows,
    places,
    report_rows,
)
from cwb_impact.spec.programme_facts import Funding, Session
from cwb_impact.spec.register import Period
from cwb_impact.spec.reported import FuzzyDate, Quantity
from cwb_impact.types import RegisterRows

Lies = Literal["inside", "outside", "unknown"]
Kind = Literal["code", "number"]
Record = Mapping[str, Value]

_CAPITAL: Mapping[str, Kind] = {
    "capital_committed_euros": "number",
    "capital_paid_euros": "number",
    "capital_for_area": "code",
    "capital_instrument": "code",
}
_GRANTS: Mapping[str, Kind] = {"grant_decision": "code", "grant_euros": "number"}
_SESSIONS: Mapping[str, Kind] = {
    "session_held": "code",
    "session_kind": "code",
    "session_participants": "number",
    "session_participants_approximate": "code",
}
_MASTERCLASSES: Mapping[str, Kind] = {"masterclasses_in_period": "number", "quarters_in_period": "number"}
_INVENTORY: Mapping[str, Kind] = {"data_element_needed": "code", "data_element_recorded": "code"}
TOLD_BY_REPORTS = frozenset({*TOLD_OF_INITIATIVES, *_CAPITAL, *_GRANTS, *_SESSIONS, *_MASTERCLASSES, *_INVENTORY})
"""The variables that a programme report can tell."""


def programme_rows(programme: Programme, wave: str, on: date, period: Period) -> list[RegisterRows]:
    """Every list of facts that the report gives at a wave.

    Parameters
    ----------
    programme : a programme without problems.
    wave : the wave whose reference day the report describes.
    on : its reference day.
    period : the days of which grants and sessions are counted.

    Returns
    -------
    initiatives, forecasts, targets, pipeline and, of the files that are there: capital, grants, sessions,
    masterclasses, data_inventory. `place` names the lines of the report.

    Examples
    --------
    >>> from pathlib import Path
    >>> from cwb_impact.errors import Problems
    >>> from cwb_impact.programme.load import load_programme
    >>> programme = load_programme(Path("surveys/nieuw_west/programme"), Problems())
    >>> year = Period(first=date(2025, 1, 1), last=date(2025, 12, 31))
    >>> lists = {rows.register: rows.frame for rows in programme_rows(programme, "2025Q3", date(2025, 10, 31), year)}
    >>> print(*lists["grants"].loc[0, ["grant_decision", "grant_euros", "place"]])
    awarded 320000.0 L318
    """
    told = [*initiative_rows(programme, wave, on), *fact_rows(programme, wave, on, period)]
    return [replace(rows, data=programme.source.data) for rows in told]


def fact_rows(programme: Programme, wave: str, on: date, period: Period) -> list[RegisterRows]:
    """The lists of the files funding, sessions and data_inventory; see programme_rows."""
    told = programme.source.as_of.date
    lists: dict[str, tuple[Mapping[str, Kind], list[Record]]] = {}
    if programme.funding is not None:
        money = programme.funding.funding.values()
        lists["capital"] = _CAPITAL, [_capital(one, on) for one in money if one.kind == "capital" and _begun(one, on)]
        awards = [(one, lies_in(one.date, period, told)) for one in money if one.kind == "grant"]
        lists["grants"] = _GRANTS, [_grant(one, lies) for one, lies in awards if lies != "outside"]
    if programme.sessions is not None:
        meetings = [(one, lies_in(one.date, period, told)) for one in programme.sessions.sessions.values()]
        inside = [(one, lies) for one, lies in meetings if lies != "outside"]
        lists["sessions"] = _SESSIONS, [_session(one, lies) for one, lies in inside]
        lists["masterclasses"] = _MASTERCLASSES, [_masterclasses(inside, programme, period)]
    if programme.data_inventory is not None:
        lists["data_inventory"] = _INVENTORY, _elements(programme)
    return [
        # a series of meetings without a number is one record
        report_rows(register, "programme", wave, on, variables, records, open_ended=register == "sessions")
        for register, (variables, records) in lists.items()
    ]


def lies_in(moment: FuzzyDate | None, period: Period, told: FuzzyDate) -> Lies:
    """Does a date of the report lie in a period?

    Parameters
    ----------
    moment : the date; None when the report gives none, and then it lies in the period that holds its moment.
    period : first and last day, both included.
    told : the moment that the report describes.
    """
    if moment is None:
        return "inside" if told.earliest <= period.last and told.latest >= period.first else "unknown"
    if moment.latest < period.first or moment.earliest > period.last:
        return "outside"
    return "inside" if period.first <= moment.earliest and moment.latest <= period.last else "unknown"


def whole_quarters(period: Period) -> int:
    """The calendar quarters that lie in a period from their first to their last day."""
    years = range(period.first.year, period.last.year + 2)
    firsts = [date(year, month, 1) for year in years for month in (1, 4, 7, 10)]
    # the last day of a quarter is the day before the next one starts
    return sum(
        period.first <= first and following - timedelta(days=1) <= period.last for first, following in pairwise(firsts)
    )


def _begun(money: Funding, on: date) -> bool:
    """A fund that certainly starts after the day is not there yet."""
    return money.date is None or money.date.earliest <= on


def _capital(money: Funding, on: date) -> Record:
    """What is only expected, or may have come after the day, has no amount on the day that anybody knows."""
    known = not money.expected and (money.date is None or money.date.latest <= on)
    return {
        "capital_committed_euros": _number(money.amount) if known else DONT_KNOW,
        "capital_paid_euros": _number(money.paid) if known else DONT_KNOW,
        "capital_for_area": DONT_KNOW if money.for_area is None else "yes" if money.for_area.value else "no",
        "capital_instrument": money.instrument or DONT_KNOW,
        PLACE: places(money),
    }


def _grant(money: Funding, lies: Lies) -> Record:
    known = lies == "inside" and not money.expected and money.decision is not None
    return {
        "grant_decision": money.decision if known and money.decision is not None else DONT_KNOW,
        "grant_euros": _number(money.amount),
        PLACE: places(money),
    }


def _session(session: Session, lies: Lies) -> Record:
    """Of a series nobody knows how many sessions there were, so it is no session that took place: dont_know."""
    held: Value = "no"
    if session.held:
        held = DONT_KNOW if session.several or lies == "unknown" else "yes"
    people = NOT_APPLICABLE if held == "no" else _number(session.participants)
    approximate = "yes" if session.participants.qualifier == "about" else "no"
    return {
        "session_held": held,
        "session_kind": session.kind,
        "session_participants": people,
        "session_participants_approximate": NOT_APPLICABLE if isinstance(people, Missing) else approximate,
        PLACE: places(session),
    }


def _masterclasses(inside: Sequence[tuple[Session, Lies]], programme: Programme, period: Period) -> Record:
    """Known only when the report tells of masterclasses one by one: that it names none does not mean there was none."""
    told = [(session, lies) for session, lies in inside if session.kind == "masterclass"]
    known = bool(told) and all(lies == "inside" and not session.several for session, lies in told)
    quarters = whole_quarters(period)
    promised = [one for one in programme.targets.targets.values() if one.indicator == "masterclasses_per_quarter"]
    return {
        "masterclasses_in_period": float(sum(session.held for session, _ in told)) if known else DONT_KNOW,
        "quarters_in_period": float(quarters) if quarters else DONT_KNOW,
        PLACE: places([*(session for session, _ in told), *promised]),
    }


def _elements(programme: Programme) -> list[Record]:
    entries = programme.data_inventory.elements.values() if programme.data_inventory is not None else ()
    return [
        {
            "data_element_needed": "yes",
            "data_element_recorded": DONT_KNOW if element.recorded == "unknown" else element.recorded,
            PLACE: places(element),
        }
        for element in entries
    ]


def _number(quantity: Quantity) -> Value:
    """One number, when the report gives one."""
    if quantity.value is None or quantity.qualifier not in ("exact", "about"):
        return DONT_KNOW
    return float(quantity.value)
