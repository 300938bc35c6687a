"""Everything in simulation.yml that the dictionary, the study or its maps contradict, before anything is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.simulate.people import Sizes
from cwb_impact.simulate.raw_files import user_missing
from cwb_impact.spec.bundle import StudyBundle, inside
from cwb_impact.spec.chances import limits
from cwb_impact.spec.conditions import variables_of
from cwb_impact.spec.simulation import SimulatedPopulation, SimulatedVariable, Simulation
from cwb_impact.spec.variable import Variable
from cwb_impact.spec.wave_map import WaveMap

MARK = ".synthetic."
"""Stands in the name of every raw file that is written, so that a real one is never overwritten."""

SPSS_USER_MISSING = 3

Fault = tuple[str, tuple[str, ...], str, str, str]
"""Code, location inside the population, subject, what, how to mend."""


def check_study(bundle: StudyBundle, simulation: Simulation, problems: Problems) -> None:
    """E603 for a study whose data are not synthetic; E602 for populations that stand in one file only."""
    study, doc = bundle.study, simulation.doc
    if study.data != "synthetic":
        what = f"the study says data: {study.data}; simulated waves would take the place of real ones"
        problems.add("E603", study.doc.shown, study.doc.line("data"), "data", what, "Simulate in a copy of the study")
    mapped = {population for population, _ in bundle.maps}
    for name in sorted(mapped - set(simulation.populations)):
        problems.add("E602", doc.shown, doc.line("populations"), name, "has wave maps and is not simulated", "Add it")
    for name in sorted(set(simulation.populations) - mapped):
        line = doc.line("populations", name)
        problems.add("E602", doc.shown, line, name, "has no wave maps in study.yml", "Add them, or leave it out")


def check_population(
    name: str, plan: SimulatedPopulation, sizes: Sizes, bundle: StudyBundle, simulation: Simulation, problems: Problems
) -> None:
    """E110 and E131 unknown words, E602 what is missing or cannot be drawn, E603 names of raw files."""
    maps = {wave: spec for (population, wave), spec in bundle.maps.items() if population == name}
    words = bundle.dictionary.variables
    strata = words[plan.stratum].codes if plan.stratum in words else None
    if strata is None:
        faults: list[Fault] = [
            ("E131", ("stratum",), plan.stratum, "is no category of the dictionary", "Name one that has codes")
        ]
    else:
        asked = [variable for spec in maps.values() for variable in spec.variables]
        needed = list(dict.fromkeys([*bundle.variables_needed(name), *asked]))
        waves = [wave.id for wave in bundle.study.waves]
        reasons = [word for word, reason in bundle.dictionary.missing_reasons.items() if not reason.set_by_harmoniser]
        faults = [
            *_breaking_off(plan, maps),
            *_sizes(plan, sizes, list(maps), waves, list(strata)),
            *_variables(plan, words, needed, waves),
            *_reasons(plan, reasons),
            *_rates(plan, words),
        ]
    doc = simulation.doc
    for code, at, subject, what, fix in faults:
        problems.add(code, doc.shown, doc.line("populations", name, *at), subject, what, fix)
    for spec in maps.values():
        _check_map(plan, spec, bundle.folder / "raw", problems)


def _sizes(
    plan: SimulatedPopulation, sizes: Sizes, mapped: Sequence[str], waves: Sequence[str], strata: Sequence[str]
) -> Iterator[Fault]:
    for part, by_wave in (("people", sizes), ("sample", plan.sample)):
        for wave in mapped:
            if wave not in by_wave and (part == "people" or plan.sample):
                yield "E602", (part,), wave, f"has a wave map and no {part}", "Give the numbers by stratum"
        for wave, people in by_wave.items():
            if wave not in waves:
                yield "E131", (part, wave), wave, "is no wave of the study", f"Known: {', '.join(waves)}"
            for code in people:
                if code not in strata:
                    what, fix = f"is no code of {plan.stratum}", f"Known: {', '.join(strata)}"
                    yield "E131", (part, wave, code), code, what, fix


def _breaking_off(plan: SimulatedPopulation, maps: Mapping[str, WaveMap]) -> Iterator[Fault]:
    for wave, name in plan.response.breaks_off_before.items():
        if wave not in maps or name not in maps[wave].variables:
            at = ("response", "breaks_off_before", wave)
            yield "E602", at, name, f"is no question of the map of {wave}", "Name one that the map has"


def _variables(
    plan: SimulatedPopulation, words: Mapping[str, Variable], needed: Sequence[str], waves: Sequence[str]
) -> Iterator[Fault]:
    earlier = [plan.stratum]
    for name in needed:
        if name not in plan.variables and name != plan.stratum:
            yield "E602", ("variables",), name, "is asked or needed and not simulated", "Say how answers come about"
    for name, drawn in plan.variables.items():
        at = ("variables", name)
        if name not in words:
            yield "E131", at, name, "is not in the dictionary", "Correct the name"
            continue
        for what in _undrawable(drawn, words[name]):
            yield "E602", at, name, what, "Make it fit the dictionary"
        for wave in drawn.change:
            if wave not in waves:
                yield "E131", (*at, "change", wave), name, f"{wave} is no wave", f"Known: {', '.join(waves)}"
        conditions = [("asked_if", drawn.asked_if), *(("cases", case.if_) for case in drawn.cases)]
        leans = [(key, other) for key, condition in conditions for other in variables_of(condition)]
        leans += [("times", other) for other in drawn.times]
        leans += [("band_of", drawn.band_of)] if drawn.band_of is not None else []
        for key, other in leans:
            if other not in earlier:
                yield "E602", (*at, key), name, f"depends on {other}, which does not stand above it", "Move it"
            elif key in ("times", "band_of") and words[other].type != "number":
                yield "E602", (*at, key), name, f"{other} is no number", "Name a number"
        if drawn.factor in plan.variables and drawn.factor not in earlier:
            yield "E602", (*at, "factor"), name, f"follows {drawn.factor}, which does not stand above it", "Move it"
        earlier.append(name)


def _undrawable(drawn: SimulatedVariable, word: Variable) -> Iterator[str]:
    keys = dict.fromkeys(key for chances in (drawn.chances, *(case.chances for case in drawn.cases)) for key in chances)
    if (drawn.band_of is not None) and word.bands is None:
        yield "band_of is for variables with bands, and the dictionary has none here"
    if word.type != "number":
        if drawn.normal is not None or drawn.times or drawn.decimals:
            yield "normal, times and decimals are for numbers, and the dictionary has no number here"
        for code in keys:
            if word.codes is not None and code not in word.codes:
                yield f"{code} is not one of its codes"
        return
    if word.whole and drawn.decimals:
        yield "has decimals, and the dictionary has whole numbers"
    low, high = word.range or (0, 0)
    for key in keys:
        span = limits(key)
        if span is None:
            yield f"{key} is neither a number nor a band"
        elif not drawn.times and (span[0] < low or span[1] > high):
            yield f"{key} goes beyond the dictionary's {low:g}..{high:g}"


def _reasons(plan: SimulatedPopulation, known: Sequence[str]) -> Iterator[Fault]:
    for reason in sorted({reason for name in plan.variables for reason in plan.item_missing_of(name)}):
        if reason not in known:
            yield "E110", ("item_missing",), reason, "is no missing reason", f"Known: {', '.join(known)}"


def _rates(plan: SimulatedPopulation, words: Mapping[str, Variable]) -> Iterator[Fault]:
    """Response rates must cover each code, or each whole number that can be drawn, exactly once."""
    by, at, fix = plan.response.by, ("response", "rates"), "Let the rates cover every value once"
    if by not in words or (by not in plan.variables and by != plan.stratum):
        yield "E602", at, by, "response differs by a variable that is not simulated", "Name another"
    elif words[by].type != "number":
        odd = sorted(set(words[by].codes or {}) ^ set(plan.response.rates))
        if odd:
            yield "E602", at, by, f"the rates and the codes differ: {', '.join(odd)}", fix
    else:
        spans = [limits(key) for key in plan.response.rates]
        for value in _drawn_numbers(plan.variables[by], words[by]):
            count = sum(span is not None and span[0] <= value <= span[1] for span in spans)
            if count != 1:
                yield "E602", at, by, f"{value} lies in {count} of the bands", fix
                return


def _drawn_numbers(drawn: SimulatedVariable, word: Variable) -> range:
    """The whole numbers that a variable can take, over all waves."""
    low, high = word.range or (0, 0)
    spans = [span for span in map(limits, drawn.chances) if span is not None] or [(low, high)]
    changes = [0.0, *drawn.change.values()]
    first = max(low, min(span[0] for span in spans) + min(changes))
    last = min(high, max(span[1] for span in spans) + max(changes))
    return range(int(first), int(last) + 1)


def _check_map(plan: SimulatedPopulation, spec: WaveMap, folder: Path, problems: Problems) -> None:
    """E010 a raw file outside raw/, E603 one without the mark, E602 a format or column that simulate cannot fill."""
    doc = spec.doc
    if inside(folder, spec.source.file) is None:
        problems.add("E010", doc.shown, doc.line("source", "file"), "source", "leaves the raw folder", "Stay inside it")
    if MARK not in spec.source.file:
        what = f"{spec.source.file} does not have {MARK} in its name"
        problems.add("E603", doc.shown, doc.line("source", "file"), "source", what, "Rename it in the map")
    if spec.source.format not in ("sav", "csv"):
        line, what = doc.line("source", "format"), f"simulate writes sav and csv, not {spec.source.format}"
        problems.add("E602", doc.shown, line, "source", what, "Choose one of the two")
    for name, entry in spec.variables.items():
        if entry.from_ is None or entry.transform not in ("recode", "keep", "reverse") or entry.unit or entry.separator:
            what, fix = f"simulate cannot run {entry.transform} backwards", "Use recode, keep or reverse on one column"
            problems.add("E602", doc.shown, doc.line("variables", name), name, what, fix)
        if spec.source.format == "sav" and len(user_missing(name, spec)) > SPSS_USER_MISSING:
            what = f"SPSS has room for {SPSS_USER_MISSING} missing codes, the map gives {len(user_missing(name, spec))}"
            problems.add("E602", doc.shown, doc.line("variables", name), name, what, "Declare fewer")
    if len(spec.id.columns) != 1:
        problems.add("E602", doc.shown, doc.line("id"), "id", "simulate fills one id column", "Name one column")
    answered = {entry.columns[0] for entry in spec.variables.values()}
    for role, column in (("stratum", spec.design.stratum), ("psu", spec.design.psu)):
        if column is not None and column not in answered:
            what = f"column {column} is no column of a variable"
            problems.add("E602", doc.shown, doc.line("design", role), role, what, "Map the variable from it")
    for index, column in enumerate(spec.ignore):
        if column not in plan.left_aside:
            what, fix = "simulate does not know what stands in this column", "Name it under left_aside"
            problems.add("E602", doc.shown, doc.line("ignore", index), column, what, fix)
