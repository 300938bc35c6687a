"""Worked examples inside wave maps and indicator definitions: rows in, values out, tested without any data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.errors import CwbError, Problems
from cwb_impact.estimate.named import Answers, compute
from cwb_impact.example_rows import (
    WEIGHT,
    harmonised_rows,
    needs_of,
    newest_day,
    parameter_faults,
    row_faults,
    supplied,
    too_large,
)
from cwb_impact.harmonise.mapped import VALID, Mapped
from cwb_impact.harmonise.wave import harmonise_variable
from cwb_impact.indicators.measure import completed, measure, threshold_of
from cwb_impact.spec.bundle import check_map_words, with_code_lists
from cwb_impact.spec.codes import code_text
from cwb_impact.spec.conditions import Scalar
from cwb_impact.spec.definitions import check_indicator, check_made
from cwb_impact.spec.derived import Derived, DerivedExample
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec
from cwb_impact.spec.indicator import Example, Indicator
from cwb_impact.spec.scale import Scale, ScaleExample
from cwb_impact.spec.wave_map import MapExample, WaveMap
from cwb_impact.spec.yaml_source import Document, read_document
from cwb_impact.types import ColumnInfo, FileInfo, RawWave


@dataclass(frozen=True, slots=True)
class _Told:
    """Takes what is told about one example, and knows where the example stands."""

    shown: str
    line: int
    name: str
    problems: Problems

    @classmethod
    def of(cls, doc: Document, index: int, name: str, problems: Problems) -> _Told:
        return cls(doc.shown, doc.line("examples", index), name, problems)

    def add(self, code: str, subject: str, what: str, fix: str) -> None:
        self.problems.add(code, self.shown, self.line, subject, f"{self.name}: {what}", fix)

    def differs(self, found: str | None, subject: str) -> None:
        if found is not None:
            self.add("E155", subject, found, "Correct the definition, or the example")

    @contextmanager
    def until_stopped(self) -> Iterator[None]:
        """What stops this example is told, and the next one runs."""
        try:
            yield
        except CwbError as error:
            for problem in error.problems:
                self.add(problem.code, problem.subject, f"{problem.what} ({problem.file}:{problem.line})", problem.fix)


def run_examples(file: Path, problems: Problems, study: Path | None = None) -> int:
    """Run the examples of one wave map or indicator file; the number that was run.

    study : the folder that holds study.yml; by default the nearest one above the file.

    Problems: those of the file itself; E155 an example gives something else than it says; E156 it names a column,
    variable or parameter that the map or definition does not have, or gives one what it cannot hold. What stops one
    example (a parameter without a value on its day) is told at its line, and the next example runs.
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
        told = _Told.of(spec.doc, index, example.name, problems)
        with told.until_stopped():
            _run_row(spec, example, dictionary, told)
    return len(spec.examples)


def _run_row(spec: WaveMap, example: MapExample, dictionary: Dictionary, told: _Told) -> None:
    """One row through the harmoniser; every value that comes out is compared."""
    if strange := sorted(set(example.row) - set(spec.columns_used)):
        told.add("E156", "examples", f"the map does not use {', '.join(strange)}", "Name source columns of the map")
    if large := [name for name, cell in (*example.row.items(), *example.gives.items()) if too_large(cell)]:
        told.add("E156", "examples", f"{', '.join(large)}: the number is too large", "Give a smaller number")
        return
    raw = _one_row(spec, example)
    for name, expected in example.gives.items():
        variable = _variable_of(name, spec, dictionary)
        if variable is None:
            told.add("E156", name, "the map does not make it", "Name variables that the map makes")
            continue
        found, why = _made(spec, variable, name, raw, dictionary)
        if why or not _same(found, expected):
            reason = f" ({why})" if why else ""
            what = f"gives {found}, the example says {expected}{reason}"
            told.add("E155", name, what, "Correct the map, or the example")


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
    words = dictionary.with_words_of(
        Dictionary(derived={made.id: made}) if isinstance(made, Derived) else Dictionary(scales={made.id: made})
    )
    if not _whole([made.id], words, problems):
        return 0
    needs = needs_of(made.id, words)
    examples: Sequence[ScaleExample | DerivedExample] = made.examples
    for index, example in enumerate(examples):
        told = _Told.of(made.doc, index, example.name, problems)
        faults = [*row_faults([example.row], needs, words), *parameter_faults(example.parameters, needs, words)]
        if too_large(example.gives):
            faults.append((made.id, "the number that it gives is too large", "Give a smaller number"))
        for fault in faults:
            told.add("E156", *fault)
        if not faults:
            with told.until_stopped():
                told.differs(made_fault(made.id, example, words), made.id)
    return len(made.examples)


def _run_indicator(indicator: Indicator, dictionary: Dictionary, problems: Problems) -> int:
    found = Problems()
    check_indicator(indicator, dictionary, found)
    problems.extend(found)
    if not _whole(indicator.names_used, dictionary, problems) or found.errors:
        return 0
    needs = needs_of(indicator, dictionary)
    for index, example in enumerate(indicator.examples):
        told = _Told.of(indicator.doc, index, example.name, problems)
        faults = [
            *row_faults(example.rows, needs, dictionary, weighted=True),
            *parameter_faults(example.parameters, needs, dictionary),
        ]
        for fault in faults:
            told.add("E156", *fault)
        if not faults:
            with told.until_stopped():
                told.differs(example_fault(indicator, example, dictionary), indicator.id)
    return len(indicator.examples)


def _whole(names: Iterable[str], dictionary: Dictionary, problems: Problems) -> bool:
    """Is every scale and derived variable behind these names well defined? E131 when not."""
    found = Problems()
    for name in dictionary.made_from(names):
        made = dictionary.scales.get(name) or dictionary.derived.get(name)
        if made is not None:
            check_made(made, dictionary, found)
            if name in dictionary.made_from(dictionary.parts_of(name)):
                line = made.doc.line("inputs")
                found.add("E131", made.doc.shown, line, name, "is made of itself", "Break the circle")
    problems.extend(found)
    return not found.errors


def example_fault(indicator: Indicator, example: Example, dictionary: Dictionary) -> str | None:
    """How an example differs from what the code that makes the estimates gives; None when it does not."""
    needs = needs_of(indicator, dictionary)
    words = dictionary.with_parameters(supplied(example.parameters, needs, dictionary))
    rows = harmonised_rows(needs.variables, example.rows, dictionary)
    day = example.on or newest_day(needs.parameters, words)
    measured = measure(indicator, rows, words, day)
    n, excluded = int(measured.valid.sum()), measured.excluded()
    if n != example.n or excluded != example.excluded:
        return f"n is {n} and excluded {excluded}, the example says {example.n} and {example.excluded}"
    if not n:
        return None if example.gives is None else f"{n} valid answers, the example says {example.gives}"
    weight = np.array([float(row.get(WEIGHT, 1)) for row in example.rows])
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
    needs = needs_of(name, dictionary)
    words = dictionary.with_parameters(supplied(example.parameters, needs, dictionary))
    rows = harmonised_rows(needs.variables, [example.row], dictionary)
    asked = example.on if isinstance(example, DerivedExample) else None
    day = asked or newest_day(needs.parameters, words)
    made = completed([name], rows, words, day)
    why, value = str(made[f"{name}__why"].iloc[0]), made[name].iloc[0]
    found: Scalar = why if why != VALID else (float(value) if isinstance(value, float | int) else str(value))
    if isinstance(found, float) and isinstance(example.gives, int | float):
        # examples are written with four decimals
        return None if abs(found - example.gives) <= 5e-5 else f"gives {found:.4f}, the example says {example.gives}"
    return None if str(found) == str(example.gives) else f"gives {found}, the example says {example.gives}"
