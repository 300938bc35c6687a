"""Who is behind every figure: the respondents (or rows of a list) of a wave, what they answered, and where they belong.

Protection counts people, not rows of a table, so it looks at the answers once more: who is in which universe, who has
the property that is counted, whose holding knows it. Nothing of this ever leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from cwb_impact.indicators.measure import measure
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import Indicator
from cwb_impact.types import Booleans, EstimateTable, Floats, Integers, RegisterRows

UNKNOWN = ""
"""The category of those of whom a dimension is not known. It has no row of its own, and can still be given away."""

TOTAL = "total"

Place = tuple[str, str, str]
"""population, wave and the list that was kept; the last is empty for what people were asked."""


@dataclass(frozen=True, repr=False)
class Answer:
    """One indicator for each of the n people of a place. universe : (n,) is asked. valid : (n,) counts.

    y : (n,) the number of the statistic (1 and 0 for a share), 0 where it does not count. beside : (n,) what a ratio
    has below the line, or who is in the group of a gap.
    """

    universe: Booleans
    valid: Booleans
    y: Floats
    beside: Floats | None


@dataclass(frozen=True, repr=False)
class People:
    """The n people (or rows) of one place.

    person : (n,) what tells them apart; the same person has the same in every wave of a panel. weight : (n,), mean 1.
    holding : (n,) the group that knows each one's answers, -1 unknown; None where the policy names none.
    categories : dimension -> (n,) category, UNKNOWN where it is not known. answers : indicator -> Answer.
    invited : the most people there can be, where that is known from outside.
    """

    person: pd.Series
    weight: Floats
    holding: Integers | None
    categories: Mapping[str, np.ndarray]
    answers: Mapping[str, Answer]
    invited: int | None = None

    def __len__(self) -> int:
        return len(self.person)

    def __repr__(self) -> str:
        return f"<People: {len(self)}; {len(self.answers)} indicators; dimensions {', '.join(self.categories)}>"

    def members(self, dimension: str, category: str) -> Booleans:
        """(n,) who belongs to a category; everybody to the total."""
        if dimension == TOTAL:
            return np.ones(len(self), dtype=bool)
        return np.asarray(self.categories[dimension] == category, dtype=bool)


def people_of(estimates: EstimateTable) -> dict[Place, People]:
    """The people of every population and wave of a release, and the rows of every list that was kept."""
    waves = estimates.waves
    study = waves.study
    asked = {(population, wave, ""): _asked(estimates, population, wave) for population, wave in estimates.designs}
    kept = {(rows.population, rows.wave, rows.register): _kept(rows, study) for rows in waves.registers}
    return asked | kept


def _asked(estimates: EstimateTable, population: str, wave: str) -> People:
    waves, study = estimates.waves, estimates.waves.study
    frame, spec = waves.of(population, wave), study.maps[population, wave]
    weight = estimates.design(population, wave).weight
    rule = study.holding_rule(population)
    holding = pd.Categorical(frame[rule.variable]).codes.astype(np.int64) if rule is not None else None
    asked = [
        indicator
        for indicator in study.indicators
        if population in indicator.populations
        and not study.dictionary.from_registers(indicator)
        and not set(study.dictionary.variables_needed(indicator)) & set(spec.not_collected)
    ]
    dimensions = study.population(population).dimensions
    known = waves.response[(waves.response["population"] == population) & (waves.response["wave"] == wave)]
    invited = known["invited"].iloc[0] if len(known) else None
    return People(
        frame["person"],
        weight / weight.mean() if len(weight) else weight,
        holding,
        {name: _text(frame[name]) for name in dimensions if name in frame},
        _answers(asked, frame, study.dictionary, spec.wave.last_day),
        None if invited is None or pd.isna(invited) else int(invited),
    )


def _kept(rows: RegisterRows, study: StudyBundle) -> People:
    """The rows of a list. What a row says tells it apart: its place moves when a row is put in above it."""
    frame, dictionary = rows.frame, study.dictionary
    columns = frozenset(map(str, frame.columns))
    chosen = [
        indicator
        for indicator in study.indicators
        if dictionary.from_registers(indicator) and set(dictionary.variables_needed(indicator)) <= columns
    ]
    said = pd.util.hash_pandas_object(frame.drop(columns="place").astype("str"), index=False).astype("str")
    person = said + "/" + said.groupby(said).cumcount().astype("str")  # rows that say the same are still several
    names = frame["holding"].astype("str")
    holding = pd.Categorical(names.where(names != "")).codes.astype(np.int64)
    answers = _answers(chosen, frame, dictionary, rows.reference_date)
    return People(person.reset_index(drop=True), np.ones(len(frame)), holding, {}, answers)


def _answers(
    indicators: Iterable[Indicator], frame: pd.DataFrame, dictionary: Dictionary, on: date
) -> dict[str, Answer]:
    made = {}
    for indicator in indicators:
        measured = measure(indicator, frame, dictionary, on)
        universe = measured.valid | (measured.reason.astype(str) != "valid")
        made[indicator.id] = Answer(universe, measured.valid, measured.y, measured.beside)
    return made


def _text(values: pd.Series) -> np.ndarray:
    return values.astype("str").where(values.notna(), UNKNOWN).to_numpy(dtype=object)
