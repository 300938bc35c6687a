"""What the report says of initiatives, forecasts and targets, as lists of facts that indicators are computed from.

A number that the report does not give is the reason dont_know, never 0. The study says with `report: true` that the
report describes the reference day, so what it says of `now` holds on that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from cwb_impact.programme.contents import Programme
from cwb_impact.programme.counts import Case, Fact, founded, people_at_work, trading
from cwb_impact.spec.model import Population
from cwb_impact.spec.programme import Claim, Forecast, Initiative, Target
from cwb_impact.spec.reported import lines_of
from cwb_impact.types import RegisterRows


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not there, and why (data_dictionary/missing_reasons.yml)."""

    reason: str


DONT_KNOW = Missing("dont_know")
NOT_APPLICABLE = Missing("not_applicable")

Value = str | float | Missing
Kind = Literal["code", "number"]
_INITIATIVES: Mapping[str, Kind] = {
    "initiative_founded": "code",
    "initiative_is_worker_coop": "code",
    "initiative_trading": "code",
    "initiative_has_people_at_work": "code",
}
_FORECASTS: Mapping[str, Kind] = {
    "forecast_kind": "code",
    "forecast_conditional": "code",
    "forecast_due": "code",
    "forecast_low": "number",
    "forecast_high": "number",
    "forecast_realised": "number",
}
_TARGETS: Mapping[str, Kind] = {
    "target_status": "code",
    "target_status_known": "code",
    "target_type": "code",
    "target_main_reading": "code",
}
_PIPELINE: Mapping[str, Kind] = dict.fromkeys(
    ("pipeline_scouted", "pipeline_advanced", "pipeline_dropped", "pipeline_drop_reason"), "code"
)
TOLD_OF_INITIATIVES = frozenset({*_INITIATIVES, *_FORECASTS, *_TARGETS, *_PIPELINE})
PLACE = "place"
"""The key of a record that holds its lines of the report."""


def initiative_rows(programme: Programme, wave: str, on: date) -> list[RegisterRows]:
    """The lists `initiatives`, `forecasts`, `targets` and `pipeline` of a wave.

    Parameters
    ----------
    programme : a programme without problems.
    wave : the wave that the report describes.
    on : its reference day.

    Returns
    -------
    Four lists, one row a record of the report. `place` names its lines.

    Examples
    --------
    >>> from pathlib import Path
    >>> from cwb_impact.errors import Problems
    >>> from cwb_impact.programme.load import load_programme
    >>> programme = load_programme(Path("surveys/nieuw_west/programme"), Problems())
    >>> initiatives, *_ = initiative_rows(programme, "2025Q3", date(2025, 10, 31))
    >>> print(*initiatives.frame.loc[0, ["initiative_founded", "initiative_has_people_at_work"]])
    yes yes
    """
    initiatives = programme.initiatives
    about = [
        _initiative(Case(entry, initiatives.groups[entry.group], on)) for entry in initiatives.initiatives.values()
    ]
    expected = [
        _forecast(forecast, entry, on) for entry in initiatives.initiatives.values() for forecast in entry.forecasts
    ]
    promised = [_target(target) for target in programme.targets.targets.values()]
    return [
        report_rows("initiatives", "coops", wave, on, _INITIATIVES, about),
        report_rows("forecasts", "coops", wave, on, _FORECASTS, expected),
        report_rows("targets", "programme", wave, on, _TARGETS, promised),
        report_rows("pipeline", "programme", wave, on, _PIPELINE, _pipeline(programme), True),
    ]


def _initiative(case: Case) -> Mapping[str, Value]:
    initiative = case.initiative
    return {
        "initiative_founded": _code(founded(case)),
        "initiative_is_worker_coop": _claimed(initiative.stated_as_worker_coop),
        "initiative_trading": _code(trading(case)),
        "initiative_has_people_at_work": _code(people_at_work(case)),
        PLACE: places([initiative.evidence, initiative.people_now, initiative.events, initiative.still_a_plan,
                       initiative.stated_as_worker_coop, initiative.stated_as_founded, initiative.trading]),
    }  # fmt: skip


def _forecast(forecast: Forecast, initiative: Initiative, on: date) -> Mapping[str, Value]:
    quantity, due = forecast.quantity, forecast.due
    for_today = due is not None and due.latest == on
    limits = quantity.reading if quantity.qualifier == "more_than" else (quantity.low, quantity.high)
    low, high = limits or (None, None)
    return {
        "forecast_kind": forecast.kind,
        "forecast_conditional": "no" if forecast.condition is None else "yes",
        "forecast_due": "yes" if for_today else "no",
        "forecast_low": DONT_KNOW if low is None else float(low),
        "forecast_high": float(high) if high is not None else DONT_KNOW if low is None else NOT_APPLICABLE,
        "forecast_realised": _realised(forecast, initiative) if for_today else DONT_KNOW,
        PLACE: places(forecast),
    }


def _realised(forecast: Forecast, initiative: Initiative) -> Value:
    """People now, when they are counted in the same way as the forecast and told as one number."""
    now = initiative.people_now.quantity
    if now.unit != forecast.quantity.unit or now.value is None or now.qualifier == "more_than":
        return DONT_KNOW
    return float(now.value)


def _target(target: Target) -> Mapping[str, Value]:
    known = target.status != "unknown"
    return {
        "target_status": target.status if known else DONT_KNOW,
        "target_status_known": "yes" if known else "no",
        "target_type": target.type,
        "target_main_reading": "yes" if target.reading_of is None else "no",
        PLACE: places(target),
    }


def _pipeline(programme: Programme) -> list[Mapping[str, Value]]:
    """One row for all ideas together: a report that only says that ideas come and go gives no number of any kind."""
    told = programme.initiatives.pipeline
    return [dict.fromkeys(_PIPELINE, DONT_KNOW) | {PLACE: places(told)}] if told else []


def _code(fact: Fact) -> Value:
    return DONT_KNOW if fact == "unknown" else fact


def _claimed(claim: Claim | None) -> Value:
    return DONT_KNOW if claim is None else "yes" if claim.value else "no"


def places(of: object) -> str:
    """The lines of the report on which a part rests: `L140 L141`."""
    return " ".join(f"L{line}" for line in lines_of(of))


def report_rows(
    register: str,
    population: Population,
    wave: str,
    on: date,
    variables: Mapping[str, Kind],
    records: Sequence[Mapping[str, Value]],
    open_ended: bool = False,
) -> RegisterRows:
    """A list of facts of the report, as the harmonised rows that indicators are computed from.

    Parameters
    ----------
    variables : every variable of the list, and whether it is a number or a code.
    records : one a row: variable -> value or Missing, and `place`. None at all gives an empty list with its columns.
    open_ended : a record that is not known may stand for several.

    Returns
    -------
    RegisterRows: public, protecting nothing, with `x` and `x__why` for every variable.
    """
    columns: dict[str, pd.Series] = {}
    for name, kind in variables.items():
        answers = [record[name] for record in records]
        known = [None if isinstance(answer, Missing) else answer for answer in answers]
        columns[name] = pd.Series(known, dtype="float64" if kind == "number" else "str")
        why = [answer.reason if isinstance(answer, Missing) else "valid" for answer in answers]
        columns[f"{name}__why"] = pd.Series(why, dtype="str")
    columns["holding"] = pd.Series([""] * len(records), dtype="str")
    columns[PLACE] = pd.Series([record[PLACE] for record in records], dtype="str")
    frame = pd.DataFrame(columns)
    counts = {"rows": len(records)}
    return RegisterRows(register, population, wave, on, "nothing", "public", frame, "report", {}, counts, open_ended)
