"""Which wave has which variable: exact, close, broad, narrow, not collected. Undecided is an error."""

from __future__ import annotations

import pandas as pd

from cwb_impact.errors import CwbError, Problems
from cwb_impact.harmonise.bands import place_bands
from cwb_impact.indicators.parameters import resolved
from cwb_impact.spec.bundle import StudyBundle
from cwb_impact.spec.functions import ParameterKind
from cwb_impact.spec.wave_map import WaveMap


def check_decisions(study: StudyBundle, spec: WaveMap, problems: Problems) -> None:
    """Does the map decide on every variable that is needed, and is each the question that it is said to be?

    Problems: E130 undecided, E132 another question than the dictionary's, E310 a parameter without a value on the day.
    """
    population = spec.wave.population
    _check_parameters(study, spec, problems)
    for name in study.variables_needed(population):
        if name not in spec.variables and name not in spec.not_collected:
            _undecided(name, study, spec, problems)
    measured = {
        name
        for indicator in study.indicators
        if population in indicator.populations
        for name in study.dictionary.variables_needed(indicator)
    }
    for name, entry in spec.variables.items():
        variable = study.dictionary.variables.get(name)
        if entry.relation == "undecided":
            fix = "Say exact, close, broad or narrow, or list it under not_collected"
            line = spec.doc.line("variables", name, "relation")
            problems.add("E130", spec.doc.shown, line, name, "nobody has decided how it relates to the dictionary", fix)
        crossing = variable is not None and any(
            band.target is None for band in place_bands(entry, variable.bands or {}).values()
        )
        if entry.relation == "exact" and crossing:
            what, fix = f"not every band of {entry.shown} lies inside one of {name}", "Write broad or narrow"
            problems.add("E132", spec.doc.shown, spec.doc.line("variables", name, "relation"), name, what, fix)
        loose = [code for code, target in entry.targets.items() if target.relation not in (None, "exact")]
        if entry.relation == "exact" and loose:
            what = f"{len(loose)} codes are not exact ({', '.join(loose[:5])}), and the entry says exact"
            line = spec.doc.line("variables", name, "relation")
            problems.add("E132", spec.doc.shown, line, name, what, "Write close, broad or narrow")
        if variable is None or variable.codes is None or entry.keep or not (entry.targets or entry.any_of):
            continue
        reached = {str(target.to) for target in entry.targets.values()} | {*(entry.any_of or {}), entry.nothing_ticked}
        unreached = [code for code in variable.codes if code not in reached]
        # a dimension may lack a category when the map says that it is not exact; what is measured may not
        if unreached and (entry.relation == "exact" or name in measured):
            what = f"{entry.shown} is not the question of {name}: it has no answer {', '.join(unreached)}"
            fix = "Define a variable of this study's own in dictionary/ and say how it relates (related_to)"
            problems.add("E132", spec.doc.shown, spec.doc.line("variables", name), name, what, fix)


def _check_parameters(study: StudyBundle, spec: WaveMap, problems: Problems) -> None:
    """E310, E311, E312 once for each parameter behind an indicator of this wave that lacks what is asked on its day."""
    asked = [
        indicator
        for indicator in study.indicators
        if spec.wave.population in indicator.populations
        and not set(spec.not_collected) & set(study.dictionary.variables_needed(indicator))
    ]
    needed: dict[str, ParameterKind] = {}
    for indicator in asked:
        needed |= study.dictionary.parameters_needed(indicator)
    known = study.dictionary.parameters
    for name, kind in needed.items():
        try:
            # one that is not defined is told where its name stands
            if name in known:
                resolved(known[name], kind, spec.wave.last_day)
        except CwbError as error:
            problems.extend(error.problems)


def _undecided(name: str, study: StudyBundle, spec: WaveMap, problems: Problems) -> None:
    """E132 when the map holds a question of the study's own that only resembles the variable, else E130."""
    line = spec.doc.line("variables")
    for own in spec.variables:
        variable = study.dictionary.variables.get(own)
        related = variable.related_to if variable is not None else None
        if related is not None and related.variable == name:
            what = f"{name} is not asked in this wave; {own} is another question ({related.difference.en})"
            fix = f"Choose an indicator defined on {own} in the study's own dictionary"
            problems.add("E132", spec.doc.shown, line, name, what, fix)
            return
    what = "a chosen indicator needs it and this wave says nothing about it"
    fix = "Map it under variables, or list it under not_collected with a reason"
    problems.add("E130", spec.doc.shown, line, name, what, fix)


def coverage_of(study: StudyBundle) -> pd.DataFrame:
    """Variables by waves: `variable, population, wave, coverage`."""
    rows = [
        (name, population, wave, spec.variables[name].relation if name in spec.variables else "not_collected")
        for (population, wave), spec in study.maps.items()
        if wave in study.waves
        for name in study.variables_needed(population)
    ]
    return pd.DataFrame(rows, columns=["variable", "population", "wave", "coverage"])
