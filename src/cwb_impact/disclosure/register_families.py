"""Figures from registers that can be used against one another: one family for each list and wave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from cwb_impact.disclosure.family import Family, Key
from cwb_impact.disclosure.people import People, Place
from cwb_impact.disclosure.register_counts import counted_family, is_counted
from cwb_impact.disclosure.register_money import summed_family
from cwb_impact.spec.bundle import StudyBundle

LIST = ["population", "wave", "register"]


def register_families(
    figures: pd.DataFrame,
    shown: pd.DataFrame,
    people: Mapping[Place, People],
    study: StudyBundle,
    earlier: pd.DataFrame,
) -> tuple[Family, ...]:
    """What the figures of each list tell together: of its rows (people, co-ops), and of its sums (euros, members).

    Each wave has families of its own. Whoever is on the list of two waves, or on two lists of one wave (who worked here
    a year ago, and who works here now), is not linked: no figure is of both, so one cannot be taken off the other. What
    links them, how many people there are, is given to the attacker. Lists that protect nothing (the programme's own)
    are public and have no family.

    Parameters
    ----------
    figures : RegisterFigures.frame with status, reason and band (`registers.decided_figures`).
    shown : the same index, each row rounded as if it might be told (`registers.as_if_shown`).
    people : the rows of every list (`people_of`).
    earlier : rows of earlier releases over the very same lists: LEVEL_COLUMNS, `release`, and `band` where kept. Of an
        indicator that this release does not have, and published by other rules, they tell nothing here.

    Returns
    -------
    tuple of Family
        Keys: the label of the row in `figures`; ("earlier", release, i); and for what must stay uncertain
        ("secret", label) and ("difference", label of the whole, label of the part). The last two are no figures and
        are hidden from the start, whatever is shown.
    """
    chosen = figures[(figures["protects"] != "nothing") & (figures["status"] != "not_collected")]
    cost = chosen["n"].where(chosen["statistic"] != "count", chosen["n_counted"]).astype("float64")
    # that of the first wave, so that the same figure goes in each wave, and none moves when a wave is added
    chosen = chosen.assign(cost=cost.groupby(chosen["indicator"]).transform("first"))
    return tuple(
        family
        for (population, wave, register), rows in chosen.groupby(LIST, sort=False)
        for family in _of_list((str(population), str(wave), str(register)), rows, shown, people, study, earlier)
    )


def _of_list(
    place: Place,
    rows: pd.DataFrame,
    shown: pd.DataFrame,
    people: Mapping[Place, People],
    study: StudyBundle,
    earlier: pd.DataFrame,
) -> Iterator[Family]:
    population, _, register = place
    # a wave in which this list had a column less tells nothing of how the answers go together
    waves = [
        one
        for (of, _, name), one in people.items()
        if (of, name) == (population, register) and set(rows["indicator"]) <= set(one.answers)
    ]
    counted = rows.apply(is_counted, axis=1)
    summed = ~counted & rows["statistic"].isin(["ratio", "total"])
    for part, build in ((rows[counted], counted_family), (rows[summed], summed_family)):
        if len(part):
            yield build(part, _told(part, shown, _same_list(earlier, part)), people[place], waves, study)


def _same_list(earlier: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The earlier rows of the same indicators, population and wave."""
    if earlier.empty:
        return earlier
    first = rows.iloc[0]
    here = (earlier["population"] == first["population"]) & (earlier["wave"] == first["wave"])
    here &= earlier["indicator"].isin(rows["indicator"]) & (earlier["status"] != "not_collected")
    found: pd.DataFrame = earlier.loc[here]
    return found


def _told(rows: pd.DataFrame, shown: pd.DataFrame, earlier: pd.DataFrame) -> dict[Key, pd.Series]:
    """Every row as it is published if it is: with its value, or as a band."""
    rounded = shown.loc[rows.index].assign(band=rows["band"])
    rounded.loc[rows["band"] != "", ["value", "ci_low", "ci_high"]] = np.nan
    told: dict[Key, pd.Series] = dict(rounded.iterrows())
    before = earlier if "band" in earlier else earlier.assign(band="")
    return told | {("earlier", row["release"], key): row for key, row in before.iterrows()}
