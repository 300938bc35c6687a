"""The value of a dated parameter on the day of a wave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, overload

from cwb_impact.errors import CwbError, fail
from cwb_impact.indicators.income import chained_index
from cwb_impact.indicators.refusal import RefusedError
from cwb_impact.spec.functions import ParameterKind
from cwb_impact.spec.parameter import Parameter

Resolved = float | frozenset[str] | Mapping[str, float] | Mapping[int, float]


@overload
def resolved(parameter: Parameter, kind: Literal["value"], on: date) -> float: ...
@overload
def resolved(parameter: Parameter, kind: Literal["items"], on: date) -> frozenset[str]: ...
@overload
def resolved(parameter: Parameter, kind: Literal["table"], on: date) -> Mapping[str, float]: ...
@overload
def resolved(parameter: Parameter, kind: ParameterKind, on: date) -> Resolved: ...
def resolved(parameter: Parameter, kind: ParameterKind, on: date) -> Resolved:
    """One number, list or table of a day, or an index by year that is chained from all yearly changes.

    Raises
    ------
    CwbError
        E310 no value on that day; E311 another kind of value than is asked; E312 a study has to supply it.
    """
    if kind == "changes":
        if not all(dated.is_year for dated in parameter.values):
            what, fix = "holds values that are not of a whole calendar year", "Give each from 1 January to 31 December"
            raise fail("E311", parameter.doc.shown, parameter.doc.line("values"), parameter.id, what, fix)
        if on.year not in parameter.by_year:
            raise _nothing(parameter, on)
        try:
            return chained_index(parameter.by_year, min(parameter.by_year))
        except RefusedError as error:
            doc, fix = parameter.doc, "Add the year that is left out, with its reference"
            raise fail("E310", doc.shown, doc.line("values"), parameter.id, str(error), fix) from None
    found = parameter.on(on)
    if found is None:
        raise _nothing(parameter, on)
    held = {"value": found.value, "items": found.items, "table": found.table}[kind]
    if held is None:
        what = f"holds {found.kinds[0]}, and {kind} is asked"
        raise fail("E311", parameter.doc.shown, parameter.doc.line("values"), parameter.id, what, "Name another")
    return frozenset(held) if isinstance(held, list) else held


def scores_of(parameter: Parameter, on: date) -> dict[float, float]:
    """A table from raw to final score; E311 when a key is no number."""
    table = resolved(parameter, "table", on)
    try:
        return {float(key): score for key, score in table.items()}
    except ValueError:
        what, fix = "has keys that are no numbers, and raw scores are asked", "Write each raw score as a number"
        raise fail("E311", parameter.doc.shown, parameter.doc.line("values"), parameter.id, what, fix) from None


def _nothing(parameter: Parameter, on: date) -> CwbError:
    doc = parameter.doc
    if parameter.supplied_by_study:
        what = "has no values in the shared dictionary: every study supplies its own"
        fix = "Write a parameter in dictionary/parameters/ of the study, and name it in study.yml under parameters"
        return fail("E312", doc.shown, doc.line("supplied_by_study"), parameter.id, what, fix)
    what = f"has no value on {on.isoformat()}"
    return fail("E310", doc.shown, doc.line("values"), parameter.id, what, "Add a dated value with its reference")
