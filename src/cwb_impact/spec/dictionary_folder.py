"""Reads a dictionary folder: the shared one, and a study's own words on top of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from cwb_impact.errors import CwbError, Problem, Problems
from cwb_impact.spec.definitions import check_words
from cwb_impact.spec.derived import Derived
from cwb_impact.spec.dictionary import Dictionary, MissingReasons
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.measurement import FACETS, Benchmark, Measured
from cwb_impact.spec.model import S, Text, parse
from cwb_impact.spec.parameter import Parameter
from cwb_impact.spec.register import Register
from cwb_impact.spec.register_columns import check_register_columns
from cwb_impact.spec.scale import Scale
from cwb_impact.spec.variable import Variable, VariableFile
from cwb_impact.spec.yaml_source import read_document

Defined = TypeVar("Defined", Scale, Derived, Indicator, Parameter, Benchmark, Register)


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
    dictionary, told = _read_once(shared, _state_of(shared))
    problems.extend(told)
    shown = f"{study_folder.as_posix()}/dictionary" if study_folder is not None else "data_dictionary"
    if study_folder is not None:
        own = _read_folder(study_folder / "dictionary", shown, problems)
        for kind, name in sorted(dictionary.words & own.words):
            what = f"is already a {kind} of the shared dictionary"
            problems.add("E131", shown, 0, name, what, "Give the study's own word another name")
        dictionary = dictionary.with_words_of(own)
    check_words(dictionary, problems)
    check_register_columns(dictionary, problems)
    return dictionary


def _state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of every file: what is read again when something changed."""
    stats = ((path.as_posix(), path.stat()) for path in sorted(folder.rglob("*.yml")))
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


@lru_cache(maxsize=2)
def _read_once(folder: Path, _state: tuple[tuple[str, int, int], ...]) -> tuple[Dictionary, tuple[Problem, ...]]:
    """The shared dictionary is hundreds of files, and the same for every study that one process opens."""
    problems = Problems()
    return _read_folder(folder, "data_dictionary", problems), tuple(problems)


def _read_folder(folder: Path, shown: str, problems: Problems) -> Dictionary:
    variables: dict[str, Variable] = {}
    places: dict[str, tuple[str, int]] = {}
    for path in sorted((folder / "variables").glob("*.yml")):
        file = read_spec(VariableFile, path, f"{shown}/variables/{path.name}", problems)
        for name in sorted(set(variables) & set(file.variables)) if file is not None else ():
            line = file.doc.line("variables", name) if file is not None else 0
            problems.add("E131", f"{shown}/variables/{path.name}", line, name, "stands in two files", "Keep one")
        if file is not None:
            variables.update(file.variables)
            places.update({name: (file.doc.shown, file.doc.line("variables", name)) for name in file.variables})
    reasons = folder / "missing_reasons.yml"
    named = read_spec(MissingReasons, reasons, f"{shown}/{reasons.name}", problems) if reasons.is_file() else None
    return Dictionary(
        variables,
        _read_defined(Scale, folder / "scales", shown, problems),
        _read_defined(Derived, folder / "derived", shown, problems),
        _read_defined(Indicator, folder / "indicators", shown, problems),
        _read_defined(Parameter, folder / "parameters", shown, problems),
        _read_defined(Benchmark, folder / "benchmarks", shown, problems),
        _read_defined(Register, folder / "registers", shown, problems),
        named.reasons if named else {},
        _read_measured(folder / "measurement", shown, problems),
        places,
    )


def _read_measured(folder: Path, shown: str, problems: Problems) -> dict[str, dict[str, Text]]:
    """The words of all files, by facet; E131 for a word that stands in two."""
    words: dict[str, dict[str, Text]] = {facet: {} for facet in FACETS}
    for path in sorted(folder.glob("*.yml")):
        file = read_spec(Measured, path, f"{shown}/{folder.name}/{path.name}", problems)
        for facet in FACETS if file is not None else ():
            named: dict[str, Text] = getattr(file, facet)
            for word in sorted(set(named) & set(words[facet])):
                line = file.doc.line(facet, word) if file is not None else 0
                problems.add("E131", f"{shown}/{folder.name}/{path.name}", line, word, "stands twice", "Keep one")
            words[facet].update(named)
    return words


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
