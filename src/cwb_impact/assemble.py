"""From the files of a study to Waves: each wave read and harmonised, then put side by side with one index of PSUs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from cwb_impact.errors import CwbError, Problems
from cwb_impact.harmonise.coverage import check_decisions, coverage_of
from cwb_impact.harmonise.drift import check_drift
from cwb_impact.harmonise.panel import check_panel
from cwb_impact.harmonise.pseudonyms import key_fingerprint, panel_key, pseudonyms
from cwb_impact.harmonise.scale_checks import check_scales
from cwb_impact.harmonise.wave import HarmonisedWave, harmonise_wave
from cwb_impact.read.raw_file import read_wave
from cwb_impact.spec.bundle import StudyBundle, inside
from cwb_impact.types import Integers, SampledPsus, Waves
from cwb_impact.weight.base import census_design, read_margin, sample_design


def read_and_harmonise(study: StudyBundle, problems: Problems, progress: Callable[[str], None]) -> Waves | None:
    """Read and harmonise every wave of the release; None when `problems` holds an error. Raises nothing of its own."""
    try:
        key = panel_key(study.study)
    except CwbError as error:
        problems.extend(error.problems)
        key = b""
    harmonised: dict[tuple[str, str], HarmonisedWave] = {}
    inputs: dict[str, str] = {"key fingerprint": key_fingerprint(key)}
    for (population, wave), spec in study.maps.items():
        if wave not in study.waves:
            continue
        progress(f"reading {population} {wave}")
        check_decisions(study, spec, problems)
        raw = read_wave(spec, study.data_folder, problems)
        if raw is None:
            continue
        inputs[spec.source.file] = raw.sha256
        harmonised[population, wave] = harmonise_wave(raw, spec, study.dictionary, problems)
    _check_between_waves(study, harmonised, problems)
    if problems.errors:
        return None
    persons: dict[tuple[str, str], pd.Series] = {}
    for (population, wave), result in harmonised.items():
        panel = study.maps[population, wave].id.scope == "panel"
        # the same number in another study is not the same person, or is not ours to link
        domain = f"{study.study.id}:{population}" if panel else f"{study.study.id}:{population}:{wave}"
        persons[population, wave] = pseudonyms(result.frame["person"], domain, key)
    return _assemble(study, harmonised, persons, inputs, problems)


def _check_between_waves(
    study: StudyBundle, harmonised: dict[tuple[str, str], HarmonisedWave], problems: Problems
) -> None:
    """Drift and implausible panel members, population by population, in the order of the waves."""
    for population in dict.fromkeys(population for population, _ in harmonised):
        waves = [(study.maps[key], result) for key, result in harmonised.items() if key[0] == population]
        check_drift([(spec, result.record) for spec, result in waves], problems)
        for spec, result in waves:
            check_scales(result.frame, spec, study.dictionary, problems)
        check_panel([(spec, result.frame) for spec, result in waves], study.dictionary, problems)


def _assemble(
    study: StudyBundle,
    harmonised: dict[tuple[str, str], HarmonisedWave],
    persons: dict[tuple[str, str], pd.Series],
    inputs: dict[str, str],
    problems: Problems,
) -> Waves | None:
    """Waves from harmonised files: PSUs get one index over all waves of a population."""
    units = {key: _units(key, result, persons[key], study) for key, result in harmonised.items()}
    psus, places = _numbered(units)
    margins = {name: _margins(study, name, problems) for name in psus}
    designs = {
        key: _design(study, key, result, places[key], margins[key[0]][0], problems)
        for key, result in harmonised.items()
    }
    stayed = {name: _stayed(study, name, margin, designs, problems) for name, (_, margin) in margins.items()}
    if problems.errors:
        return None
    frame = _one_below_the_other(harmonised, persons)
    response = [
        (
            population,
            wave,
            len(result.frame),
            _invited(study, (population, wave), result, margins[population][0]),
            study.maps[population, wave].wave.fieldwork,
        )
        for (population, wave), result in harmonised.items()
    ]
    return Waves(
        study,
        frame,
        designs,
        psus,
        {(name, *pair): people for name, pairs in stayed.items() for pair, people in pairs.items()},
        pd.DataFrame(response, columns=["population", "wave", "n", "invited", "fieldwork"]),
        coverage_of(study),
        inputs,
        tuple(result.record for result in harmonised.values()),
        {key: result.originals for key, result in harmonised.items()},
        tuple(problems.warnings),
    )


def _units(key: tuple[str, str], result: HarmonisedWave, person: pd.Series, study: StudyBundle) -> pd.Series:
    """PSU labels: the person, or the cluster. A redrawn cluster with the same label is another PSU."""
    if result.psu is None:
        return person
    panel = study.maps[key].id.scope == "panel"
    return result.psu if panel else result.psu + f" in {key[1]}"


def _one_below_the_other(
    harmonised: dict[tuple[str, str], HarmonisedWave], persons: dict[tuple[str, str], pd.Series]
) -> pd.DataFrame:
    """All waves in one frame. A variable that only other maps have was not collected in this file."""
    parts = [
        result.frame.assign(population=key[0], wave=key[1], person=persons[key]) for key, result in harmonised.items()
    ]
    frame = pd.concat(parts, ignore_index=True)
    for why in [name for name in frame if str(name).endswith("__why") and frame[name].isna().any()]:
        frame[why] = frame[why].fillna("not_collected")
    return frame


def _numbered(
    units: dict[tuple[str, str], pd.Series],
) -> tuple[dict[str, pd.Index], dict[tuple[str, str], Integers]]:
    """The PSUs of each population over all waves, and the place of each respondent's PSU among them."""
    psus: dict[str, pd.Index] = {}
    places: dict[tuple[str, str], Integers] = {}
    for population in dict.fromkeys(population for population, _ in units):
        ours = {key: unit for key, unit in units.items() if key[0] == population}
        place, psus[population] = pd.factorize(pd.Index(pd.concat(ours.values(), ignore_index=True)))
        ends = np.cumsum([len(unit) for unit in ours.values()])
        places |= dict(zip(ours, np.split(place.astype(np.int64), ends[:-1]), strict=True))
    return psus, places


def _margins(
    study: StudyBundle, population: str, problems: Problems
) -> tuple[dict[tuple[str, ...], float], dict[tuple[str, ...], float]]:
    design = study.population(population).design
    if design.kind != "census":
        return {}, {}
    name = study.folder.as_posix()
    size = read_margin(
        inside(study.folder, design.population_size),
        f"{name}/{design.population_size}",
        ["wave", design.stratum],
        problems,
    )
    if design.stayed is None:
        return size, {}
    keys = ["from_wave", "to_wave", design.stratum]
    return size, read_margin(inside(study.folder, design.stayed), f"{name}/{design.stayed}", keys, problems)


def _design(
    study: StudyBundle,
    key: tuple[str, str],
    result: HarmonisedWave,
    psu: Integers,
    margin: dict[tuple[str, ...], float],
    problems: Problems,
) -> SampledPsus:
    design = study.population(key[0]).design
    if design.kind == "census":
        size = {stratum: people for (wave, stratum), people in margin.items() if wave == key[1]}
        shown = f"{study.folder.as_posix()}/{design.population_size}"
        if margin and not size:
            problems.add("E191", shown, 0, "margin", f"has no row for wave {key[1]}", "Add the people of this wave")
        return census_design(design, psu, result.frame[design.stratum], size, shown, problems)
    return sample_design(design, psu, result.stratum, result.weight, study.maps[key].doc.shown, problems)


def _stayed(
    study: StudyBundle,
    population: str,
    margin: dict[tuple[str, ...], float],
    designs: dict[tuple[str, str], SampledPsus],
    problems: Problems,
) -> dict[tuple[str, str], dict[str, float]]:
    """People in both frames by pair of waves and stratum: at least those who answered twice, at most all.

    Problems: E191 a number outside these bounds.
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    for (first, second, name), people in margin.items():
        pair = [designs[population, wave] for wave in (first, second) if (population, wave) in designs]
        if len(pair) < 2 or any(name not in design.strata for design in pair):
            continue
        strata = [design.strata.index(name) for design in pair]
        members = [set(design.psu[design.stratum == code]) for design, code in zip(pair, strata, strict=True)]
        most = min(design.population_size[code] for design, code in zip(pair, strata, strict=True))
        if not len(members[0] & members[1]) <= people <= most:
            design_spec = study.population(population).design
            file = design_spec.stayed if design_spec.kind == "census" else ""
            what = f"{name}, {first} to {second}: fewer than answered in both waves, or more than worked in one of them"
            problems.add("E191", f"{study.folder.as_posix()}/{file}", 0, "stayed", what, "Correct the margin")
        found.setdefault((first, second), {})[name] = people
    return found


def _invited(
    study: StudyBundle,
    key: tuple[str, str],
    result: HarmonisedWave,
    margin: dict[tuple[str, ...], float],
) -> float:
    if study.population(key[0]).design.kind == "census":
        return sum(people for (wave, _), people in margin.items() if wave == key[1])
    return float(result.invited) if result.invited is not None else float("nan")
