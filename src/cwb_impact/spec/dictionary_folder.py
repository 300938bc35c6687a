"""Reads a dictionary folder: the shared one, and a study's own words on top of it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from cwb_impact.errors import CwbError, Problems
from cwb_impact.spec.conditions import Between, InParameter, tests_of
from cwb_impact.spec.dictionary import (
    Dictionary,
    Indicator,
    MissingReasons,
    Parameter,
    Scale,
    Variable,
    VariableFile,
)
from cwb_impact.spec.model import S, parse
from cwb_impact.spec.yaml_source import read_document

Defined = TypeVar("Defined", Scale, Indicator, Parameter)


def shared_dictionary_folder() -> Path:
    """The shipped data dictionary: inside the installed package, else at the root of the repository."""
    packaged = Path(__file__).parents[1] / "data_dictionary"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "data_dictionary"


def read_spec(model: type[S], path: Path, shown: str, problems: Problems) -> S | None:
    """Read and check one YAML file; faults go to `problems`."""
    try:
        return parse(model, read_document(path, shown), problems)
    except CwbError as error:
        problems.extend(error.problems)
        return None


def load_dictionary(problems: Problems, study_folder: Path | None = None) -> Dictionary:
    """The shared dictionary and, when a study folder is given, the study's own dictionary on top.

    Problems: E001, E002 for the YAML, E131 a word that is not defined, or defined twice.
    """
    shared = shared_dictionary_folder()
    dictionary = _read_folder(shared, "data_dictionary", problems)
    shown = f"{study_folder.as_posix()}/dictionary" if study_folder is not None else "data_dictionary"
    if study_folder is not None:
        own = _read_folder(study_folder / "dictionary", shown, problems)
        for kind, name in sorted(dictionary.words & own.words):
            what = f"is already a {kind} of the shared dictionary"
            problems.add("E131", shown, 0, name, what, "Give the study's own word another name")
        dictionary = dictionary.with_words_of(own)
    for name, variable in dictionary.variables.items():
        for end in ("lo", "hi") if variable.bands is not None else ():
            if f"{name}_{end}" in dictionary.variables:
                what = f"is also the column for the ends of the bands of {name}"
                problems.add("E131", shown, 0, f"{name}_{end}", what, "Give it another name")
    for indicator in dictionary.indicators.values():
        check_indicator(indicator, dictionary, problems)
    return dictionary


def _read_folder(folder: Path, shown: str, problems: Problems) -> Dictionary:
    variables: dict[str, Variable] = {}
    for path in sorted((folder / "variables").glob("*.yml")):
        file = read_spec(VariableFile, path, f"{shown}/variables/{path.name}", problems)
        variables.update(file.variables if file else {})
    reasons = folder / "missing_reasons.yml"
    named = read_spec(MissingReasons, reasons, f"{shown}/{reasons.name}", problems) if reasons.is_file() else None
    return Dictionary(
        variables,
        _read_defined(Scale, folder / "scales", shown, problems),
        _read_defined(Indicator, folder / "indicators", shown, problems),
        _read_defined(Parameter, folder / "parameters", shown, problems),
        named.reasons if named else {},
    )


def _read_defined(model: type[Defined], folder: Path, shown: str, problems: Problems) -> dict[str, Defined]:
    """One definition a file, under the name of the file."""
    found: dict[str, Defined] = {}
    for path in sorted(folder.glob("*.yml")):
        spec = read_spec(model, path, f"{shown}/{folder.name}/{path.name}", problems)
        if spec is None:
            continue
        if spec.id != path.stem:
            what = f"id {spec.id} differs from the file name"
            problems.add("E002", spec.doc.shown, spec.doc.line("id"), "id", what, f"Name the file {spec.id}.yml")
        found[spec.id] = spec
    return found


def check_indicator(indicator: Indicator, dictionary: Dictionary, problems: Problems) -> None:
    """Every word that a definition uses must exist: variables, scales, codes and parameters."""
    doc = indicator.doc
    known = [*dictionary.variables, *dictionary.scales]
    numbers = {name for name, variable in dictionary.variables.items() if variable.type == "number"}
    numbers |= set(dictionary.scales)
    for key, name in (("of", indicator.of), ("per", indicator.per)):
        if name is not None and name not in numbers:
            what = "is no number" if name in known else "is not in the dictionary"
            problems.add("E131", doc.shown, doc.line(key), name, what, nearest(name, sorted(numbers)))
    if indicator.threshold is not None and indicator.threshold not in dictionary.parameters:
        fix = nearest(indicator.threshold, list(dictionary.parameters))
        problems.add("E131", doc.shown, doc.line("threshold"), indicator.threshold, "is no parameter", fix)
    for key, condition in zip(("universe", "numerator", "group"), indicator.conditions, strict=True):
        for name, test in tests_of(condition):
            if name not in known:
                problems.add("E131", doc.shown, doc.line(key), name, "is not in the dictionary", nearest(name, known))
            elif isinstance(test, Between) != (name in numbers):
                what = "is a number: test it with from and to" if name in numbers else "is no number: list its codes"
                problems.add("E131", doc.shown, doc.line(key), name, what, "Correct the condition")
            elif isinstance(test, InParameter):
                if name in dictionary.variables and dictionary.variables[name].type == "set":
                    what = "has several answers a person: list its codes"
                    problems.add("E131", doc.shown, doc.line(key), name, what, "Correct the condition")
                if test.in_parameter not in dictionary.parameters:
                    fix = nearest(test.in_parameter, list(dictionary.parameters))
                    problems.add("E131", doc.shown, doc.line(key), test.in_parameter, "is no parameter", fix)
            elif isinstance(test, list) and name in dictionary.variables:
                codes = list(dictionary.variables[name].codes or {})
                for code in (str(code) for code in test if str(code) not in codes):
                    what = f"{code} is not a code of {name}"
                    problems.add("E131", doc.shown, doc.line(key), name, what, nearest(code, codes))


def nearest(name: str, known: Sequence[str]) -> str:
    """How to mend an unknown name."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}?" if near else "Add it to the dictionary, or correct the name"
