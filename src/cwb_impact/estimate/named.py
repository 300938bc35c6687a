"""Which function a definition names, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cwb_impact.design import Booleans, Floats
from cwb_impact.estimate.banded import banded_quantile
from cwb_impact.estimate.inequality import gini, poverty_gap, poverty_rate, s80_s20
from cwb_impact.estimate.quantiles import median, quantile, quantile_ratio
from cwb_impact.estimate.statistics import Estimated, Statistic, gap, mean, ratio, relative_gap, total
from cwb_impact.spec.indicator import Indicator

PLAIN: Mapping[str, Statistic] = {
    "total": total,
    "count": total,
    "mean": mean,
    "share": mean,
    "median": median,
    "gini": gini,
    "s80_s20": s80_s20,
}
"""Statistics of y and w alone. To add one: write the function, name it here and in spec/indicator.py."""

_GAPS = {"gap": gap, "relative_gap": relative_gap}
_POVERTY = {"poverty_rate": poverty_rate, "poverty_gap": poverty_gap}

LINEAR = frozenset({"mean", "share", "total", "count"})
"""Made from PSU totals, in one pass for all domains."""

AGAINST_ALL = frozenset(_POVERTY)
"""Statistics of a domain that look at everybody: the threshold comes from the whole population."""


@dataclass(frozen=True, repr=False)
class Answers:
    """The valid answers of one indicator in one wave. y, w : (n,). beside : (n,) as in Measure, or None."""

    y: Floats
    w: Floats
    beside: Floats | None = None


def compute(indicator: Indicator, answers: Answers, inside: Booleans, threshold: float | None = None) -> Estimated:
    """The statistic of a definition in a domain, in the unit of the definition.

    Parameters
    ----------
    inside : (n,) who belongs to the domain. threshold : an external poverty threshold, in the unit of y.

    Returns
    -------
    Estimated
        influence is (n,): 0 outside the domain, but for statistics that look at everybody.
    """
    if indicator.statistic in AGAINST_ALL:
        function = _POVERTY[indicator.statistic]
        made = function(answers.y, answers.w, inside, indicator.share_of_median, threshold)
    else:
        part = _of_domain(indicator)(answers.y[inside], answers.w[inside], _part(answers.beside, inside))
        influence = answers.w * 0.0
        influence[inside] = part.influence
        made = Estimated(part.value, influence)
    scale = 100.0 if indicator.unit == "percent" else 1.0
    return Estimated(scale * made.value, scale * made.influence)


def _part(beside: Floats | None, inside: Booleans) -> Floats | None:
    return None if beside is None else beside[inside]


def _of_domain(indicator: Indicator) -> Callable[[Floats, Floats, Floats | None], Estimated]:
    name, at = indicator.statistic, indicator.at or []
    if name in PLAIN:
        return lambda y, w, _: PLAIN[name](y, w)
    if name == "quantile":
        return lambda y, w, _: quantile(y, w, at[0])
    if name == "quantile_ratio":
        return lambda y, w, _: quantile_ratio(y, w, at[0], at[1])
    if name == "banded_median":
        return lambda low, w, high: banded_quantile(low, _beside(high), w)
    if name == "ratio":
        return lambda y, w, x: ratio(y, w, _beside(x))
    return lambda y, w, group: _GAPS[name](y, w, _beside(group) > 0)


def _beside(values: Floats | None) -> Floats:
    if values is None:
        raise AssertionError(
            "a ratio, gap or banded median without its second part passed the checks of its definition"
        )
    return values
