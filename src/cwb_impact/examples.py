"""Worked examples inside wave maps and indicator definitions: rows in, values out, tested without any data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.errors import CwbError, Problems
from cwb_impact.estimate.named import Answers, compute
from cwb_impact.harmonise.mapped import VALID, Mapped
from cwb_impact.harmonise.wave import harmonise_variable
from cwb_impact.indicators.derived import HIGH, LOW
from cwb_impact.indicators.measure import completed, measure, threshold_of
from cwb_impact.spec.bundle import check_map_words, with_code_lists
from cwb_impact.spec.codes import code_text
from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.definitions import check_indicator, check_made
from cwb_impact.spec.derived import Derived, DerivedExample, ParameterValue
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec
from cwb_impact.spec.indicator import Example, Indicator
from cwb_impact.spec.parameter import DatedValue, Parameter
from cwb_impact.spec.scale import Scale, ScaleExample
from cwb_impact.spec.wave_map import MapExample, WaveMap
from cwb_impact.spec.yaml_source import read_document
from cwb_impact.types import ColumnInfo, FileInfo, RawWave

NO_ANSWER = "no_answer"
"""The reason of a variable that an example of an indicator leaves out."""


def run_examples(file: Path, problems: Problems, study: Path | None = None) -> int:
    """Run the examples of one wave map or indicator file; the number that was run.

    study : the folder that holds study.yml; by default the nearest one above the file.

    Problems: those of the file itself; E155 an example gives something else than it says; E156 it names a column or
    variable that the map does not have.
    """
    try:
        document = read_document(file)
    except CwbError as error:
        problems.extend(error.problems)
        return 0
    keys = document.data if isinstance(document.data, dict) else {}
    folder = study or next((parent for parent in file.resolve().parents if (parent / "study.yml").is_file()), None)
    if not {"map_version", "statistic", "function", "items"} & set(keys):
        fix = "Give a wave map, or the file of an indicator, scale or derived variable"
        problems.add("E002", document.shown, 1, "file", "holds no examples that can be run", fix)
        return 0
    dictionary = load_dictionary(problems, folder)
    if "map_version" in keys:
        spec = read_spec(WaveMap, file, str(file), problems)
        return _run_map(spec, folder or file.parent, dictionary, problems) if spec is not None else 0
    if "statistic" not in keys:
        made: Derived | Scale | None
        if "function" in keys:
            made = read_spec(Derived, file, str(file), problems)
        else:
            made = read_spec(Scale, file, str(file), problems)
        return _run_made(made, dictionary, problems) if made is not None else 0
    indicator = read_spec(Indicator, file, str(file), problems)
    return _run_indicator(indicator, dictionary, problems) if indicator is not None else 0


def _run_map(spec: WaveMap, folder: Path, dictionary: Dictionary, problems: Problems) -> int:
    spec = with_code_lists(spec, folder, problems)
    check_map_words(spec, dictionary, problems)
    for index, example in enumerate(spec.examples):
        _run_row(spec, index, example, dictionary, problems)
    return len(spec.examples)


def _run_row(spec: WaveMap, index: int, example: MapExample, dictionary: Dictionary, problems: Problems) -> None:
    """One row through the harmoniser; every value that comes out is compared."""
    line = spec.doc.line("examples", index)
    if strange := sorted(set(example.row) - set(spec.columns_used)):
        what, fix = f"{example.name}: the map does not use {', '.join(strange)}", "Name source columns of the map"
        problems.add("E156", spec.doc.shown, line, "examples", what, fix)
    raw = _one_row(spec, example)
    for name, expected in example.gives.items():
        variable = _variable_of(name, spec, dictionary)
        if variable is None:
            fix = "Name variables that the map makes"
            problems.add("E156", spec.doc.shown, line, name, f"{example.name}: the map does not make it", fix)
            continue
        found, why = _made(spec, variable, name, raw, dictionary)
        if why or not _same(found, expected):
            told = f" ({why})" if why else ""
            what = f"{example.name}: gives {found}, the example says {expected}{told}"
            problems.add("E155", spec.doc.shown, line, name, what, "Correct the map, or the example")


def _variable_of(name: str, spec: WaveMap, dictionary: Dictionary) -> str | None:
    """The variable that a column of the harmonised frame belongs to: `x`, or `x_lo` and `x_hi` of bands."""
    if name in spec.variables and name in dictionary.variables:
        return name
    banded = name.removesuffix("_lo").removesuffix("_hi")
    known = dictionary.variables.get(banded) if banded in spec.variables else None
    return banded if known is not None and known.bands is not None else None


def _one_row(spec: WaveMap, example: MapExample) -> RawWave:
    """A file of one row, as the reader of its format would give it; columns left out are empty cells."""
    texts = spec.source.format in ("csv", "xlsx")
    columns = {}
    for column in spec.columns_used:
        cell = example.row.get(column)
        held = np.nan if cell is None else code_text(cell) if texts or isinstance(cell, str) else float(cell)
        columns[column] = pd.Series([held], dtype=object if isinstance(held, str) else "float64")
    info = FileInfo(tuple(ColumnInfo(column) for column in columns), 1)
    return RawWave(Path(spec.source.file), "", info, pd.DataFrame(columns))


def _made(spec: WaveMap, variable: str, name: str, raw: RawWave, dictionary: Dictionary) -> tuple[Scalar | None, str]:
    """The value or missing reason of the row, and what the harmoniser said about it."""
    told = Problems()
    reasons = (VALID, *dictionary.missing_reasons)
    mapped = Mapped(variable, spec.variables[variable], dictionary.variables[variable], spec, reasons)
    columns, _ = harmonise_variable(mapped, raw.frame, raw, told)
    why = str(columns[f"{variable}__why"].iloc[0])
    # of one row everybody can be not asked
    said = "; ".join(f"{problem.code} {problem.what}" for problem in told.errors if problem.code != "E122")
    value = columns[name].iloc[0] if name in columns else None
    if pd.isna(value):
        return (why if why != VALID else None), said
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat(), said
    return (float(value), said) if isinstance(value, float | int | np.number) else (str(value), said)


def _same(found: Scalar | None, expected: Scalar) -> bool:
    if isinstance(found, float) and isinstance(expected, int | float):
        return abs(found - expected) <= 1e-9 * max(1.0, abs(expected))
    return str(found) == str(expected)


def _run_made(made: Scale | Derived, dictionary: Dictionary, problems: Problems) -> int:
    told = Problems()
    check_made(made, dictionary, told)
    if told.errors:
        problems.extend(told)
        return 0
    words = dictionary.with_words_of(
        Dictionary(derived={made.id: made}) if isinstance(made, Derived) else Dictionary(scales={made.id: made})
    )
    examples: Sequence[ScaleExample | DerivedExample] = made.examples
    for index, example in enumerate(examples):
        if found := made_fault(made.id, example, words):
            line, what = made.doc.line("examples", index), f"{example.name}: {found}"
            problems.add("E155", made.doc.shown, line, made.id, what, "Correct the definition, or the example")
    return len(made.examples)


def _run_indicator(indicator: Indicator, dictionary: Dictionary, problems: Problems) -> int:
    doc, told = indicator.doc, Problems()
    check_indicator(indicator, dictionary, told)
    if told.errors:
        problems.extend(told)
        return 0
    for index, example in enumerate(indicator.examples):
        if found := example_fault(indicator, example, dictionary):
            line = doc.line("examples", index)
            what = f"{example.name}: {found}"
            problems.add("E155", doc.shown, line, indicator.id, what, "Correct the definition, or the example")
    return len(indicator.examples)


def example_fault(indicator: Indicator, example: Example, dictionary: Dictionary) -> str | None:
    """How an example differs from what the code that makes the estimates gives; None when it does not."""
    words = dictionary.with_parameters(supplied(example.parameters, dictionary))
    rows = harmonised_rows(dictionary.variables_needed(indicator), example.rows, dictionary)
    day = example.on or newest_day(dictionary.parameters_needed(indicator), words)
    measured = measure(indicator, rows, words, day)
    n, excluded = int(measured.valid.sum()), measured.excluded()
    if n != example.n or excluded != example.excluded:
        return f"n is {n} and excluded {excluded}, the example says {example.n} and {example.excluded}"
    if not n:
        return None if example.gives is None else f"{n} valid answers, the example says {example.gives}"
    weight = np.array([float(row.get("w", 1)) for row in example.rows])
    valid = measured.valid
    beside = measured.beside[valid] if measured.beside is not None else None
    answers = Answers(measured.y[valid], weight[valid], beside)
    value = compute(indicator, answers, np.ones(n, dtype=bool), threshold_of(indicator, words, day)).value
    if example.gives is None or np.isnan(value):
        return None if example.gives is None and np.isnan(value) else f"gives {value}, the example says {example.gives}"
    # examples are written with four decimals
    return None if abs(value - example.gives) <= 5e-5 else f"gives {value:.4f}, the example says {example.gives}"


def made_fault(name: str, example: ScaleExample | DerivedExample, dictionary: Dictionary) -> str | None:
    """How an example of a scale or derived variable differs from what the package makes of it; None when not."""
    words = dictionary.with_parameters(supplied(example.parameters, dictionary))
    needed = dictionary.variables_behind(name)
    rows = harmonised_rows(needed, [example.row], dictionary)
    asked = example.on if isinstance(example, DerivedExample) else None
    day = asked or newest_day(parameters_behind(name, dictionary), words)
    made = completed([name], rows, words, day)
    why, value = str(made[f"{name}__why"].iloc[0]), made[name].iloc[0]
    found: Scalar = why if why != VALID else (float(value) if isinstance(value, float | int) else str(value))
    if isinstance(found, float) and isinstance(example.gives, int | float):
        # examples are written with four decimals
        return None if abs(found - example.gives) <= 5e-5 else f"gives {found:.4f}, the example says {example.gives}"
    return None if str(found) == str(example.gives) else f"gives {found}, the example says {example.gives}"


def parameters_behind(name: str, dictionary: Dictionary) -> list[str]:
    """The parameters of a scale or derived variable and of what it is made of."""
    return [part for made in dictionary.made_from([name]) for part in dictionary.parameters_of(made)]


def supplied(given: Mapping[str, ParameterValue], dictionary: Dictionary) -> dict[str, Parameter]:
    """Parameters with the values that an example gives them, for all days; of a series, for the years it names."""
    return {name: _supplied(dictionary.parameters[name], value) for name, value in given.items()}


def _supplied(parameter: Parameter, value: ParameterValue) -> Parameter:
    always = {"valid_from": date.min, "reference": "worked example", "verified": False}
    if isinstance(value, list):
        values = [DatedValue.model_validate({**always, "items": value})]
    elif not isinstance(value, dict):
        values = [DatedValue.model_validate({**always, "value": value})]
    elif parameter.unit.startswith("index"):
        values = [_of_year(int(year), number) for year, number in value.items()]
    else:
        values = [DatedValue.model_validate({**always, "table": value})]
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
