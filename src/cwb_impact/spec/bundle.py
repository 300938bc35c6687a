"""Opens a study folder: study file, wave maps and dictionary, all checked together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cwb_impact.errors import Problems, fail
from cwb_impact.spec.code_list import read_code_list
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.dictionary import Dictionary
from cwb_impact.spec.dictionary_folder import load_dictionary, read_spec, shared_dictionary_folder
from cwb_impact.spec.indicator import Indicator
from cwb_impact.spec.parameter import Parameter
from cwb_impact.spec.policy import HoldingRule, Policy
from cwb_impact.spec.register import WaveRegisters
from cwb_impact.spec.register_checks import check_registers
from cwb_impact.spec.stricter_policy import check_policy_words, stricter
from cwb_impact.spec.study_file import PopulationSpec, Study
from cwb_impact.spec.variable_map import VariableMap
from cwb_impact.spec.wave_map import WaveMap

MOST_REPLICATE_CELLS = 500_000_000
"""4 GB: one cell a respondent and replicate."""


@dataclass(frozen=True, repr=False)
class StudyBundle:
    """Everything that was written down about a study, parsed and consistent.

    policy : the study's own. default_policy : of data_dictionary/policy.yml, which that may only be stricter than.
    """

    folder: Path
    data_folder: Path
    study: Study
    dictionary: Dictionary
    maps: Mapping[tuple[str, str], WaveMap]
    policy: Policy
    release: str
    waves: tuple[str, ...]
    default_policy: Policy

    def __repr__(self) -> str:
        return f"<Study {self.study.id}: release {self.release}, waves {', '.join(self.waves)}>"

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The chosen indicators, in the order of the study file."""
        known = self.dictionary.indicators
        return tuple(known[name] for name in self.study.indicators if name in known)

    def population(self, name: str) -> PopulationSpec:
        return {str(known): spec for known, spec in self.study.populations.items()}[name]

    @property
    def registers(self) -> dict[str, WaveRegisters]:
        """Wave of the release -> what was kept, where the study says so."""
        named = {wave.id: wave.registers for wave in self.study.waves if wave.id in self.waves}
        return {wave: spec for wave, spec in named.items() if spec is not None}

    def variables_needed(self, population: str) -> list[str]:
        """Dictionary variables that each map of a population must decide on."""
        needed: dict[str, None] = {}
        for indicator in self.indicators:
            if population in indicator.populations:
                needed.update(dict.fromkeys(self.dictionary.variables_needed(indicator)))
        spec = self.population(population)
        needed.update(dict.fromkeys(spec.dimensions))
        if spec.design.kind == "census":
            needed[spec.design.stratum] = None
        if (rule := self.holding_rule(population)) is not None:
            needed[rule.variable] = None
        return list(needed)

    def breaks(self, population: str, wave: str, names: Iterable[str]) -> bool:
        """Is one of these variables made, in this wave, from something else than the dictionary's own question?"""
        entries = self.maps[population, wave].variables
        return any(name in entries and entries[name].relation != "exact" for name in names)

    def answers_possible(self, population: str, variable: str) -> frozenset[str]:
        """The codes that the maps of a population can give to a variable, in whatever wave."""
        entries = [spec.variables.get(variable) for key, spec in self.maps.items() if key[0] == population]
        every = frozenset(self.dictionary.variables[variable].codes or {})
        # what is kept as it is can be any code
        given = [{str(target.to) for target in one.targets.values()} or every for one in entries if one is not None]
        return every & frozenset().union(*given)

    def holding_rule(self, population: str) -> HoldingRule | None:
        """The policy's rule for a population whose members sit together in holdings."""
        return {str(name): rule for name, rule in self.policy.holdings.items()}.get(population)


def open_bundle(
    folder: Path, problems: Problems, data_folder: Path | None = None, release: str | None = None
) -> StudyBundle | None:
    """Read everything of a study; None when the study file itself cannot be used."""
    if not folder.is_dir():
        raise fail("E102", str(folder), 0, "study", "is not a folder", "Give the folder that holds study.yml")
    study = read_spec(Study, folder / "study.yml", f"{folder.as_posix()}/study.yml", problems)
    dictionary = load_dictionary(problems, folder)
    policy = read_spec(Policy, shared_dictionary_folder() / "policy.yml", "data_dictionary/policy.yml", problems)
    if study is None or policy is None:
        return None
    dictionary = dictionary.with_parameters(_own_parameters(study, dictionary, problems))
    maps = _load_maps(folder, study, dictionary, problems)
    _check_study_words(study, dictionary, problems)
    check_registers(study, dictionary, problems)
    _check_contrasts(study, dictionary, problems)
    name = release or next(reversed(study.releases), study.waves[-1].id)
    if release is not None and release not in study.releases:
        fix = f"Known: {', '.join(study.releases) or 'none'}"
        problems.add("E131", study.doc.shown, study.doc.line("releases"), release, "is no release of this study", fix)
        return None
    chosen = study.releases[name].waves if name in study.releases else [wave.id for wave in study.waves]
    check_policy_words(study, dictionary, problems)
    own = stricter(policy, study.policy, study.doc, problems)
    data = data_folder or folder / "raw"
    return StudyBundle(folder, data, study, dictionary, maps, own, name, tuple(chosen), policy)


def _load_maps(
    folder: Path, study: Study, dictionary: Dictionary, problems: Problems
) -> dict[tuple[str, str], WaveMap]:
    maps: dict[tuple[str, str], WaveMap] = {}
    for index, wave in enumerate(study.waves):
        for population, file in wave.maps.items():
            line = study.doc.line("waves", index, "maps", population)
            path = inside(folder, file)
            if path is None:
                what = f"{file} leaves the study folder"
                problems.add("E010", study.doc.shown, line, wave.id, what, "Keep maps inside the study")
                continue
            spec = read_spec(WaveMap, path, f"{folder.as_posix()}/{file}", problems)
            if spec is None:
                continue
            if (spec.wave.population, spec.wave.id) != (population, wave.id):
                what = (
                    f"is for {spec.wave.population} {spec.wave.id}, and study.yml lists it under {population} {wave.id}"
                )
                problems.add("E002", spec.doc.shown, spec.doc.line("wave"), "wave", what, "Make the two agree")
            census = population in study.populations and study.populations[population].design.kind == "census"
            for column, place in spec.design.columns.items() if census else ():
                what = f"a census takes no {place[0]} column ({column}): weights and strata follow from study.yml"
                problems.add("E002", spec.doc.shown, spec.doc.line("design", *place), "design", what, "Remove it")
            _check_design(study, spec, problems)
            spec = with_code_lists(spec, folder, problems)
            maps[population, wave.id] = spec
            check_map_words(spec, dictionary, problems)
    return maps


def _check_design(study: Study, spec: WaveMap, problems: Problems) -> None:
    """What study and map ask of one another.

    Problems: E198 weights are to be corrected for response, and the map does not say what is known of everybody; E199
    more replicate weights than fit, or weights that the study changes beside replicates that stay as they are.
    """
    doc, design = spec.doc, spec.design
    population = study.populations.get(spec.wave.population)
    asked = population is not None and population.design.kind == "sample" and population.design.nonresponse is not None
    if asked and not design.auxiliary:
        what = "study.yml asks for nonresponse, and this map names no auxiliary columns"
        fix = "Name columns that are known of those who did not answer, too"
        problems.add("E198", doc.shown, doc.line("design"), "auxiliary", what, fix)
    if population is not None and population.design.kind == "sample" and design.replicates is not None:
        changed = [name for name in ("nonresponse", "trim_to_deff", "calibrate") if getattr(population.design, name)]
        if changed:
            what = f"study.yml asks for {', '.join(changed)}, and the replicate weights would not follow"
            fix = "Use the weights of the file as they are, or map stratum and psu instead of replicates"
            problems.add("E199", doc.shown, doc.line("design", "replicates"), "replicates", what, fix)
    if design.replicates is not None and spec.source.rows * len(design.replicates.columns) > MOST_REPLICATE_CELLS:
        what = f"{len(design.replicates.columns)} replicate weights for {spec.source.rows} rows do not fit in memory"
        fix = "Map stratum and psu instead: the same variance without replicates"
        problems.add("E199", doc.shown, doc.line("design", "replicates"), "replicates", what, fix)


def with_code_lists(spec: WaveMap, folder: Path, problems: Problems) -> WaveMap:
    """The map with the rows of the CSV files that its variables name; paths are inside the study folder."""
    listed: dict[str, VariableMap] = {}
    for name, entry in spec.variables.items():
        if entry.codes is None:
            continue
        path = inside(folder, entry.codes)
        if path is None:
            line = spec.doc.line("variables", name, "codes")
            what = f"{entry.codes} leaves the study folder"
            problems.add("E010", spec.doc.shown, line, name, what, "Keep code lists inside the study")
            continue
        shown = f"{folder.as_posix()}/{entry.codes}"
        listed[name] = entry.with_code_list(read_code_list(path, shown, problems))
    return spec.with_entries(listed) if listed else spec


def check_map_words(spec: WaveMap, dictionary: Dictionary, problems: Problems) -> None:
    """Targets, target codes and missing reasons of a map must be words of the dictionary."""
    doc = spec.doc
    for name in (*spec.variables, *spec.not_collected):
        if name not in dictionary.variables:
            part = "variables" if name in spec.variables else "not_collected"
            fix = nearest(name, list(dictionary.variables))
            problems.add("E131", doc.shown, doc.line(part, name), name, "is not in the dictionary", fix)
    for name in sorted(set(spec.variables) & set(spec.not_collected)):
        what = "stands under variables and under not_collected"
        problems.add("E111", doc.shown, doc.line("not_collected", name), name, what, "Keep one of the two")
    allowed = [name for name, reason in dictionary.missing_reasons.items() if not reason.set_by_harmoniser]
    places: dict[tuple[str, ...], dict[str, str]] = {("missing",): spec.missing}
    places.update({("variables", name, "missing"): entry.missing for name, entry in spec.variables.items()})
    for place, reasons in places.items():
        for code, reason in reasons.items():
            if reason not in allowed:
                subject = place[1] if len(place) > 1 else "missing"
                what = f"{reason} is no missing reason for a map"
                problems.add("E110", doc.shown, doc.line(*place, code), subject, what, nearest(reason, allowed))


def _own_parameters(study: Study, dictionary: Dictionary, problems: Problems) -> dict[str, Parameter]:
    """The study's parameters under the names of those whose place they take."""
    own: dict[str, Parameter] = {}
    for name, instead in study.parameters.items():
        for known in (name, instead):
            if known not in dictionary.parameters:
                line = study.doc.line("parameters", name)
                fix = nearest(known, list(dictionary.parameters))
                problems.add("E131", study.doc.shown, line, known, "is no parameter", fix)
        if instead in dictionary.parameters:
            own[name] = dictionary.parameters[instead]
            if name in dictionary.parameters and dictionary.parameters[name].unit != own[name].unit:
                what = f"has the unit {own[name].unit}, and {name} has {dictionary.parameters[name].unit}"
                line = study.doc.line("parameters", name)
                problems.add(
                    "E131", study.doc.shown, line, instead, what, "Give it in the unit of the shared parameter"
                )
    return own


def _check_study_words(study: Study, dictionary: Dictionary, problems: Problems) -> None:
    """Indicators must be defined and asked of a population here; dimensions and strata must be categories."""
    doc = study.doc
    for index, name in enumerate(study.indicators):
        line = doc.line("indicators", index)
        indicator = dictionary.indicators.get(name)
        if indicator is None:
            fix = nearest(name, list(dictionary.indicators))
            problems.add("E131", doc.shown, line, name, "is no indicator of the dictionary", fix)
        elif not set(indicator.populations) & set(study.populations):
            what = f"is about {' and '.join(indicator.populations)}, and this study has none of them"
            problems.add("E131", doc.shown, line, name, what, "Leave it out")
    for population, spec in study.populations.items():
        used = {"dimensions": spec.dimensions}
        if spec.design.kind == "census":
            used["design"] = [spec.design.stratum]
        for key, names in used.items():
            for name in names:
                variable = dictionary.variables.get(name)
                if variable is None or variable.codes is None:
                    categories = [known for known, entry in dictionary.variables.items() if entry.codes]
                    line = doc.line("populations", population, key)
                    problems.add("E131", doc.shown, line, name, "is no category variable", nearest(name, categories))


def _check_contrasts(study: Study, dictionary: Dictionary, problems: Problems) -> None:
    """E131: a contrast names an estimate that the study does not make."""
    doc = study.doc
    for index, contrast in enumerate(study.contrasts):
        for place, part in enumerate(contrast.of):
            population = study.populations.get(part.population)
            indicator = dictionary.indicators.get(part.indicator)
            dimensions = ["total", *(population.dimensions if population is not None else [])]
            variable = dictionary.variables.get(part.dimension)
            unknown = {
                "indicator": part.indicator not in study.indicators,
                "population": population is None or (indicator and part.population not in indicator.populations),
                "dimension": part.dimension not in dimensions,
                "category": variable is not None and part.category not in (variable.codes or {}),
            }
            for key in (key for key, absent in unknown.items() if absent):
                line = doc.line("contrasts", index, "of", place, key)
                what = f"{getattr(part, key)} is no {key} of the estimates of this study"
                problems.add("E131", doc.shown, line, contrast.id, what, "Choose one that the study estimates")


def inside(folder: Path, file: str) -> Path | None:
    """The path of `file` in `folder`, or None when it is no plain relative path, or follows a link out.

    The same on every system: a backslash, a colon (`C:`, `file:`), `..` and names of devices are refused everywhere.
    """
    parts = file.split("/")
    devices = any(re.fullmatch(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])( *\..*)?", p) for p in parts)
    if devices or ".." in parts or file.startswith("/") or re.search(r"[\\:\x00-\x1f\x7f]", file):
        return None
    try:
        path = (folder / file).resolve()
        within = path.is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a name too long, links in a circle
        return None
    return path if within else None
