"""The programme as tables of a release. One row a record, as the report has it: nothing is counted or added up here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from cwb_impact.programme.load import Programme
from cwb_impact.spec.model import Text
from cwb_impact.spec.programme import Initiative, StatusEvent
from cwb_impact.spec.reported import FuzzyDate, Quantity, lines_of

NOT_NUMERIC = "not_numeric"
"""The qualifier of a target that is delivered or not: its empty number is not unknown, there is none."""

_UNIT = "unit unit_nl unit_en"
_DUE = "due_text due_text_en due_earliest due_latest"
_COLUMNS = {
    "actions": "id action_line promise_nl promise_en status line data",
    "initiatives": "id name sector_nl sector_en group people_qualifier people_min people_max people_unit "
    "people_unit_nl people_unit_en people_as_of worker_coop_stated events note_nl note_en line data",
    "targets": "id action reading_of type text_nl text_en comparator target_qualifier target_min target_max "
    f"{_UNIT} {_DUE} actual_qualifier actual_min actual_max status rule_nl rule_en line data",
    "forecasts": f"initiative kind qualifier minimum maximum {_UNIT} {_DUE} condition_nl condition_en line data",
}

Row = dict[str, Any]


def programme_tables(programme: Programme) -> dict[str, pd.DataFrame]:
    """All tables of the programme: actions, initiatives, targets, forecasts.

    Parameters
    ----------
    programme : a programme without problems.

    Returns
    -------
    Name -> frame. A number that the report does not give is an empty cell with qualifier `unknown`; a date that it does
    not give has `unknown` as its text. `line` holds the lines of the report, with a blank between them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from cwb_impact.errors import Problems
    >>> from cwb_impact.programme.load import load_programme
    >>> programme = load_programme(Path("surveys/nieuw_west/programme"), Problems())
    >>> print(*programme_tables(programme)["initiatives"].loc[0, ["name", "people_qualifier", "people_min"]])
    Groen Nieuw-West Coöperatie about 20
    """
    return {
        "actions": actions(programme),
        "initiatives": initiatives(programme),
        "targets": targets(programme),
        "forecasts": forecasts(programme),
    }


def actions(programme: Programme) -> pd.DataFrame:
    """One row an action of the plan, with our reading of its status."""
    return _table(
        "actions",
        (
            {"id": key, "action_line": key.partition(".")[0], "status": action.status, "line": _lines(action)}
            | _words("promise", action.promise)
            for key, action in programme.actions.actions.items()
        ),
    )


def initiatives(programme: Programme) -> pd.DataFrame:
    """One row an initiative. A date is `earliest/latest`; `expected` in `events` is what had not happened yet."""
    as_of = _days(programme.source.as_of.date)
    return _table(
        "initiatives",
        (
            {"id": key, "name": initiative.name, "group": initiative.group, "line": _lines(initiative)}
            | {"people_as_of": as_of, "worker_coop_stated": _claim(initiative)}
            | {"events": "; ".join(map(_event, initiative.events))}
            | _words("sector", initiative.sector)
            | _words("note", initiative.notes)
            | _numbers(initiative.people_now.quantity, "people_qualifier", "people_min", "people_max")
            | _unit(initiative.people_now.quantity, programme, "people_unit")
            for key, initiative in programme.initiatives.initiatives.items()
        ),
    )


def targets(programme: Programme) -> pd.DataFrame:
    """One row a target under one reading of its words (`rule`). To count targets, take rows without `reading_of`."""
    return _table(
        "targets",
        (
            {"id": key, "action": target.action, "reading_of": target.reading_of, "type": target.type}
            | {"comparator": target.comparator, "status": target.status, "line": _lines(target)}
            | _words("text", target.text)
            | _words("rule", target.rule)
            | _numbers(target.target, "target_qualifier", "target_min", "target_max")
            | _numbers(target.actual, "actual_qualifier", "actual_min", "actual_max")
            | _unit(target.target, programme, "unit")
            | _due(target.due)
            for key, target in programme.targets.targets.items()
        ),
    )


def forecasts(programme: Programme) -> pd.DataFrame:
    """One row a forecast. They differ in kind, date and condition: there is no total, and none may be made."""
    return _table(
        "forecasts",
        (
            {"initiative": key, "kind": forecast.kind, "line": _lines(forecast)}
            | _numbers(forecast.quantity, "qualifier", "minimum", "maximum")
            | _unit(forecast.quantity, programme, "unit")
            | _due(forecast.due)
            | _words("condition", forecast.condition)
            for key, initiative in programme.initiatives.initiatives.items()
            for forecast in initiative.forecasts
        ),
    )


def _table(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    frame = pd.DataFrame([row | {"data": "public"} for row in rows], columns=_COLUMNS[name].split())
    numbers = [column for column in frame.columns if column.endswith(("_min", "_max", "minimum", "maximum"))]
    return frame.astype(dict.fromkeys(numbers, "Int64"))


def _words(name: str, text: Text | None) -> Row:
    return {f"{name}_{lang}": text[lang] if text is not None else None for lang in ("nl", "en")}


def _numbers(quantity: Quantity | None, qualifier: str, minimum: str, maximum: str) -> Row:
    if quantity is None:
        return {qualifier: NOT_NUMERIC}
    return {qualifier: quantity.qualifier, minimum: quantity.low, maximum: quantity.high}


def _unit(quantity: Quantity | None, programme: Programme, name: str) -> Row:
    if quantity is None:
        return {}
    return {name: quantity.unit} | _words(name, programme.source.units[quantity.unit])


def _due(due: FuzzyDate | None) -> Row:
    if due is None:
        return {"due_text": "unknown", "due_text_en": "unknown"}
    return {
        "due_text": due.text,
        "due_text_en": due.en or due.text,
        "due_earliest": due.earliest.isoformat(),
        "due_latest": due.latest.isoformat(),
    }


def _claim(initiative: Initiative) -> str:
    claim = initiative.stated_as_worker_coop
    return "unknown" if claim is None else "yes" if claim.value else "no"


def _event(event: StatusEvent) -> str:
    words = (event.kind, "expected" if event.expected else "", _days(event.date) if event.date is not None else "")
    return " ".join(filter(None, words))


def _days(date: FuzzyDate) -> str:
    """`2024-09-01/2024-09-30`, or one date when it is known to the day."""
    return "/".join(dict.fromkeys((date.earliest.isoformat(), date.latest.isoformat())))


def _lines(of: object) -> str:
    return " ".join(map(str, lines_of(of)))
