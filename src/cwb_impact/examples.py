"""Worked examples inside wave maps and indicator definitions: rows in, values out, tested without any data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.errors import CwbError, Problems
from cwb_impact.estimate.named import Answers, compute
from cwb_impact.harmonise.mapped import VALID, Mapped
from cwb_impact.harmonise.wave import harmonise_variable
from cwb_impact.indicators.measure import measure, threshold_of
from cwb_impact.spec.bundle import check_map_words, with_code_lists
from cwb_impact.spec.codes import code_text
from cwb_impact.spec.conditions import InParameter, Scalar, tests_of
from cwb_impact.spec.dictionary import Dictionary, Example, Indicator
from cwb_impact.spec.dictionary_folder import check_indicator, load_dictionary, read_spec
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
    if not {"map_version", "statistic"} & set(keys):
        fix = "Give a wave map or an indicator file"
        problems.add("E002", document.shown, 1, "file", "holds no examples that can be run", fix)
        return 0
    dictionary = load_dictionary(problems, folder)
    if "map_version" in keys:
        spec = read_spec(WaveMap, file, str(file), problems)
        return _run_map(spec, folder or file.parent, dictionary, problems) if spec is not None else 0
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
    rows = harmonised_rows(indicator, example, dictionary)
    day = _newest_day(indicator, dictionary)
    measured = measure(indicator, rows, dictionary, day)
    n, excluded = int(measured.valid.sum()), measured.excluded()
    if n != example.n or excluded != example.excluded:
        return f"n is {n} and excluded {excluded}, the example says {example.n} and {example.excluded}"
    if example.gives is None or not n:
        return None if example.gives is None and not n else f"{n} valid answers, the example says {example.gives}"
    weight = np.array([float(row.get("w", 1)) for row in example.rows])
    valid = measured.valid
    beside = measured.beside[valid] if measured.beside is not None else None
    answers = Answers(measured.y[valid], weight[valid], beside)
    value = compute(indicator, answers, np.ones(n, dtype=bool), threshold_of(indicator, dictionary, day)).value
    # examples are written with four decimals
    return None if abs(value - example.gives) <= 5e-5 else f"gives {value:.4f}, the example says {example.gives}"


def _newest_day(indicator: Indicator, dictionary: Dictionary) -> date:
    """The day from which the newest values of the parameters that a definition names are valid."""
    named = {
        test.in_parameter
        for part in indicator.conditions
        for _, test in tests_of(part)
        if isinstance(test, InParameter)
    }
    if indicator.threshold is not None:
        named.add(indicator.threshold)
    days = [dated.valid_from for name in named for dated in dictionary.parameters[name].values]
    return max(days, default=date.max)


def harmonised_rows(indicator: Indicator, example: Example, dictionary: Dictionary) -> pd.DataFrame:
    """The example's rows as the harmoniser would give them: `x` and `x__why`; a variable left out was not answered."""
    columns: dict[str, pd.Series] = {}
    for name in dictionary.variables_needed(indicator):
        cells = [row.get(name, NO_ANSWER) for row in example.rows]
        why = [str(cell) if cell in dictionary.missing_reasons else VALID for cell in cells]
        values = [cell if reason == VALID else None for cell, reason in zip(cells, why, strict=True)]
        number = dictionary.variables[name].type == "number"
        columns[name] = pd.Series(values, dtype="float64" if number else "str")
        columns[f"{name}__why"] = pd.Series(why, dtype="str")
    return pd.DataFrame(columns)
