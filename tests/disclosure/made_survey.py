"""Tiny surveys written by hand as counts of people, as the families see them. Everybody weighs the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from survey_release import NONE_EARLIER, AsIfShown

from cwb_impact.disclosure.levels import changes_as_if_shown, decided_levels, levels_as_if_shown
from cwb_impact.disclosure.people import Answer, People
from cwb_impact.spec.bundle import StudyBundle

Groups = Sequence[tuple[str, int, Mapping[str, int]]]
"""(category of sex, number of people, indicator -> 1 has it, 0 has it not)."""


def made_release(study: StudyBundle, waves: Mapping[str, Groups], population: str = "residents") -> AsIfShown:
    """Shares only, by sex and in total. The indicators must be words of the dictionary; their answers are as told."""
    people = {(population, wave, ""): _people(groups) for wave, groups in waves.items()}
    rows = [
        _row(study, population, wave, name, dimension, category, people[population, wave, ""])
        for wave, groups in waves.items()
        for name in groups[0][2]
        for dimension, category in [("total", "total"), *(("sex", sex) for sex in dict.fromkeys(g[0] for g in groups))]
    ]
    decided = decided_levels(pd.DataFrame(rows), study)
    shown = levels_as_if_shown(decided, study)
    return AsIfShown(study, people, decided, shown, _changes(decided, list(waves), study), NONE_EARLIER)


def _people(groups: Groups) -> People:
    n = np.array([number for _, number, _ in groups])
    total = int(n.sum())
    everybody = np.ones(total, dtype=bool)
    answers = {
        name: Answer(everybody, everybody, np.repeat([float(has[name]) for *_, has in groups], n), None)
        for name in groups[0][2]
    }
    sex = np.repeat(np.array([sex for sex, *_ in groups], dtype=object), n)
    return People(pd.Series(range(total)), np.ones(total), None, {"sex": sex}, answers)


def _row(
    study: StudyBundle, population: str, wave: str, name: str, dimension: str, category: str, people: People
) -> dict[str, object]:
    y = people.answers[name].y[people.members(dimension, category)]
    n, k = len(y), int(y.sum())
    indicator = study.dictionary.indicators[name]
    return {
        "indicator": name, "version": indicator.version, "population": population, "wave": wave,
        "dimension": dimension, "category": category, "statistic": indicator.statistic, "unit": "percent",
        "value": 100 * k / n, "se": np.nan, "ci_low": np.nan, "ci_high": np.nan, "interval": "", "inference": "",
        "n": n, "ess": np.nan, "deff": np.nan, "status": "computed", "reason": "", "flags": "", "df": n - 1,
        "n_holdings": 1, "n_outside_largest": 0, "n_low_side": n - k, "n_high_side": k, "all_equal": k in (0, n),
        "short_interval": False, "remainder_percent": np.nan, "people": float(n), "few_percent": 300 / n,
    }  # fmt: skip


def _changes(decided: pd.DataFrame, waves: list[str], study: StudyBundle) -> pd.DataFrame:
    """The change of every row of the first wave to the same row of the second."""
    if len(waves) < 2:
        return pd.DataFrame(columns=["from_row", "to_row", "value", "indicator"])
    first, second = (decided[decided["wave"] == wave] for wave in waves)
    made = first.assign(
        value=second["value"].to_numpy() - first["value"].to_numpy(),
        wave_from=waves[0], wave_to=waves[1], n_from=first["n"], n_to=second["n"].to_numpy(), n_both=0,
        verdict="", level="change", convention="own_wave", from_row=first.index, to_row=second.index,
    )  # fmt: skip
    return changes_as_if_shown(made, decided, study)
