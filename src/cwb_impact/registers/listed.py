"""A list in the form of the figures: `x` and `x__why` for every variable that it tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.errors import Problems
from cwb_impact.indicators.conditions import evaluate, reason_of
from cwb_impact.indicators.derived import HIGH, LOW
from cwb_impact.registers.at_wave import AtWave
from cwb_impact.registers.cells import Value
from cwb_impact.registers.read_list import Listed, read_list
from cwb_impact.registers.typed import EMPTY, VALID
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.variable import Variable
from cwb_impact.types import RegisterRows


def at_moment(found: Listed, spec: WaveRegisters, problems: Problems) -> Listed | None:
    """Without the rows that by their date belong to another wave.

    Problems: E636 when none is left: a list of another year.
    """
    moment = found.register.moment
    if moment is None or not found.has(moment.column):
        return found
    first = spec.period.first if moment.counts == "in_period" else date.min
    last = spec.period.last if moment.counts == "in_period" else spec.reference_date
    days = found.values(moment.column)
    counts = [first <= day <= last if isinstance(day, date) else True for day in days]
    outside = [row for row, keeps in enumerate(counts) if not keeps]
    if len(outside) == len(found):
        span = f"until {last}" if first == date.min else f"from {first} to {last}"
        what = f"no row is of this wave ({span}): a list of another year?"
        found.tell(problems, "E636", moment.column, outside, what, "Give the list of this period")
        return None
    name = "outside_period" if moment.counts == "in_period" else "after_reference_date"
    return found.only(counts, **{name: len(outside)})


def listed_rows(name: str, at: AtWave, problems: Problems) -> RegisterRows | None:
    """Read a register whose columns are its variables (capital, grants, pipeline, sessions).

    Problems: those of `read_list`, `at_moment` and `harmonised`.
    Returns None when anything is wrong.
    """
    found = read_list(name, at, problems)
    found = at_moment(found, at.spec, problems) if found is not None else None
    return harmonised(found, at, problems) if found is not None else None


def harmonised(found: Listed, at: AtWave, problems: Problems) -> RegisterRows | None:
    """Its rows as variables. No column without a variable is kept, so no number of a person.

    Problems: E633 an answer where the variable is not asked, or none where it is and the column must be filled.
    """
    before, variables = len(problems.errors), at.dictionary.variables
    columns = {spec.variable: name for name, spec in found.register.columns.items() if spec.variable is not None}
    frame = pd.DataFrame(index=pd.RangeIndex(len(found)))
    for variable, column in columns.items():
        if found.has(column):
            why = found.why(column)
            frame[variable] = as_series(found.values(column), variables[variable].type)
            frame[f"{variable}__why"] = pd.Series(why, dtype="str")
            for end, limits in _limits(frame[variable], variables[variable]).items():
                frame[f"{variable}{end}"] = limits
    for variable, column in columns.items():
        if variable in frame:
            _check_asked(found, frame, variable, column, variables[variable], problems)
    if len(problems.errors) > before:
        return None
    return as_rows(found, frame, found.register.id, at)


def _limits(codes: pd.Series, variable: Variable) -> dict[str, pd.Series]:
    """Low and high end of each band; NaN where it is open, or where there is no answer."""
    bands = variable.bands or {}
    return {
        name: codes.map({code: limits[place] for code, limits in bands.items()}).astype("float64")
        for place, name in enumerate((LOW, HIGH))
        if bands
    }


def as_series(values: Sequence[Value | None], kind: str) -> pd.Series:
    """Values as respondents have them: numbers are floats, all else is text."""
    if kind == "number":
        return pd.Series([np.nan if value is None else float(str(value)) for value in values], dtype="float64")
    return pd.Series([None if value is None else str(value) for value in values], dtype="str")


def as_rows(found: Listed, frame: pd.DataFrame, name: str, at: AtWave) -> RegisterRows:
    """A list in the form of the figures. frame : one row a row of `found`."""
    register = found.register
    holding = holdings(found) if register.holding is not None else [""] * len(found)
    texts = {"holding": pd.Series(holding, dtype="str"), "place": pd.Series(found.lines, dtype="str")}
    return RegisterRows(
        name, register.population, at.wave, at.spec.reference_date, register.protects, at.data, frame.assign(**texts),
        "register", found.files, dict(found.counts),
    )  # fmt: skip


def holdings(found: Listed) -> list[str]:
    """Whom each row belongs to, in the first spelling of the list."""
    column = found.register.holding or ""
    first: dict[str, str] = {}
    return [
        first.setdefault(key, str(value)) for key, value in zip(found.keys(column), found.values(column), strict=True)
    ]


def _check_asked(
    found: Listed, frame: pd.DataFrame, variable: str, column: str, spec: Variable, problems: Problems
) -> None:
    """E633; rows that are not asked become not_applicable, and where that cannot be known the reason is taken over."""
    if spec.asked_if is None:
        return
    truth = evaluate(spec.asked_if, frame, {})
    why = frame[f"{variable}__why"]
    answered = (why == VALID).to_numpy()
    needless = np.flatnonzero(truth.false & answered).tolist()
    found.tell(problems, "E633", column, needless, "filled in, and another column says that it does not apply")
    if found.register.columns[column].filled:
        empty = np.flatnonzero(truth.true & (why == EMPTY).to_numpy()).tolist()
        found.tell(problems, "E630", column, empty, "must be filled in", "Fill them in")
    undecided = ~truth.true & ~truth.false & ~answered
    why = why.mask(truth.false & ~answered, "not_applicable")
    frame[f"{variable}__why"] = why.mask(undecided, pd.Series(reason_of(spec.asked_if, frame), index=frame.index))
