"""Bands of one wave against the bands of the dictionary: a source band has a place only where it lies inside one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from cwb_impact.spec.variable_map import VariableMap

Limit = Fraction | None
Bands = Mapping[str, tuple[float | None, float | None]]


@dataclass(frozen=True)
class PlacedBand:
    """A source band in the target unit: [low, high), None where open. target : the code it lies in, if one.

    crosses : the first limit of the dictionary inside it. shares : target code -> part of the band under a uniform
    spread; empty for an open band.
    """

    low: Limit
    high: Limit
    target: str | None
    crosses: Limit
    shares: tuple[tuple[str, float], ...]


def place_bands(entry: VariableMap, targets: Bands) -> dict[str, PlacedBand]:
    """Where each source band lies among the dictionary's, after an exact conversion of units."""
    factor = entry.unit.exact if entry.unit is not None else Fraction(1)
    return {code: _place(_times(low, factor), _times(high, factor), targets) for code, (low, high) in bands_of(entry)}


def bands_of(entry: VariableMap) -> list[tuple[str, tuple[float | None, float | None]]]:
    """The source bands, from low to high."""
    return sorted((entry.bands or {}).items(), key=lambda item: (item[1][0] is not None, item[1][0] or 0.0))


def gap_or_overlap(entry: VariableMap) -> str | None:
    """How two neighbouring source bands fail to meet; None when each starts where the one before it ends."""
    for (first, (_, end)), (second, (start, _)) in pairwise(bands_of(entry)):
        if end is None or start is None or end > start:
            return f"bands {first} and {second} overlap"
        if end < start:
            return f"bands {first} and {second} leave a gap from {end:g} to {start:g}"
    return None


def limits_in_common(placed: Mapping[str, PlacedBand], targets: Bands) -> list[float]:
    """The limits between bands that source and dictionary share: a coarser target with these would hold every band."""
    lows, highs = {band.low for band in placed.values()}, {band.high for band in placed.values()}
    return [float(limit) for limit in _limits(targets) if limit in lows and limit in highs]


def _place(low: Limit, high: Limit, targets: Bands) -> PlacedBand:
    target = next(
        (code for code, (start, end) in targets.items() if _inside(low, high, _exact(start), _exact(end))), None
    )
    crosses = next((limit for limit in _limits(targets) if _above(limit, low) and _below(limit, high)), None)
    return PlacedBand(low, high, target, crosses, () if target else _shares(low, high, targets))


def _shares(low: Limit, high: Limit, targets: Bands) -> tuple[tuple[str, float], ...]:
    if low is None or high is None:
        return ()
    found = []
    for code, (start, end) in targets.items():
        begin, stop = _exact(start), _exact(end)
        first = low if begin is None else max(low, begin)
        last = high if stop is None else min(high, stop)
        if last > first:
            found.append((code, float((last - first) / (high - low))))
    return tuple(found)


def _limits(targets: Bands) -> list[Fraction]:
    """Every limit of the dictionary's bands, each once, from low to high."""
    exact = (_exact(limit) for band in targets.values() for limit in band)
    return sorted({limit for limit in exact if limit is not None})


def _inside(low: Limit, high: Limit, start: Limit, end: Limit) -> bool:
    above = start is None or (low is not None and low >= start)
    return above and (end is None or (high is not None and high <= end))


def _above(limit: Fraction, low: Limit) -> bool:
    return low is None or limit > low


def _below(limit: Fraction, high: Limit) -> bool:
    return high is None or limit < high


def _exact(limit: float | None) -> Limit:
    return None if limit is None else Fraction(str(limit))


def _times(limit: float | None, factor: Fraction) -> Limit:
    exact = _exact(limit)
    return None if exact is None else exact * factor
