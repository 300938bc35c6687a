"""The published figures that a release prints beside its own: only those that measure the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cwb_impact.indicators.benchmarks import beside
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.measurement import Benchmark


def printed_beside(study: StudyBundle) -> list[dict[str, Any]]:
    """One entry for each population of a chosen indicator and published figure, where every wave asks the same."""
    found: list[dict[str, Any]] = []
    for population in study.study.populations:
        for indicator in study.indicators:
            names = study.dictionary.variables_needed(indicator)
            asked = [wave for wave in study.waves if _asks(study, population, wave, names)]
            if population not in indicator.populations or not asked:
                continue
            # every wave that is shown must have asked the same: the figure stands beside all of them
            exact = not any(study.breaks(population, wave, names) for wave in asked)
            allowed = beside(indicator, study.dictionary, population=population, exact=exact)
            found += [{"indicator": indicator.id, "population": population, **_told(one)} for one in allowed]
    return found


def _asks(study: StudyBundle, population: str, wave: str, names: Sequence[str]) -> bool:
    spec = study.maps.get((population, wave))
    return spec is not None and all(name in spec.variables for name in names)


def _told(benchmark: Benchmark) -> dict[str, Any]:
    held = benchmark.model_dump(mode="json", include={"name", "area", "period", "unit"})
    current = [one.model_dump(mode="json") for one in benchmark.current]
    return {**held, "verified": benchmark.verified, "current": current}
