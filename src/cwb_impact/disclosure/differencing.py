"""Two figures that differ by a few people give those people away, in one release and between releases.

What is compared: the same indicator, or another one over the same answers, of the same population, wave and group; of
what never changes in a person (`over_time: constant`, such as sex) at any wave. People who come and go between waves
are no difference in what changes, and people who left a question open are none between two indicators: nobody outside
knows who they are (trust.md C2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from cwb_impact.disclosure.ledger import LOST, Entry, Row, rows_of_people
from cwb_impact.disclosure.people import TOTAL, People, Place
from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.disclosure.sketch import differing
from cwb_impact.errors import Problem, Problems
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import QUANTILES

DIFFERS_BY_FEW = "differs_by_few"
FIGURES = ("value", "band", "se", "ci_low", "ci_high", "n", "ess", "deff")
_SAME = ("indicator", "population", "wave", "dimension", "category", "statistic")
PLACE = ("population", "wave")
MOST_LINES = 20
"""Figures of one population and wave that are named one by one."""


def differences(entry: Entry, earlier: Iterable[Entry], study: StudyBundle) -> Problems:
    """E412 for every figure of a release that differs from an earlier one by fewer people than the minimum.

    A figure that is published just as it was before tells nothing new, whatever changed behind it. An earlier figure
    whose people were not found again when the key changed is taken for too close, else rotate-key would be the way past
    a withdrawal. W416 counts those figures: nothing else is compared with them.
    """
    problems, blocked = Problems(), defaultdict[tuple[str, str], list[Problem]](list)
    file, line = study.study.doc.shown, study.study.doc.line("releases", entry.release)
    constant, earlier = _constants(study), tuple(earlier)
    held, told = _by_meaning(earlier), {_told(row) for one in earlier for row in one.rows}
    public = study.policy.registers.people.public_headcounts
    for row in entry.rows:
        if row.level["indicator"] in public or _told(row) in told:
            continue
        near = next((pair for pair in _comparable(row, held, constant, study) if _close(row, pair[1], study)), None)
        if near is not None:
            what = _how_close(*near, study)
            place = str(row.level["population"]), str(row.level["wave"])
            blocked[place].append(Problem(file, line, "E412", _named(row.level), what, _ways_out(row.level)))
    for place, found in blocked.items():
        if len(found) > MOST_LINES:
            what, fix = f"{len(found)} figures: {found[0].what}", _ways_out(dict(zip(PLACE, place, strict=True)))
            found = [Problem(file, line, "E412", " ".join(place), what, fix)]
        problems.extend(found)
    if lost := sum(row.behind == LOST for one in earlier for row in one.rows):
        what = f"the people behind {lost} figures of earlier releases were not found again when the key changed"
        problems.add("W416", file, line, "ledger", what, "Compare other figures of these people with them by hand")
    return problems


def too_close(shown: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> dict[Hashable, str]:
    """Rows that would give a few people away beside another row of this release: index -> the other indicator.

    Two indicators over the same answers whose universes differ by few people, or one over what never changes in two
    waves. The later in the study file goes, and the later wave. The reason of such a row is `differs_by_few`.

    shown : rows with indicator, population, wave, dimension, category and status (and `protects`, where others than
    people are among them). people : exact sets, so that nothing is missed.
    """
    constant, minimum = _constants(study), study.policy.minimum_respondents
    variables = {indicator.id: study.dictionary.answer_variables(indicator) for indicator in study.indicators}
    places = {(place[0], place[1], name): place for place, one in people.items() for name in one.answers}
    kept = defaultdict[Hashable, list[tuple[str, frozenset[Any]]]](list)
    closed: dict[Hashable, str] = {}
    for index, row in _in_order(shown, study):
        name = row["indicator"]
        if (place := places.get((row["population"], row["wave"], name))) is None:
            continue
        one = people[place]
        members = frozenset(one.person[one.answers[name].universe & one.members(row["dimension"], row["category"])])
        wave = None if variables[name] <= constant else row["wave"]
        quantile = study.dictionary.indicators[name].statistic in QUANTILES
        like = kept[row["population"], wave, row["dimension"], row["category"], variables[name], quantile]
        near = next((other for other, theirs in like if 0 < len(members ^ theirs) < minimum), None)
        if near is None:
            like.append((name, members))
        else:
            closed[index] = near
    return closed


def _in_order(shown: pd.DataFrame, study: StudyBundle) -> list[tuple[Hashable, Mapping[Any, Any]]]:
    """Index and row of what is shown about people: earlier waves first, then as the study file names indicators."""
    order = {indicator.id: number for number, indicator in enumerate(study.indicators)}
    public = study.policy.registers.people.public_headcounts
    rows = rows_of_people(shown)
    rows = rows[rows["status"].isin(SHOWN) & ~rows["indicator"].isin(public)]
    waves = [study.waves.index(wave) for wave in rows["wave"]]
    ranked = rows.assign(_wave=waves, _order=rows["indicator"].map(order)).sort_values(
        ["_wave", "_order"], kind="stable"
    )
    return list(zip(ranked.index, ranked.to_dict("records"), strict=True))


def _constants(study: StudyBundle) -> frozenset[str]:
    known = study.dictionary.variables
    return frozenset(name for name, variable in known.items() if variable.over_time == "constant")


_Held = Mapping[Hashable, list[tuple[Entry, Row]]]


def _by_meaning(earlier: Iterable[Entry]) -> _Held:
    """Earlier rows by population and indicator, and by population and what they are the answer of."""
    held: dict[Hashable, list[tuple[Entry, Row]]] = defaultdict(list)
    for entry in earlier:
        for row in entry.rows:
            for meaning in _meanings(row):
                held[meaning].append((entry, row))
    return held


def _meanings(row: Row) -> tuple[Hashable, Hashable]:
    population = row.level["population"]
    return (population, row.level["indicator"]), (population, row.variables, row.level["statistic"] in QUANTILES)


def _comparable(row: Row, held: _Held, constant: frozenset[str], study: StudyBundle) -> Iterator[tuple[Entry, Row]]:
    """Earlier rows about the same group, or about one that the study does not have any more."""
    for meaning in _meanings(row):
        for entry, before in held.get(meaning, ()):
            same_time = before.level["wave"] == row.level["wave"] or row.variables <= constant
            same_group = all(before.level[name] == row.level[name] for name in ("dimension", "category"))
            if same_time and (same_group or not _known_group(before.level, study)):
                yield entry, before


def _known_group(level: Mapping[str, Any], study: StudyBundle) -> bool:
    """Has the study this category still? Then the attacker sees the earlier row beside today's."""
    dimension = level["dimension"]
    known = study.dictionary.variables.get(dimension)
    if dimension == TOTAL or known is None:
        return bool(dimension == TOTAL)
    return dimension in study.population(level["population"]).dimensions and level["category"] in (known.codes or {})


def _close(row: Row, before: Row, study: StudyBundle) -> bool:
    """Are there people between the two, and too few? Of one indicator at one wave also a corrected answer counts."""
    if before.behind == LOST:
        return all(before.level[name] == row.level[name] for name in _SAME)
    once = row.level["indicator"] == before.level["indicator"] and row.level["wave"] == before.level["wave"]
    pair = (row.behind.answers, before.behind.answers) if once else (row.behind.members, before.behind.members)
    return 0 < differing(*pair) < study.policy.minimum_respondents


def _how_close(other: Entry, before: Row, study: StudyBundle) -> str:
    if before.behind == LOST:
        return f"rests on other answers than in release {other.release}; since the key changed nobody knows how many"
    return f"differs from release {other.release} by fewer than {study.policy.minimum_respondents} respondents"


def _told(row: Row) -> tuple[Any, ...]:
    return tuple(row.level[name] for name in (*_SAME, *FIGURES))


def _ways_out(named: Mapping[str, Any]) -> str:
    """What may be done, with what to write. Merging mends no total: that still has the same few people less or more."""
    keys = [*PLACE, "indicator", *(["dimension"] if named.get("dimension") == TOTAL else ["dimension", "category"])]
    row = ", ".join(f"{key}: {named[key]}" for key in keys if key in named)
    merge = "merge categories, " if named.get("dimension", TOTAL) != TOTAL else ""
    return f"Leave it out (under policy: withhold: in study.yml - {{{row}}}), {merge}or go back to the earlier answers"


def _named(level: Mapping[str, Any]) -> str:
    group = "" if level["dimension"] == TOTAL else f", {level['dimension']} {level['category']}"
    return f"{level['indicator']}, {level['population']} {level['wave']}{group}"
