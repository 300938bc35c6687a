"""The published figures that a release prints beside its own: only those that measure the same."""

from __future__ import annotations

from typing import Any

from cwb_impact.indicators.benchmarks import beside
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.measurement import Benchmark


def printed_beside(study: StudyBundle) -> list[dict[str, Any]]:
    """One entry for each population of a chosen indicator and published figure, where the newest wave asks the same."""
    found: list[dict[str, Any]] = []
    for population in study.study.populations:
        waves = [wave for wave in study.waves if (population, wave) in study.maps]
        for indicator in study.indicators if waves else ():
            if population not in indicator.populations:
                continue
            names = study.dictionary.variables_needed(indicator)
            exact = not study.breaks(population, waves[-1], names)
            allowed = beside(indicator, study.dictionary, population=population, exact=exact)
            found += [{"indicator": indicator.id, "population": population, **_told(one)} for one in allowed]
    return found


def _told(benchmark: Benchmark) -> dict[str, Any]:
    held = benchmark.model_dump(mode="json", include={"name", "area", "period", "unit"})
    current = [one.model_dump(mode="json") for one in benchmark.current]
    return {**held, "verified": benchmark.verified, "current": current}
