"""What the report is about, in its order: variables, and for each of them the decision of every wave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from cwb_impact.errors import Problem
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import NotCollected, WaveMap
from cwb_impact.types import Recoded, VariableRecord, WaveRecord

COVERAGE = ("exact", "close", "broad", "narrow", "not_collected", "undecided", "not_mentioned")
"""What a map can say of a variable. `not_mentioned`: nothing, and no result of this study needs it there."""

MOST_CODES = 20
"""Source codes, columns or names shown in one place; the rest is counted."""


@dataclass(frozen=True)
class Decision:
    """One variable in one wave. place : file:line of the map. record : how it was made, once harmonised."""

    population: str
    wave: str
    coverage: str
    place: str
    record: VariableRecord | None = None
    absent: NotCollected | None = None

    @property
    def respondents(self) -> int:
        return sum(self.record.why.values()) if self.record is not None else 0

    def share(self, reason: str) -> float | None:
        """Per cent of respondents with this reason, or with a valid answer; None without respondents."""
        if self.record is None or not self.respondents:
            return None
        return 100 * self.record.why.get(reason, 0) / self.respondents


@dataclass(frozen=True)
class VariableStory:
    """One variable in all waves, population by population. definition : None for a word that no dictionary has."""

    name: str
    definition: Variable | None
    decisions: tuple[Decision, ...]

    @property
    def populations(self) -> dict[str, list[Decision]]:
        """The decisions of each population that has one, in the order of the waves."""
        found: dict[str, list[Decision]] = {}
        for decision in self.decisions:
            found.setdefault(decision.population, []).append(decision)
        return {name: ours for name, ours in found.items() if any(d.coverage != "not_mentioned" for d in ours)}


@dataclass(frozen=True, repr=False)
class Dossier:
    """Everything in the report. waves : one record a file. problems : warnings, and errors when the run stopped."""

    study: StudyBundle
    waves: tuple[WaveRecord, ...]
    variables: tuple[VariableStory, ...]
    problems: tuple[Problem, ...]

    def __repr__(self) -> str:
        return f"<Dossier {self.study.study.id}: {len(self.variables)} variables, {len(self.waves)} files>"


def dossier_of(study: StudyBundle, records: Iterable[WaveRecord], problems: Iterable[Problem] = ()) -> Dossier:
    """The report of a study; of Waves: `dossier_of(waves.study, waves.records, waves.warnings)`."""
    by_wave = {(record.population, record.wave): record for record in records}
    keys = [key for population in study.study.populations for key in _keys(study, population)]
    made = {(*key, made.variable): made for key, record in by_wave.items() for made in record.variables}
    stories = tuple(
        VariableStory(
            name, study.dictionary.variables.get(name), tuple(_decision(study, key, name, made) for key in keys)
        )
        for name in _variables(study, keys)
    )
    waves = tuple(by_wave[key] for key in keys if key in by_wave)
    return Dossier(study, waves, stories, tuple(sorted(set(problems))))


def coverage_matrix(dossier: Dossier) -> pd.DataFrame:
    """Variables by (population, wave); the cells are words of COVERAGE."""
    index = pd.Index([story.name for story in dossier.variables], name="variable")
    keys = [(d.population, d.wave) for d in dossier.variables[0].decisions] if dossier.variables else []
    columns = pd.MultiIndex.from_tuples(keys, names=["population", "wave"])
    return pd.DataFrame([[d.coverage for d in story.decisions] for story in dossier.variables], index, columns)


def in_order(lines: Iterable[Recoded], columns: tuple[str, ...]) -> list[Recoded]:
    """Lines of a before/after table by column, and within it by code: numbers first, from low to high."""
    place = {column: index for index, column in enumerate(columns)}
    return sorted(lines, key=lambda line: (place.get(line.column, len(place)), *_code_order(line.code)))


def shown_place(study: StudyBundle, place: str) -> str:
    """`waves/a.yml:12`: a place in a map as seen from the study folder."""
    return place.removeprefix(f"{study.folder.as_posix()}/")


def _code_order(code: str) -> tuple[bool, float, str]:
    try:
        number = float(code.partition("..")[0])
    except ValueError:
        return True, 0.0, code
    return False, number, code


def _keys(study: StudyBundle, population: str) -> list[tuple[str, str]]:
    return [(population, wave) for wave in study.waves if (population, wave) in study.maps]


def _variables(study: StudyBundle, keys: list[tuple[str, str]]) -> list[str]:
    """What a map names or a result needs, in the order of the dictionary; words outside it come last."""
    named = {name for key in keys for name in (*study.maps[key].variables, *study.maps[key].not_collected)}
    named |= {name for population, _ in keys for name in study.variables_needed(population)}
    known = [name for name in study.dictionary.variables if name in named]
    return [*known, *sorted(named - set(known))]


def _decision(
    study: StudyBundle, key: tuple[str, str], name: str, made: dict[tuple[str, str, str], VariableRecord]
) -> Decision:
    spec = study.maps[key]
    place = shown_place(study, f"{spec.doc.shown}:{_line(spec, name)}")
    if name in spec.variables:
        return Decision(*key, spec.variables[name].relation, place, made.get((*key, name)))
    if name in spec.not_collected:
        return Decision(*key, "not_collected", place, absent=spec.not_collected[name])
    needed = name in study.variables_needed(key[0])
    return Decision(*key, "undecided", place) if needed else Decision(*key, "not_mentioned", "")


def _line(spec: WaveMap, name: str) -> int:
    part = "not_collected" if name in spec.not_collected else "variables"
    return spec.doc.line(part, name)
