"""Which variables are asked, and in which order: by theme, filters before what they filter, scales together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.conditions import variables_of
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import read_spec, shared_dictionary_folder
from cwb_impact.spec.variable import VariableFile


def themes_of(study: Path) -> dict[str, str]:
    """Variable to the name of the file in which it stands, in the order of the dictionary."""
    found: dict[str, str] = {}
    for folder in (shared_dictionary_folder(), study / "dictionary"):
        for path in sorted((folder / "variables").glob("*.yml")):
            # faults of these files were told when the study was opened
            file = read_spec(VariableFile, path, path.name, Problems())
            found.update(dict.fromkeys(file.variables if file is not None else {}, path.stem))
    return found


def wanted(bundle: StudyBundle, population: str) -> list[str]:
    """What the study needs of a population, and the filters of these questions, in the order of the dictionary."""
    known = bundle.dictionary.variables
    needed = dict.fromkeys(name for name in bundle.variables_needed(population) if name in known)
    queue = list(needed)
    while queue:
        variable = known[queue.pop()]
        for name in variables_of(variable.asked_if) if variable.observed == "survey" else ():
            if name in known and name not in needed:
                needed[name] = None
                queue.append(name)
    return [name for name in known if name in needed]


def in_order(names: Iterable[str], themes: Mapping[str, str], dictionary: Dictionary) -> list[tuple[str, list[str]]]:
    """Themes with their questions. A theme comes twice when its questions and those of another filter one another.

    Raises
    ------
    ValueError
        Questions that filter one another in a circle; the name of one.
    """
    asked = list(names)
    filters = {
        name: [one for one in variables_of(dictionary.variables[name].asked_if) if one in asked] for name in asked
    }
    by_theme: dict[str, list[str]] = {}
    for name in asked:
        by_theme.setdefault(themes.get(name, ""), []).append(name)
    before = {
        theme: [themes.get(one, "") for name in members for one in filters[name]] for theme, members in by_theme.items()
    }
    try:
        order = _sorted(by_theme, lambda theme: [one for one in before[theme] if one != theme], lambda theme: [theme])
    except ValueError:
        order = list(by_theme)
    members = [name for theme in order for name in by_theme[theme]]
    everything = _sorted(members, lambda name: filters[name], _scales(dictionary, asked, themes))
    return [(theme, list(run)) for theme, run in groupby(everything, lambda name: themes.get(name, ""))]


def _scales(dictionary: Dictionary, asked: list[str], themes: Mapping[str, str]) -> Callable[[str], list[str]]:
    """For each variable, the items of the first scale that it belongs to, in the order of the scale."""
    of: dict[str, list[str]] = {}
    for scale in dictionary.scales.values():
        items = [name for name in scale.items if name in asked]
        for name in items:
            of.setdefault(name, [one for one in items if themes.get(one) == themes.get(name)])
    return lambda name: of.get(name, [name])


def _sorted(
    names: Iterable[str], before: Callable[[str], list[str]], together: Callable[[str], list[str]]
) -> list[str]:
    """The same order, but with what must come before moved up and what belongs together side by side."""
    done: dict[str, None] = {}
    open_: list[str] = []

    def place(name: str) -> None:
        if name in done:
            return
        if name in open_:
            raise ValueError(name)
        open_.append(name)
        for one in before(name):
            place(one)
        open_.remove(name)
        done[name] = None

    for name in names:
        for one in together(name) if name not in done else ():
            place(one)
    return list(done)
