"""Families of survey figures: all that can be used against one another within one population and wave.

Indicators are linked when they rest on the same answers (an answer that only says who is asked does not count), and so
are their families. Figures of two waves are about other answers; what a published change adds to its two levels is
worked into the values of both (`ranges.py`). Statistics that are no sum over people (medians and other quantiles,
inequality, gaps) and weighted totals are not in a family: what is hidden of them is covered by the plain rule of
`complements.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cwb_impact.disclosure.atoms import (
    NOT_VALID,
    WITH,
    WITHOUT,
    Atoms,
    Outcomes,
    Scale,
    atoms_of,
    patterns_of,
    scale_of,
)
from cwb_impact.disclosure.family import Family
from cwb_impact.disclosure.interval_range import narrowed_by_interval
from cwb_impact.disclosure.levels import decided_levels
from cwb_impact.disclosure.people import TOTAL, UNKNOWN, Answer, People, Place
from cwb_impact.disclosure.primary import SHOWN, WITHHELD
from cwb_impact.disclosure.ranges import Range, narrowed
from cwb_impact.disclosure.rounding import policy_steps, steps
from cwb_impact.disclosure.row_limits import MEAN_OR_SHARE
from cwb_impact.disclosure.survey_figures import FigureMaker, records
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.indicator import SHARES, Indicator
from cwb_impact.spec.policy import Policy
from cwb_impact.types import Floats, Integers

MOST_UNKNOWNS = 3000
"""Above this the indicators of a family are taken one by one: their own tables are audited, their links are not."""

_EXACT = ("value", "ci_low", "ci_high")

_SMALL = 1e-9

_DECISION = ["status", "reason", "band"]

_TOTAL_COSTS = 1000.0
"""The figure of everybody is the last to go."""


def survey_families(
    decided: pd.DataFrame,
    shown: pd.DataFrame,
    changes: pd.DataFrame,
    people: Mapping[Place, People],
    study: StudyBundle,
    earlier: pd.DataFrame,
) -> tuple[Family, ...]:
    """The families of all shares and means that people were asked for.

    Parameters
    ----------
    decided : rows of EstimateTable.frame with status, reason and band after the primary rules.
    shown : the same index, LEVEL_COLUMNS, every row rounded as if it were shown.
    changes : Comparison.frame, rounded as if shown, with from_row and to_row.
    earlier : rows of earlier releases over the very same answers, LEVEL_COLUMNS and `release`.

    Returns
    -------
    tuple[Family, ...]
        Keys of figures: the index label of the row; ("secret", label) of one that is shown as a band, for what the band
        must leave uncertain; ("earlier", release, index label) of a row of an earlier release. What is hidden to begin
        with: the rows that the primary rules hide, and every figure that has secrets.
    """
    audited = decided[decided["statistic"].isin(MEAN_OR_SHARE) & (decided["status"] != "not_collected")]
    audited = _as_if_not_withheld(audited, study)
    rows = audited.assign(cost=_costs(audited), step=_steps(audited, study))
    before = earlier[earlier["statistic"].isin(MEAN_OR_SHARE) & earlier["status"].isin(SHOWN)]
    before = _with_ranges(before.assign(step=_steps(before, study)), rows)
    told = dict(records(shown))
    ranges = _ranges(rows, shown, changes, study)
    found: list[Family] = []
    for population in rows["population"].unique():
        waves = {wave: one for (of, wave, kept), one in people.items() if of == population and not kept}
        here = rows[rows["population"] == population]
        outcomes = {wave: _outcomes(one, here[here["wave"] == wave]) for wave, one in waves.items()}
        for wave, one in waves.items():
            now, then = (part[(part["population"] == population) & (part["wave"] == wave)] for part in (here, before))
            for atoms in _atoms(list(waves.values()), one, outcomes, wave, study.dictionary):
                maker = FigureMaker(atoms, one, outcomes[wave], told, ranges, study)
                found.append(maker.family(*(_rows_of(atoms, part) for part in (now, then))))
    return tuple(found)


def _as_if_not_withheld(rows: pd.DataFrame, study: StudyBundle) -> pd.DataFrame:
    """What the rules say of rows that the study leaves out by choice: where they could be shown they are no secret.

    told_reason : what is published as their reason, which tells nothing more.
    """
    out = rows.assign(told_reason=rows["reason"])
    away = rows["reason"] == WITHHELD
    if not away.any():
        return out
    free = replace(study, policy=study.policy.model_copy(update={"withhold": []}))
    reason = rows["reason"].where(rows["value"].notna(), "not_defined")
    out.loc[away, _DECISION] = decided_levels(rows.assign(reason=reason)[away], free)[_DECISION]
    return out


def _rows_of(atoms: Atoms, rows: pd.DataFrame) -> pd.DataFrame:
    chosen = rows["indicator"].isin(atoms.indicators) & rows["dimension"].isin([TOTAL, *atoms.dimensions])
    found: pd.DataFrame = rows.loc[chosen]
    return found


def _costs(rows: pd.DataFrame) -> Floats:
    """(rows,) what is lost: the respondents of the category in the first wave that asked.

    One number for all waves, so that the category goes in each alike; and a new wave does not move it, which would let
    the earlier release tell what is hidden in this one.
    """
    first = rows.groupby(["indicator", "population", "dimension", "category"], sort=False)["n"].transform("first")
    cost = np.maximum(first.to_numpy(dtype=np.float64), 1.0)
    return np.asarray(cost * np.where(rows["dimension"] == TOTAL, _TOTAL_COSTS, 1.0))


def _steps(rows: pd.DataFrame, study: StudyBundle) -> pd.Series:
    """To multiples of what the value of each row is rounded."""
    found = pd.Series(np.nan, rows.index, dtype="float64")
    for indicator, group in rows.groupby("indicator", sort=False):
        found.loc[group.index] = steps(group, study.dictionary.indicators[str(indicator)], study.policy)
    return found


def _ranges(rows: pd.DataFrame, shown: pd.DataFrame, changes: pd.DataFrame, study: StudyBundle) -> dict[int, Range]:
    """Row -> between what its exact value lies, of all rows that can be shown with a value."""
    known, policy = study.dictionary.indicators, study.policy
    with_value = rows[rows["status"].isin(SHOWN) & (rows["band"] == "")]
    least, most = value_ranges(with_value, with_value, shown.loc[with_value.index])
    levels = {
        int(row): (low, high) for row, low, high in zip(with_value.index, least.tolist(), most.tolist(), strict=True)
    }
    told = []
    for change in changes[["from_row", "to_row", "value", "indicator"]].dropna().to_dict("records"):
        ends = int(change["from_row"]), int(change["to_row"])
        if not all(end in levels for end in ends):
            continue
        pair = rows.loc[list(ends)]
        # one that is rounded to a step of the policy is the change of the published levels, and adds nothing
        if not _as_published(pair, known[change["indicator"]], policy):
            half = float(pair["step"].max()) / 2
            told.append((*ends, (change["value"] - half, change["value"] + half)))
    return narrowed(levels, told)


def _with_ranges(before: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of earlier releases with least and most: between what their exact values lie."""
    cells = ["indicator", "population", "wave", "dimension", "category"]
    exact = before[cells].merge(rows[[*cells, *_EXACT]], on=cells, how="left", validate="many_to_one")
    least, most = value_ranges(before, exact.set_axis(before.index), before)
    return before.assign(least=least, most=most)


def value_ranges(rows: pd.DataFrame, exact: pd.DataFrame, shown: pd.DataFrame) -> tuple[Floats, Floats]:
    """(r,), (r,) between what exact values lie by their rounding, and by their intervals too.

    rows : with statistic, interval and step. exact, shown : value and interval of each row, not rounded and rounded.
    """
    step, value = rows["step"].to_numpy(dtype=np.float64), shown["value"].to_numpy(dtype=np.float64)
    true, low, high = (exact[name].to_numpy(dtype=np.float64) for name in _EXACT)
    told_low, told_high = (shown[name].to_numpy(dtype=np.float64) for name in _EXACT[1:])
    # where the value is in the middle of its interval, the two ends say once more between what it lies
    middle = np.where(np.abs((low + high) / 2 - true) < _SMALL, (told_low + told_high) / 2, value)
    middle = np.where(np.isfinite(middle), middle, value)
    least, most = np.maximum(value, middle) - step / 2, np.minimum(value, middle) + step / 2
    share = rows["statistic"].isin(SHARES) & (rows["interval"] == "beta")
    at = np.flatnonzero(share & np.isfinite(true) & np.isfinite(told_high - told_low))
    if not len(at):
        return least, most
    least[at], most[at] = narrowed_by_interval(*(part[at] for part in (true, least, most, told_low, told_high, step)))
    return least, most


def _as_published(ends: pd.DataFrame, indicator: Indicator, policy: Policy) -> bool:
    return policy_steps(ends, indicator, policy) is not None


def _outcomes(people: People, rows: pd.DataFrame) -> dict[str, Outcomes]:
    """Indicator -> what the people of one wave answered, for every indicator with rows."""
    totals = rows[rows["dimension"] == TOTAL]
    found = zip(totals["indicator"], totals["statistic"], totals["n_high_side"], strict=True)
    return {name: _outcome(people.answers[name], statistic, int(with_it)) for name, statistic, with_it in found}


def _outcome(answer: Answer, statistic: str, with_it: int) -> Outcomes:
    """with_it : how many people have the property; of a poverty rate they are those with the lowest incomes."""
    if statistic == "mean":
        return Outcomes(np.where(answer.valid, WITHOUT, NOT_VALID), np.where(answer.valid, answer.y, 0.0))
    has = answer.y == 1
    if statistic == "poverty_rate":
        has = answer.y <= np.append(-np.inf, np.sort(answer.y[answer.valid]))[with_it]
    return Outcomes(np.where(answer.valid, np.where(has, WITH, WITHOUT), NOT_VALID))


def _atoms(
    everyone: Sequence[People],
    people: People,
    outcomes: Mapping[str, Mapping[str, Outcomes]],
    wave: str,
    dictionary: Dictionary,
) -> Iterator[Atoms]:
    """The atoms of each group of linked indicators of a wave: of all dimensions together, and of each by itself.

    By itself, because the attacker is given the mean weights of the smallest groups, and those of larger ones tell
    other things: with several dimensions neither attack is the stronger.
    """
    crossed = {
        name: sorted({category for one in everyone for category in one.categories.get(name, ())} - {UNKNOWN})
        for name in people.categories
    }
    alone = [{name: known} for name, known in crossed.items()] if len(crossed) > 1 else []
    for categories in [crossed, *alone]:
        yield from _in_groups(people, outcomes, wave, categories, dictionary)


def _in_groups(
    people: People,
    outcomes: Mapping[str, Mapping[str, Outcomes]],
    wave: str,
    categories: Mapping[str, Sequence[str]],
    dictionary: Dictionary,
) -> Iterator[Atoms]:
    cells = np.prod([len(known) + 1 for known in categories.values()], dtype=np.int64)
    waves, here = list(outcomes.values()), outcomes[wave]
    for group in linked(list(here), dictionary):
        means = [name for name in group if here[name].y is not None]
        large = len(patterns_of(waves, group)) * cells * (1 + len(means)) > MOST_UNKNOWNS
        for indicators in [[name] for name in group] if large else [group]:
            patterns = patterns_of(waves, indicators)
            scales = _scales([name for name in indicators if name in means], waves, indicators, patterns, dictionary)
            yield atoms_of(people, {name: here[name] for name in indicators}, patterns, categories, scales)


def _scales(
    means: Sequence[str],
    waves: Sequence[Mapping[str, Outcomes]],
    indicators: Sequence[str],
    patterns: Integers,
    dictionary: Dictionary,
) -> dict[str, Scale]:
    ends = {name: dictionary.indicators[name].scale_range for name in means}
    return {name: scale_of(name, ends[name], waves, indicators, patterns) for name in means}


def linked(indicators: Sequence[str], dictionary: Dictionary) -> list[list[str]]:
    """Groups of indicators that rest on the same answers, one by way of another too, in the order given."""
    behind = {name: set(dictionary.answer_variables(dictionary.indicators[name])) for name in indicators}
    groups: list[list[str]] = []
    for name in indicators:
        meets = [group for group in groups if any(behind[name] & behind[other] for other in group)]
        joined = [*(other for group in meets for other in group), name]
        groups = [*(group for group in groups if group not in meets), joined]
    return [[name for name in indicators if name in group] for group in groups]
