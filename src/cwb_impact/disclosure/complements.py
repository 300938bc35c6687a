"""The plain rule for one dimension: the hidden categories together must be a group that could be published.

The total minus the shown categories is the sum of the hidden ones. So of that union the rules are asked that a cell is
asked: respondents enough, several holdings, nobody's answer told by everybody having the same. Exact numbers of people
decide; what can be worked out of rounded figures is for the attacker (`attack.py`), who comes after this. The parts of
a headcount follow the same rule (`registers.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping

import numpy as np
import pandas as pd

from cwb_impact.disclosure.people import TOTAL, People, Place
from cwb_impact.disclosure.primary import SHOWN
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.indicator import SHARES
from cwb_impact.types import Booleans

COVERS = "complement_of_suppressed"
"""The reason of a row that goes so that others stay hidden."""

_BY = ["indicator", "population", "wave", "dimension"]

TooSmall = Callable[[pd.DataFrame], bool]
"""May several hidden categories (rows of one indicator, population, wave and dimension) not be known together?"""


def complements_of(decided: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> pd.Series:
    """Which rows of an EstimateTable with status, reason and band must go for others; on its index."""
    return covers(decided, lambda hidden: _too_small(hidden, people, study))


def covers(decided: pd.DataFrame, too_small: TooSmall) -> pd.Series:
    """Which rows must go because the total and the others would give the hidden categories away.

    Categories are hidden when they are suppressed or shown as a band; those without respondents cover nothing. While
    their union may not be known, the shown category with the fewest respondents in the first wave that asked goes too:
    of one wave, so that the same category goes in each, the change of the others can be told, and a new wave does not
    move it.

    Parameters
    ----------
    decided : rows with indicator, population, wave, dimension, category, n, status and band. too_small : of two or more
        hidden categories; one by itself always is.

    Returns
    -------
    (rows,) boolean, on the index of the frame.
    """
    first = decided[decided["status"] != "not_collected"]
    size = first.groupby(["indicator", "population", "dimension", "category"], sort=False)["n"].transform("first")
    chosen: list[Hashable] = []
    for group in _dimensions(decided):
        hidden = _hidden(group)
        covered = group[hidden]
        shown = group.loc[size.loc[group.index[~hidden]].sort_values(kind="stable").index]
        for row in shown.index:
            if not len(covered) or (len(covered) > 1 and not too_small(covered)):
                break
            chosen.append(row)
            covered = pd.concat([covered, group.loc[[row]]])
    return pd.Series(decided.index.isin(chosen), index=decided.index)


def _dimensions(decided: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """The categories with respondents of every dimension of an indicator in a wave."""
    with_people = (decided["dimension"] != TOTAL) & (decided["status"] != "not_collected") & (decided["n"] > 0)
    for _, group in decided[with_people].groupby(_BY, sort=False):
        yield group


def _hidden(group: pd.DataFrame) -> Booleans:
    return (~group["status"].isin(SHOWN) | (group["band"] != "")).to_numpy(dtype=bool)


def _too_small(hidden: pd.DataFrame, people: Mapping[Place, People], study: StudyBundle) -> bool:
    row, policy = hidden.iloc[0], study.policy
    least = max(policy.minimum_respondents, study.dictionary.indicators[row["indicator"]].minimum_n)
    if int(hidden["n"].sum()) < least:
        return True
    everybody = people[row["population"], row["wave"], ""]
    inside = np.logical_or.reduce([everybody.members(row["dimension"], name) for name in hidden["category"]])
    inside &= everybody.answers[row["indicator"]].valid
    return _one_knows(hidden, everybody, inside, study) or _alike(hidden, everybody, inside, study)


def _one_knows(hidden: pd.DataFrame, people: People, inside: Booleans, study: StudyBundle) -> bool:
    """Could the largest holding subtract itself? Those of unknown holding are one more."""
    rule = study.holding_rule(str(hidden["population"].iloc[0]))
    if rule is None or people.holding is None:
        return False
    _, sizes = np.unique(people.holding[inside], return_counts=True)
    return len(sizes) < rule.minimum_holdings or bool(sizes.sum() - sizes.max() < rule.minimum_outside_largest)


def _alike(hidden: pd.DataFrame, people: People, inside: Booleans, study: StudyBundle) -> bool:
    """What (almost) everybody in the union has alike tells each one's answer.

    A union of bands alone says no more than the bands: that few are on one side of each.
    """
    if hidden["statistic"].iloc[0] in SHARES:
        least, banded = study.policy.share.minimum_each_side, (hidden["band"] != "").all()
        return not banded and int(hidden[["n_low_side", "n_high_side"]].sum().min()) < least
    y = people.answers[str(hidden["indicator"].iloc[0])].y[inside]
    return bool(len(y) and y.min() == y.max())
