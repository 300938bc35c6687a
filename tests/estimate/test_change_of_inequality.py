"""The error of a change in poverty and inequality between waves that share part of their people, by simulation."""

import numpy as np
import pytest

from cwb_impact.design import Design, Floats
from cwb_impact.estimate.inequality import gini, poverty_gap, poverty_rate, s80_s20
from cwb_impact.estimate.quantiles import median
from cwb_impact.estimate.variance import centred, overlap_factor, unit_strata, unit_sums

HOUSEHOLDS, DRAWN, PERSONS = 6000, 400, 2
DRAWS = 2000
# The variance of 2,000 changes has a standard error of sqrt(2 / 2000) = 3.2%: three of them are 10%. Statistics with a
# density in their error may be off by a few percent more at 800 persons.
WITHIN = {"gini": 0.10, "s80_s20": 0.10, "poverty_rate": 0.14, "poverty_gap": 0.14, "median": 0.14}
STATISTICS = {
    "gini": gini,
    "s80_s20": s80_s20,
    "poverty_rate": poverty_rate,
    "poverty_gap": poverty_gap,
    "median": median,
}


def incomes(draw: np.random.Generator) -> tuple[Floats, Floats]:
    """Two years of household income; the second year is related to the first."""
    first = draw.normal(size=HOUSEHOLDS)
    second = 0.7 * first + np.sqrt(1 - 0.7**2) * draw.normal(size=HOUSEHOLDS)
    return np.exp(10 + 0.6 * first), np.exp(10.03 + 0.65 * second)


def observed(households: np.ndarray) -> Design:
    """All persons of the drawn households, with the household as PSU."""
    psu = np.repeat(households, PERSONS).astype(np.int64)
    n = len(psu)
    return Design(psu, np.zeros(n, dtype=np.int64), np.ones(n), ("all",), np.full(1, np.inf), "fail", False, "none")


@pytest.mark.slow
@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.9])
def test_errors_of_changes_are_those_of_repeated_sampling(overlap: float) -> None:
    draw = np.random.default_rng(20260901)
    years = incomes(draw)
    changes: dict[str, list[float]] = {name: [] for name in STATISTICS}
    variances: dict[str, list[float]] = {name: [] for name in STATISTICS}
    alone: dict[str, list[float]] = {name: [] for name in STATISTICS}
    kept = int(overlap * DRAWN)
    for _ in range(DRAWS):
        order = draw.permutation(HOUSEHOLDS)[: 2 * DRAWN - kept]
        drawn = order[:DRAWN], np.concatenate([order[:kept], order[DRAWN:]])
        designs = [observed(households) for households in drawn]
        strata = [unit_strata(design, HOUSEHOLDS) for design in designs]
        both = overlap_factor(*designs, *strata, {})
        for name, statistic in STATISTICS.items():
            made = [statistic(year[design.psu], design.weight) for year, design in zip(years, designs, strict=True)]
            e = [
                centred(unit_sums(one.influence, design, HOUSEHOLDS), stratum, 1, "fail")
                for one, design, stratum in zip(made, designs, strata, strict=True)
            ]
            changes[name].append(made[1].value - made[0].value)
            alone[name].append(float((e[0] ** 2 + e[1] ** 2).sum()))
            variances[name].append(float((e[0] ** 2 + e[1] ** 2 - 2 * e[0] * e[1] * both).sum()))
    # households were drawn without replacement from 6,000: 400 of them take 7% off the variance
    finite = 1 - DRAWN / HOUSEHOLDS
    for name in STATISTICS:
        estimated, true = np.mean(variances[name]) * finite, np.var(changes[name], ddof=1)
        assert abs(np.log(estimated / true)) < WITHIN[name], (name, estimated / true)
    if overlap == 0.9:  # as if nobody were in both, the error would be far too large
        assert np.mean(alone["gini"]) * finite > 1.5 * np.var(changes["gini"], ddof=1)
