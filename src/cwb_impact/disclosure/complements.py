"""The plain rule for one dimension: the hidden categories together must be a group that could be published.

The total minus the shown categories is the sum of the hidden ones. So of that union the rules are asked that a cell is
asked: respondents enough, several holdings, nobody's answer told by everybody having the same. Exact numbers of people
decide; what can be worked out of rounded figures is for the attacker (`attack.py`), who comes after this.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cwb_impact.disclosure.people import TOTAL, People, Place
from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import SHARES
from cwb_impact.types import Booleans

_BY = ["indicator", "population", "wave", "dimension"]


@dataclass(frozen=True, slots=True)
class Union:
    """The hidden categories of a dimension, and why they may not be known together. reason : as of a cell."""

    indicator: str
    population: str
    wave: str
    dimension: str
    categories: tuple[str, ...]
    reason: str


def complements_of(decided: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> pd.Series:
    """Which rows must go because the total and the others would give the hidden categories away.

    Categories are hidden when they are suppressed or shown as a band; those without respondents cover nothing. While
    their union may not be known, the shown category with the fewest respondents in the first wave that asked goes too:
    of one wave, so that the same category goes in each, the change of the others can be told, and a new wave does not
    move it.

    Parameters
    ----------
    decided : rows of EstimateTable.frame with status, reason and band.

    Returns
    -------
    (rows,) boolean, on the index of the frame.
    """
    first = decided[decided["status"] != "not_collected"]
    size = first.groupby(["indicator", "population", "dimension", "category"], sort=False)["n"].transform("first")
    chosen: list[Hashable] = []
    for _, group in _dimensions(decided):
        hidden = _hidden(group)
        covered = group[hidden]
        shown = group.loc[size.loc[group.index[~hidden]].sort_values(kind="stable").index]
        for row in shown.index:
            if not len(covered) or not why_too_small(covered, people, study):
                break
            chosen.append(row)
            covered = pd.concat([covered, group.loc[[row]]])
    return pd.Series(decided.index.isin(chosen), index=decided.index)


def unions_too_small(decided: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> tuple[Union, ...]:
    """Every dimension whose hidden categories may not be known together, though a shown category could cover them.

    decided : with the final status and band of every row.
    """
    found = []
    for key, group in _dimensions(decided):
        hidden = _hidden(group)
        if hidden.any() and not hidden.all() and (reason := why_too_small(group[hidden], people, study)):
            found.append(Union(*key, tuple(group["category"][hidden]), reason))
    return tuple(found)


def _dimensions(decided: pd.DataFrame) -> Iterator[tuple[tuple[str, str, str, str], pd.DataFrame]]:
    """The categories with respondents of every dimension of an indicator in a wave."""
    with_people = (decided["dimension"] != TOTAL) & (decided["status"] != "not_collected") & (decided["n"] > 0)
    for (indicator, population, wave, dimension), group in decided[with_people].groupby(_BY, sort=False):
        yield (str(indicator), str(population), str(wave), str(dimension)), group


def _hidden(group: pd.DataFrame) -> Booleans:
    return (~group["status"].isin(SHOWN) | (group["band"] != "")).to_numpy(dtype=bool)


def why_too_small(hidden: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> str:
    """Why the union of hidden categories may not be known; empty where it may.

    hidden : rows of one indicator, population, wave and dimension.
    """
    row, policy = hidden.iloc[0], study.policy
    if len(hidden) == 1:
        return "one_category"
    if int(hidden["n"].sum()) < max(
        policy.minimum_respondents, study.dictionary.indicators[row["indicator"]].minimum_n
    ):
        return "too_few_respondents"
    everybody = people[row["population"], row["wave"], ""]
    inside = np.logical_or.reduce([everybody.members(row["dimension"], name) for name in hidden["category"]])
    inside &= everybody.answers[row["indicator"]].valid
    return next((reason for rule in (_holdings, _alike) if (reason := rule(hidden, everybody, inside, study))), "")


Rule = Callable[[pd.DataFrame, People, Booleans, StudyBundle], str]


def _holdings(hidden: pd.DataFrame, people: People, inside: Booleans, study: StudyBundle) -> str:
    """The largest holding must not be able to subtract itself; those of unknown holding are one more."""
    rule = study.holding_rule(str(hidden["population"].iloc[0]))
    if rule is None or people.holding is None:
        return ""
    _, sizes = np.unique(people.holding[inside], return_counts=True)
    if len(sizes) < rule.minimum_holdings:
        return "too_few_holdings"
    return "too_few_outside_largest_holding" if sizes.sum() - sizes.max() < rule.minimum_outside_largest else ""


def _alike(hidden: pd.DataFrame, people: People, inside: Booleans, study: StudyBundle) -> str:
    """What (almost) everybody in the union has alike tells each one's answer.

    A union of bands alone says no more than the bands: that few are on one side of each.
    """
    if hidden["statistic"].iloc[0] in SHARES:
        least, banded = study.policy.share.minimum_each_side, (hidden["band"] != "").all()
        few = int(hidden[["n_low_side", "n_high_side"]].sum().min()) < least
        return "all_the_same" if few and not banded else ""
    y = people.answers[str(hidden["indicator"].iloc[0])].y[inside]
    return "all_the_same" if len(y) and y.min() == y.max() else ""
