"""What a worked example of a definition gives: its faults, and its rows and parameters as the estimates take them."""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from cwb_impact.harmonise.mapped import VALID
from cwb_impact.indicators.derived import HIGH, LOW
from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.derived import ParameterValue
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.functions import ParameterKind
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.parameter import DatedValue, Parameter
from cwb_impact.spec.variable import Variable

NO_ANSWER = "no_answer"
"""The reason of a variable that an example of an indicator leaves out."""

WEIGHT = "w"
"""The column of an indicator's example that holds the weight."""

MOST = 1e15
"""The largest weight and parameter: above it a float does not hold every cent, and sums overflow."""

Fault = tuple[str, str, str]
"""Subject, what is wrong, how to mend it."""

_TAKES: Mapping[ParameterKind, str] = {
    "value": "a number",
    "items": "a list",
    "table": "a table of numbers",
    "changes": "a number for each year",
}
_YEAR = re.compile(r"[12][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a definition rests on. variables : asked or kept. parameters : name -> what it must hold."""

    variables: list[str]
    parameters: dict[str, ParameterKind]


def needs_of(definition: Indicator | str, dictionary: Dictionary) -> Needs:
    """What an indicator rests on, or a scale or derived variable by its name."""
    if isinstance(definition, Indicator):
        return Needs(dictionary.variables_needed(definition), dictionary.parameters_needed(definition))
    parameters: dict[str, ParameterKind] = {}
    for name in dictionary.made_from([definition]):
        parameters |= dictionary.parameters_of(name)
    return Needs(dictionary.variables_behind(definition), parameters)


def too_large(value: object) -> bool:
    """Is it a number that no computation can hold? A whole number of YAML can have any number of digits."""
    return isinstance(value, int | float) and not abs(value) <= sys.float_info.max


def row_faults(
    rows: Sequence[Mapping[str, Scalar]], needs: Needs, dictionary: Dictionary, weighted: bool = False
) -> Iterator[Fault]:
    """Words that the definition does not rest on, and cells that its variables cannot hold.

    weighted : a row may hold a weight.
    """
    for number, row in enumerate(rows, start=1):
        where = f"row {number}: " if len(rows) > 1 else ""
        for name, cell in row.items():
            if weighted and name == WEIGHT:
                fault = _weight_fault(cell)
            elif name not in needs.variables:
                fault = _strange(name, "variable", dictionary.variables, needs.variables)
            else:
                fault = _cell_fault(name, cell, dictionary)
            if fault is not None:
                yield name, f"{where}{fault[0]}", fault[1]


def _strange(name: str, kind: str, known: Container[str], needed: Iterable[str]) -> tuple[str, str]:
    if name in known:
        return "plays no part in the definition", "Leave it out"
    return f"is no {kind}", nearest(name, list(needed))


def _weight_fault(cell: Scalar) -> tuple[str, str] | None:
    if isinstance(cell, str) or not 0 < cell <= MOST:
        return f"a weight is a number above 0, and at most {MOST:g}", "Correct the weight, or leave it out for 1"
    return None


def _cell_fault(name: str, cell: Scalar, dictionary: Dictionary) -> tuple[str, str] | None:
    variable = dictionary.variables[name]
    if cell in dictionary.missing_reasons:
        return None
    if variable.type == "number":
        return _number_fault(cell, variable)
    if variable.codes is not None:
        codes = str(cell).split(" ") if variable.type == "set" else [str(cell)]
        for code in codes:
            if code not in variable.codes:
                told = "is no band" if variable.bands is not None else "is not a code"
                return f"{code} {told} of {name}", nearest(code, [*variable.codes, *dictionary.missing_reasons])
    return None


def _number_fault(cell: Scalar, variable: Variable) -> tuple[str, str] | None:
    if isinstance(cell, str):
        return f"{cell} is no number and no missing reason", "Write a number, or a missing reason of the dictionary"
    low, high = variable.range or (-sys.float_info.max, sys.float_info.max)
    if not low <= cell <= high:
        return f"is outside {low:g} to {high:g}", "Give an answer that the variable can hold"
    if variable.whole and cell != int(cell):
        return "takes whole numbers", "Give an answer that the variable can hold"
    return None


def parameter_faults(given: Mapping[str, ParameterValue], needs: Needs, dictionary: Dictionary) -> Iterator[Fault]:
    """Parameters that the definition does not rest on, and values of another kind than it asks."""
    for name, value in given.items():
        kind = needs.parameters.get(name)
        if kind is None:
            yield name, *_strange(name, "parameter", dictionary.parameters, needs.parameters)
        elif not _is_of(kind, value):
            yield name, f"takes {_TAKES[kind]}", "Give the parameter what the definition asks"
        elif any(not abs(number) <= MOST for number in _numbers_of(value)):
            yield name, f"holds a number beyond {MOST:g}", "Give a smaller number"
        elif isinstance(value, dict) and (told := _key_fault(name, kind, value, dictionary)):
            yield name, told, "Correct the table"


def _is_of(kind: ParameterKind, value: ParameterValue) -> bool:
    if kind == "items":
        return isinstance(value, list)
    return isinstance(value, dict) == (kind != "value") and not isinstance(value, list)


def _numbers_of(value: ParameterValue) -> Iterable[float]:
    if isinstance(value, dict):
        return value.values()
    return [] if isinstance(value, list) else [value]


def _key_fault(name: str, kind: ParameterKind, table: Mapping[str, float], dictionary: Dictionary) -> str | None:
    if kind == "changes":
        return _series_fault(table)
    # a scale looks its raw score up as a number
    if any(scale.table == name for scale in dictionary.scales.values()):
        return next((f"{key} is no raw score" for key in table if not _is_number(key)), None)
    return None


def _series_fault(changes: Mapping[str, float]) -> str | None:
    """What the chain of yearly changes could not be made of."""
    for key, change in changes.items():
        if _YEAR.fullmatch(key) is None:
            return f"{key} is no year"
        if not change > -100:
            return f"the change of {key} is not above -100 percent"
    years = sorted(int(key) for key in changes)
    if years and (left_out := sorted({*range(years[0], years[-1])} - {*years})):
        return f"leaves out {left_out[0]}"
    return None


def _is_number(key: str) -> bool:
    try:
        float(key)
    except ValueError:
        return False
    return True


def supplied(given: Mapping[str, ParameterValue], needs: Needs, dictionary: Dictionary) -> dict[str, Parameter]:
    """Parameters with the values that an example gives them, for all days; of a series, for the years it names."""
    return {
        name: _supplied(dictionary.parameters[name], needs.parameters[name], value) for name, value in given.items()
    }


def _supplied(parameter: Parameter, kind: ParameterKind, value: ParameterValue) -> Parameter:
    if kind == "changes" and isinstance(value, dict):
        values = [_of_year(int(year), number) for year, number in value.items()]
    else:
        always = {"valid_from": date.min, "reference": "worked example", "verified": False}
        values = [DatedValue.model_validate({**always, kind: value})]
    made = parameter.model_copy(update={"values": values, "supplied_by_study": False})
    made._doc = parameter.doc
    return made


def _of_year(year: int, number: float) -> DatedValue:
    return DatedValue(
        valid_from=date(year, 1, 1), valid_to=date(year, 12, 31), value=number, reference="example", verified=False
    )


def newest_day(parameters: Iterable[str], dictionary: Dictionary) -> date:
    """The day from which the newest values of these parameters are valid."""
    days = [dated.valid_from for name in parameters for dated in dictionary.parameters[name].values]
    return max((day for day in days if day > date.min), default=date.max)


def harmonised_rows(names: list[str], rows: list[dict[str, Scalar]], dictionary: Dictionary) -> pd.DataFrame:
    """An example's rows as the harmoniser would give them: `x` and `x__why`; a variable left out was not answered.

    Of bands there are `x_lo` and `x_hi` too.
    """
    columns: dict[str, pd.Series] = {}
    for name in names:
        variable = dictionary.variables[name]
        cells = [row.get(name, NO_ANSWER) for row in rows]
        why = [str(cell) if cell in dictionary.missing_reasons else VALID for cell in cells]
        values = [cell if reason == VALID else None for cell, reason in zip(cells, why, strict=True)]
        columns[name] = pd.Series(values, dtype="float64" if variable.type == "number" else "str")
        columns[f"{name}__why"] = pd.Series(why, dtype="str")
        for place, end in enumerate((LOW, HIGH) if variable.bands is not None else ()):
            ends = {code: band[place] for code, band in (variable.bands or {}).items()}
            columns[f"{name}{end}"] = pd.Series([ends.get(str(value)) for value in values], dtype="float64")
    return pd.DataFrame(columns)
