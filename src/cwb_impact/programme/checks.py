"""Checks the files of a programme against one another: names, lines, units, and what cannot have happened yet."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator

from cwb_impact.errors import Problems
from cwb_impact.programme.contents import Programme
from cwb_impact.programme.counts import check_target_counts
from cwb_impact.spec.model import FileSpec
from cwb_impact.spec.programme import StatusEvent, Target
from cwb_impact.spec.programme_facts import Contract, DataElement, Funding, Milestone, Session
from cwb_impact.spec.reported import Evidence, FuzzyDate, Quantity, parts
from cwb_impact.spec.yaml_source import Document, Location


def check_programme(programme: Programme, problems: Problems) -> None:
    """Add every contradiction between the files: E002, E131, E611 (see load_programme)."""
    for file in programme.files:
        _check_lines_and_units(programme, file, problems)
        _check_moments(programme, file, problems)
        _check_names(programme, file, problems)
    for key, target in programme.targets.targets.items():
        _check_target(key, target, programme, problems)
    _check_groups(programme, problems)
    check_target_counts(programme.targets, programme.initiatives, programme.told_on, problems)


def check_indicators(programme: Programme, known: Collection[str], problems: Problems) -> None:
    """What is needed for an indicator, or shows its target, names an indicator of the dictionary (E131)."""
    for key, target in programme.targets.targets.items():
        if target.indicator is not None:
            place: Location = ("targets", key, "indicator")
            _check_name(target.indicator, known, "indicator", programme.targets.doc, place, problems)
    if programme.data_inventory is None:
        return
    for key, element in programme.data_inventory.elements.items():
        for index, name in enumerate(element.needed_for):
            place = ("elements", key, "needed_for", index)
            _check_name(name, known, "indicator", programme.data_inventory.doc, place, problems)


def _check_lines_and_units(programme: Programme, file: FileSpec, problems: Problems) -> None:
    source = programme.source
    for location, evidence in parts(Evidence, file):
        if evidence.line > source.lines:
            what = f"line {evidence.line} is beyond the end of the report, which has {source.lines} lines"
            problems.add("E002", file.doc.shown, file.doc.line(*location), dotted(location), what, "Correct the line")
    for location, quantity in parts(Quantity, file):
        _check_name(quantity.unit, source.units, "unit of source.yml", file.doc, (*location, "unit"), problems)


def _check_moments(programme: Programme, file: FileSpec, problems: Problems) -> None:
    """What lies after the moment that the report describes has not happened yet."""
    moment = programme.source.as_of.date
    for location, date, fix in _happened(file):
        if date is not None and date.earliest > moment.latest:
            what = f"{date.text} is after {moment.text}, so it is expected"
            problems.add("E002", file.doc.shown, file.doc.line(*location), dotted(location), what, fix)


def _happened(file: FileSpec) -> Iterator[tuple[Location, FuzzyDate | None, str]]:
    """What a file tells as something that has happened, and how to write that it has not."""
    for location, event in parts(StatusEvent, file):
        if not event.expected:
            yield location, event.date, "Write expected: true"
    for location, step in parts(Milestone, file):
        if not step.expected:
            yield location, step.date, "Write expected: true"
    for location, money in parts(Funding, file):
        if not money.expected:
            yield location, money.date, "Write expected: true"
    for location, contract in parts(Contract, file):
        if contract.stage == "running":
            yield location, contract.date, "Write stage: expected"
    for location, session in parts(Session, file):
        if session.held:
            yield location, session.date, "Write held: false"


def _check_names(programme: Programme, file: FileSpec, problems: Problems) -> None:
    """Actions, initiatives and anchor organisations that the six further files name."""
    actions, initiatives = programme.actions.actions, programme.initiatives.initiatives
    anchors = programme.anchors.anchors if programme.anchors is not None else {}
    doc = file.doc
    for location, action in _actions(file):
        _check_name(action, actions, "action", doc, location, problems)
    for location, step in parts(Milestone, file):
        if step.initiative is not None:
            _check_name(step.initiative, initiatives, "initiative", doc, (*location, "initiative"), problems)
    for location, contract in parts(Contract, file):
        for index, name in enumerate(contract.initiatives):
            _check_name(name, initiatives, "initiative", doc, (*location, "initiatives", index), problems)
        for index, name in enumerate(contract.anchors):
            _check_name(name, anchors, "anchor organisation", doc, (*location, "anchors", index), problems)


def _actions(file: FileSpec) -> Iterator[tuple[Location, str]]:
    for location, step in parts(Milestone, file):
        if step.action is not None:
            yield (*location, "action"), step.action
    for location, contract in parts(Contract, file):
        if contract.action is not None:
            yield (*location, "action"), contract.action
    for location, money in parts(Funding, file):
        if money.action is not None:
            yield (*location, "action"), money.action
    for location, session in parts(Session, file):
        if session.action is not None:
            yield (*location, "action"), session.action
    for location, element in parts(DataElement, file):
        for index, name in enumerate(element.actions):
            yield (*location, "actions", index), name


def _check_groups(programme: Programme, problems: Problems) -> None:
    file = programme.initiatives
    for key, initiative in file.initiatives.items():
        place: Location = ("initiatives", key, "group")
        _check_name(initiative.group, file.groups, "heading under groups", file.doc, place, problems)


def _check_target(key: str, target: Target, programme: Programme, problems: Problems) -> None:
    doc = programme.targets.doc
    initiatives = programme.initiatives.initiatives
    _check_name(target.action, programme.actions.actions, "action", doc, ("targets", key, "action"), problems)
    if target.reading_of is not None:
        first = [name for name, other in programme.targets.targets.items() if other.reading_of is None]
        _check_name(target.reading_of, first, "first reading", doc, ("targets", key, "reading_of"), problems)
    for field in ("counted", "possibly"):
        for index, name in enumerate(getattr(target, field)):
            _check_name(name, initiatives, "initiative", doc, ("targets", key, field, index), problems)
    if target.forecast_of is None:
        return
    place: Location = ("targets", key, "forecast_of")
    _check_name(target.forecast_of, initiatives, "initiative", doc, place, problems)
    if target.status == "met" and target.forecast_of in initiatives:
        forecasts = initiatives[target.forecast_of].forecasts
        if not any(forecast.kind == "jobs" and target.reached_with(forecast.quantity) for forecast in forecasts):
            what = f"no forecast of {target.forecast_of} reaches the target, so its potential is not met"
            problems.add("E002", doc.shown, doc.line(*place), key, what, "Correct the status, or the forecast")


def _check_name(
    name: str, known: Collection[str], kind: str, doc: Document, location: Location, problems: Problems
) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        fix = f"Did you mean {near[0]}?" if near else "Add it, or correct the name"
        problems.add("E131", doc.shown, doc.line(*location), dotted(location), f"{name} is no {kind}", fix)


def dotted(location: Location) -> str:
    """The keys that lead to a part of a file, as messages write them."""
    return ".".join(str(part) for part in location)
