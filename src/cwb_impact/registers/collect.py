"""All lists of a study: what the programme report tells, and the registers that co-ops and anchors filled in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.programme.fact_rows import programme_rows
from cwb_impact.programme.load import Programme, load_programme
from cwb_impact.registers.read import read_registers
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.types import RegisterRows

DASHBOARD = "dashboard"
"""The list of the indicators that the steering page needs; which have a figure is known only after estimating."""


def collect(study: StudyBundle, problems: Problems, progress: Callable[[str], None]) -> tuple[RegisterRows, ...]:
    """Read what was kept, wave by wave.

    A register file of a wave takes the place of what the report says about the same thing.

    Problems: those of the programme folder and of every register, all in one run.
    """
    programme = programme_of(study, problems)
    found: list[RegisterRows] = []
    for wave, spec in study.registers.items():
        progress(f"reading registers {wave}")
        kept = read_registers(study, wave, spec, problems)
        found += kept
        if programme is not None and spec.report:
            told = programme_rows(programme, wave, spec.reference_date, spec.period)
            found += [one for one in told if one.register not in {other.register for other in kept}]
        if study.study.dashboard:
            found.append(_dashboard(study, programme, wave, spec.reference_date))
    return tuple(found)


def programme_of(study: StudyBundle, problems: Problems) -> Programme | None:
    """The programme folder of a study, when it has one."""
    folder = study.folder / "programme"
    if not folder.is_dir():
        return None
    return load_programme(folder, problems, f"{study.folder.as_posix()}/programme", study.dictionary.indicators)


def _dashboard(study: StudyBundle, programme: Programme | None, wave: str, on: date) -> RegisterRows:
    """One row an indicator of the dashboard: does the programme have a target value for it?"""
    targets = programme.targets.targets.values() if programme is not None else ()
    aimed = {target.indicator for target in targets if target.indicator is not None and target.target is not None}
    chosen = study.study.dashboard
    frame = pd.DataFrame(
        {
            "indicator": pd.Series(chosen, dtype="str"),
            "dashboard_has_value": pd.Series([None] * len(chosen), dtype="str"),
            "dashboard_has_value__why": "dont_know",
            "dashboard_has_target_value": ["yes" if name in aimed else "no" for name in chosen],
            "dashboard_has_target_value__why": "valid",
            "holding": "",
            "place": "",
        }
    )
    data = programme.source.data if programme is not None else "public"
    return RegisterRows(DASHBOARD, "programme", wave, on, "nothing", data, frame, "report")
