"""Reads the programme folder of a study and checks its four files against one another."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.spec.dictionary_folder import read_spec
from cwb_impact.spec.model import FileSpec
from cwb_impact.spec.programme import ActionFile, InitiativeFile, ReportSource, StatusEvent, Target, TargetFile
from cwb_impact.spec.reported import Evidence, Quantity, parts
from cwb_impact.spec.yaml_source import Document, Location


@dataclass(frozen=True)
class Programme:
    """What one report says about a programme."""

    source: ReportSource
    actions: ActionFile
    initiatives: InitiativeFile
    targets: TargetFile

    @property
    def files(self) -> tuple[FileSpec, ...]:
        return (self.source, self.actions, self.initiatives, self.targets)

    def description(self) -> dict[str, str]:
        """The source, for the manifest of a release."""
        return {"report": self.source.title, "report_sha256": self.source.sha256}


def load_programme(folder: Path, problems: Problems, shown: str | None = None) -> Programme | None:
    """Read source.yml, actions.yml, initiatives.yml and targets.yml.

    Parameters
    ----------
    folder : the programme folder of a study.
    problems : gets every fault, with file and line: E102 unreadable, E001 refused YAML, E002 a value that is wrong or
        that the other files contradict, E131 a name that none of the files defines.
    shown : how messages call the folder; its own name when left out.

    Returns
    -------
    Programme, or None when a file could not be used. Its cross-checks may have added problems.
    """
    name = shown or folder.name
    source = read_spec(ReportSource, folder / "source.yml", f"{name}/source.yml", problems)
    actions = read_spec(ActionFile, folder / "actions.yml", f"{name}/actions.yml", problems)
    initiatives = read_spec(InitiativeFile, folder / "initiatives.yml", f"{name}/initiatives.yml", problems)
    targets = read_spec(TargetFile, folder / "targets.yml", f"{name}/targets.yml", problems)
    if source is None or actions is None or initiatives is None or targets is None:
        return None
    programme = Programme(source, actions, initiatives, targets)
    for file in programme.files:
        _check_lines_and_units(file, source, problems)
    _check_initiatives(initiatives, source, problems)
    for key, target in targets.targets.items():
        _check_target(key, target, programme, problems)
    return programme


def _check_lines_and_units(file: FileSpec, source: ReportSource, problems: Problems) -> None:
    for location, evidence in parts(Evidence, file):
        if evidence.line > source.lines:
            what = f"line {evidence.line} is beyond the end of the report, which has {source.lines} lines"
            problems.add("E002", file.doc.shown, file.doc.line(*location), dotted(location), what, "Correct the line")
    for location, quantity in parts(Quantity, file):
        _check_name(quantity.unit, source.units, "unit of source.yml", file.doc, (*location, "unit"), problems)


def _check_initiatives(file: InitiativeFile, source: ReportSource, problems: Problems) -> None:
    """Groups have a heading in the report, and what lies after the moment that it describes has not happened yet."""
    doc = file.doc
    for key, initiative in file.initiatives.items():
        place: Location = ("initiatives", key, "group")
        _check_name(initiative.group, file.groups, "heading under groups", doc, place, problems)
    moment = source.as_of.date
    for location, event in parts(StatusEvent, file):
        if event.date is not None and not event.expected and event.date.earliest > moment.latest:
            what = f"{event.date.text} is after {moment.text}, so it is expected"
            problems.add("E002", doc.shown, doc.line(*location), dotted(location), what, "Write expected: true")


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
        if not any(forecast.kind == "jobs" and target.reached_by(forecast.quantity.low) for forecast in forecasts):
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
