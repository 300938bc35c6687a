"""The programme as tables of a release. One row a record, as the report has it; counts stand there with their rule."""

from __future__ import annotations

import pandas as pd

from cwb_impact.programme.cells import Row, amount, claim, days, lines, numbers, table, unit, when, words
from cwb_impact.programme.compare import is_past
from cwb_impact.programme.contents import Programme
from cwb_impact.programme.counts import RULES, count
from cwb_impact.programme.evidence import evidence
from cwb_impact.programme.facts_tables import fact_tables, next_step
from cwb_impact.programme.outcomes import outcome
from cwb_impact.spec.model import DATA_LABEL
from cwb_impact.spec.programme import Forecast, StatusEvent, Target

_UNIT = "unit unit_nl unit_en"
_DUE = "due_text due_text_en due_earliest due_latest"
_COLUMNS = {
    "actions": "id action_line promise_nl promise_en status progress_nl progress_en next_text_nl next_text_en "
    "next_date_text next_date_text_en next_earliest next_latest line data",
    "initiatives": "id name sector_nl sector_en group group_nl group_en people_qualifier people_min people_max "
    "people_unit people_unit_nl people_unit_en people_line people_as_of worker_coop_stated events note_nl note_en "
    "line data",
    "targets": "id action reading_of type text_nl text_en comparator target_qualifier target_min target_max "
    f"{_UNIT} {_DUE} actual_qualifier actual_min actual_max status rule_nl rule_en outcome light why_nl why_en "
    "indicator target_line actual_line line data",
    "forecasts": f"initiative kind qualifier minimum maximum {_UNIT} {_DUE} due_state condition_nl condition_en "
    "line data",
    "counts": "rule on low high words_nl words_en counted possibly line data",
}


def programme_tables(programme: Programme) -> dict[str, pd.DataFrame]:
    """All tables of the programme, at the moment that the report describes.

    Parameters
    ----------
    programme : a programme without problems.

    Returns
    -------
    Name -> frame: actions, initiatives, targets, forecasts, counts, milestones, anchors, contracts, funding, sessions,
    data_inventory, evidence; one of a file that is absent has no rows. A number that the report does not give is an
    empty cell with qualifier `unknown`; a date that it does not give has `unknown` as its text. `line` holds the lines
    of the report, with a blank between them; it is empty only for an element of data_inventory with basis `own`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from cwb_impact.errors import Problems
    >>> from cwb_impact.programme.load import load_programme
    >>> programme = load_programme(Path("surveys/nieuw_west/programme"), Problems())
    >>> print(*programme_tables(programme)["initiatives"].loc[0, ["name", "people_qualifier", "people_min"]])
    Groen Nieuw-West Coöperatie about 20
    """
    tables = {
        "actions": actions(programme),
        "initiatives": initiatives(programme),
        "targets": targets(programme),
        "forecasts": forecasts(programme),
        "counts": counts(programme),
        **fact_tables(programme),
        "evidence": evidence(programme),
    }
    return {name: frame.assign(data=DATA_LABEL[programme.source.data]) for name, frame in tables.items()}


def actions(programme: Programme) -> pd.DataFrame:
    """One row an action of the plan, with our reading of its status and its next step, if the report tells one."""
    return table(
        _COLUMNS["actions"],
        (
            {"id": key, "action_line": key.partition(".")[0], "status": action.status, "line": lines(action)}
            | words("promise", action.promise)
            | words("progress", action.progress)
            | _next(programme, key)
            for key, action in programme.actions.actions.items()
        ),
    )


def _next(programme: Programme, action: str) -> Row:
    step = next_step(programme, action)
    if step is None:
        return {}
    date = {f"next_{name.removeprefix('next_date_')}": value for name, value in when("next_date", step.date).items()}
    text = {"next_date_text": date.pop("next_text"), "next_date_text_en": date.pop("next_text_en")}
    return words("next_text", step.text) | text | date


def initiatives(programme: Programme) -> pd.DataFrame:
    """One row an initiative. A date is `earliest/latest`; `expected` in `events` is what had not happened yet."""
    as_of = days(programme.source.as_of.date)
    return table(
        _COLUMNS["initiatives"],
        (
            {"id": key, "name": initiative.name, "group": initiative.group, "line": lines(initiative)}
            | {"people_as_of": as_of, "worker_coop_stated": claim(initiative.stated_as_worker_coop)}
            | {"events": "; ".join(map(_event, initiative.events))}
            | words("sector", initiative.sector)
            | words("group", programme.initiatives.groups[initiative.group].label)
            | words("note", initiative.notes)
            | amount("people", initiative.people_now.quantity)
            | {"people_line": lines(initiative.people_now)}
            | unit(initiative.people_now.quantity, programme, "people_unit")
            for key, initiative in programme.initiatives.initiatives.items()
        ),
    )


def targets(programme: Programme) -> pd.DataFrame:
    """One row a target under one reading of its words (`rule`). To count targets, take rows without `reading_of`."""
    return table(
        _COLUMNS["targets"],
        (
            {"id": key, "action": target.action, "reading_of": target.reading_of, "type": target.type}
            | {"comparator": target.comparator, "status": target.status, "line": lines(target)}
            | {"indicator": target.indicator}
            | {"target_line": lines(target.evidence.promise), "actual_line": lines(target.evidence.progress)}
            | words("text", target.text)
            | words("rule", target.rule)
            | amount("target", target.target)
            | amount("actual", target.actual)
            | unit(target.target, programme, "unit")
            | when("due", target.due)
            | _outcome(target, programme)
            for key, target in programme.targets.targets.items()
        ),
    )


def _outcome(target: Target, programme: Programme) -> Row:
    found = outcome(target, programme.told_on)
    return {"outcome": found.answer, "light": found.light} | words("why", found.why)


def forecasts(programme: Programme) -> pd.DataFrame:
    """One row a forecast. They differ in kind, date and condition: there is no total, and none may be made."""
    return table(
        _COLUMNS["forecasts"],
        (
            {"initiative": key, "kind": forecast.kind, "line": lines(forecast)}
            | {"due_state": _due_state(forecast, programme)}
            | numbers(forecast.quantity, "qualifier", "minimum", "maximum")
            | unit(forecast.quantity, programme, "unit")
            | when("due", forecast.due)
            | words("condition", forecast.condition)
            for key, initiative in programme.initiatives.initiatives.items()
            for forecast in initiative.forecasts
        ),
    )


def _due_state(forecast: Forecast, programme: Programme) -> str:
    """Had the date of a forecast passed at the moment of the report? Without a date nobody can say."""
    if forecast.due is None:
        return "cannot_say"
    return {"yes": "due", "no": "not_due"}.get(is_past(forecast.due, programme.told_on).answer, "cannot_say")


def counts(programme: Programme) -> pd.DataFrame:
    """One row a rule by which initiatives can be counted: from `low` (for certain) to `high` (at most)."""
    found = [count(rule.id, programme.initiatives, programme.told_on) for rule in RULES.values()]
    return table(
        _COLUMNS["counts"],
        (
            {"rule": one.rule, "on": one.on.isoformat(), "low": one.low, "high": one.high}
            | {"counted": " ".join(one.counted), "possibly": " ".join(one.possibly)}
            | {"line": " ".join(map(str, one.lines)) or lines(programme.initiatives.groups)}
            | words("words", one.words)
            for one in found
        ),
    )


def _event(event: StatusEvent) -> str:
    told = (event.kind, "expected" if event.expected else "", days(event.date) if event.date is not None else "")
    return " ".join(filter(None, told))
