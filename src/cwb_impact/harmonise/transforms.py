"""The closed set of transforms on one source code, and on numbers that are taken as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import overload

import numpy as np

from cwb_impact.spec.codes import CodeMap, bounds
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.variable_map import VariableMap
from cwb_impact.types import Floats

Value = str | float


@dataclass(frozen=True)
class NumberRule:
    """Numbers from low to high, in the source unit, become (number - origin) * top / bottom + start.

    In this order both ends of a rescale are exact, and 52/12 is never rounded before it is used.
    """

    low: float
    high: float
    top: float = 1.0
    bottom: float = 1.0
    origin: float = 0.0
    start: float = 0.0
    whole: bool = False

    @overload
    def apply(self, number: float) -> float: ...
    @overload
    def apply(self, number: Floats) -> Floats: ...
    def apply(self, number: float | Floats) -> float | Floats:
        return (number - self.origin) * self.top / self.bottom + self.start

    def holds(self, number: float) -> bool:
        """Is the number in the range, and its result whole where the dictionary says so?"""
        return self.low <= number <= self.high and (not self.whole or self.apply(number).is_integer())

    def ends(self) -> tuple[float, float]:
        """The range of the results."""
        first, last = sorted((self.apply(self.low), self.apply(self.high)))
        return first, last


def number_rule(entry: VariableMap, variable: Variable) -> NumberRule | None:
    """What happens to numbers: keep, reverse and scale; None for other transforms."""
    if entry.reverse is not None:
        low, high = bounds(entry.reverse)
        return NumberRule(low, high, top=-1.0, origin=low, start=high, whole=variable.whole)
    if entry.scale is not None:
        (low, high), (start, end) = bounds(entry.scale.from_), bounds(entry.scale.to)
        return NumberRule(low, high, end - start, high - low, low, start, variable.whole)
    if entry.keep is not None and entry.keep != "text":
        factor = entry.unit.exact.as_integer_ratio() if entry.unit is not None else (1, 1)
        return NumberRule(*bounds(entry.keep), float(factor[0]), float(factor[1]), whole=variable.whole)
    return None


def code_transform(entry: VariableMap, variable: Variable) -> Callable[[str, float], Value | None]:
    """The transform of one source code (and that code as a number, or NaN); None when the map does not cover it.

    An empty text is a set that cannot be: `none of these` beside another answer.
    """
    targets = CodeMap.of({code: target.to for code, target in entry.targets.items()})
    if entry.separator is not None:
        return _chosen(entry, entry.separator, targets, list(variable.codes or {}))
    if entry.keep == "text":
        return lambda code, number: code
    rule = number_rule(entry, variable)

    def become(code: str, number: float) -> Value | None:
        target = targets.get(code, None if np.isnan(number) else number)
        if target is None and rule is not None and rule.holds(number):
            return rule.apply(number)
        return target

    return become


def _chosen(
    entry: VariableMap, separator: str, targets: CodeMap[Value], order: list[str]
) -> Callable[[str, float], Value | None]:
    """A cell that lists several answers, such as `a,b`: the chosen codes in the dictionary's order."""
    known, exclusive = frozenset(order), frozenset(entry.exclusive)

    def become(code: str, number: float) -> Value | None:
        chosen = {str(targets.get(part.strip(), None)) for part in code.split(separator) if part.strip()}
        if not chosen or not chosen <= known:
            return None
        if len(chosen) > 1 and chosen & exclusive:
            chosen = chosen - exclusive if entry.exclusive_with_others == "drop" else set()
        return joined(chosen, order)

    return become


def joined(chosen: set[str], order: list[str]) -> str:
    """The value of a multiple-response set: its chosen codes in the dictionary's order, a space between."""
    return " ".join(code for code in order if code in chosen)


def in_bands(values: Floats, bands: Mapping[str, tuple[float | None, float | None]]) -> Floats:
    """(n,) the place of each number among bands [from, to), NaN outside all of them."""
    place = np.full(len(values), np.nan)
    for index, (low, high) in enumerate(bands.values()):
        low, high = -np.inf if low is None else low, np.inf if high is None else high
        place[(values >= low) & (values < high)] = index
    return place
