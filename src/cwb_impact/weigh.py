"""The designs and weights of all waves of a study: margins read, PSUs numbered over waves, each wave weighted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import pandas as pd

from cwb_impact.design import Design
from cwb_impact.errors import Problems
from cwb_impact.harmonise.wave import HarmonisedWave
from cwb_impact.spec.bundle import StudyBundle, inside
from cwb_impact.spec.study_file import CensusDesign, RegisterDesign, SampleDesign
from cwb_impact.weight.between_waves import check_between_waves
from cwb_impact.weight.census import census_design, read_margin
from cwb_impact.weight.diagnostics import MarginRow, diagnose
from cwb_impact.weight.margins import CodedMargin, Margin, read_margins
from cwb_impact.weight.sample import sample_design
from cwb_impact.weight.units import Places, numbered

Harmonised = Mapping[tuple[str, str], HarmonisedWave]


@dataclass(frozen=True, repr=False)
class Weighed:
    """designs : (population, wave) -> its design. psus, stayed : as in Waves. invited : (population, wave) -> people.

    invited is nan where the file does not say. margins : (population, wave) -> what its weights were calibrated to.
    """

    designs: Mapping[tuple[str, str], Design]
    psus: Mapping[str, pd.Index]
    stayed: Mapping[tuple[str, str, str], Mapping[str, float]]
    invited: Mapping[tuple[str, str], float]
    margins: Mapping[tuple[str, str], tuple[CodedMargin, ...]]


def weigh(
    study: StudyBundle, harmonised: Harmonised, persons: Mapping[tuple[str, str], pd.Series], problems: Problems
) -> Weighed:
    """Designs and weights, population by population.

    persons : pseudonyms of the respondents of each wave. Problems: those of census_design, sample_design, the margins,
    and of what changes between waves (W197, W198).
    """
    designs: dict[tuple[str, str], Design] = {}
    psus: dict[str, pd.Index] = {}
    stayed: dict[tuple[str, str, str], Mapping[str, float]] = {}
    invited: dict[tuple[str, str], float] = {}
    margins: dict[tuple[str, str], tuple[CodedMargin, ...]] = {}
    for population in dict.fromkeys(population for population, _ in harmonised):
        waves = {wave: result for (name, wave), result in harmonised.items() if name == population}
        maps = {wave: study.maps[population, wave] for wave in waves}
        drawn = {
            wave: (persons[population, wave], result.design, maps[wave].id.scope == "panel")
            for wave, result in waves.items()
        }
        replicates = [spec.design.replicates for spec in maps.values() if spec.design.replicates is not None]
        coordinated = bool(replicates) and all(columns.coordinated for columns in replicates)
        psus[population], places = numbered(drawn, coordinated)
        asked = study.population(population).design
        if isinstance(asked, RegisterDesign):
            raise AssertionError("a population with a register passed the checks of its study with a wave map")
        if isinstance(asked, CensusDesign):
            made, invited_here, stayed_here = _census(study, population, asked, waves, places, problems)
            stayed |= {(population, *pair): people for pair, people in stayed_here.items()}
        else:
            made, coded = _sample(study, population, asked, waves, places, problems)
            margins |= {(population, wave): of_wave for wave, of_wave in coded.items()}
            invited_here = {wave: _invited(result) for wave, result in waves.items()}
        designs |= {(population, wave): design for wave, design in made.items()}
        invited |= {(population, wave): people for wave, people in invited_here.items()}
        check_between_waves(made, drawn, study.folder.as_posix(), population, problems)
    return Weighed(designs, psus, stayed, invited, margins)


def _invited(result: HarmonisedWave) -> float:
    return float(result.invited) if result.invited is not None else float("nan")


def _sample(
    study: StudyBundle,
    population: str,
    asked: SampleDesign,
    waves: Mapping[str, HarmonisedWave],
    places: Mapping[str, Places],
    problems: Problems,
) -> tuple[dict[str, Design], dict[str, tuple[CodedMargin, ...]]]:
    files = asked.calibrate.margins if asked.calibrate is not None else []
    read = [read_margins(inside(study.folder, file), f"{study.folder.as_posix()}/{file}", problems) for file in files]
    made, coded = {}, {}
    for wave, result in waves.items():
        spec = study.maps[population, wave]
        margins: list[Margin] = [margin[wave] for margin in read if wave in margin]
        for file, margin in zip(files, read, strict=True):
            if margin and wave not in margin:
                shown = f"{study.folder.as_posix()}/{file}"
                problems.add("E195", shown, 0, "margin", f"has no row for wave {wave}", "Add the people of this wave")
        made[wave], coded[wave] = sample_design(
            asked,
            result.design,
            places[wave],
            spec.design.replicates,
            result.frame,
            margins,
            spec.doc.shown,
            problems,
        )
    return made, coded


def _census(
    study: StudyBundle,
    population: str,
    asked: CensusDesign,
    waves: Mapping[str, HarmonisedWave],
    places: Mapping[str, Places],
    problems: Problems,
) -> tuple[dict[str, Design], dict[str, float], dict[tuple[str, str], dict[str, float]]]:
    """The designs, the people of each wave, and those who were in two frames."""
    shown = f"{study.folder.as_posix()}/{asked.population_size}"
    keys = ["wave", asked.stratum]
    margin = read_margin(inside(study.folder, asked.population_size), shown, keys, problems)
    made, invited = {}, {}
    for wave, result in waves.items():
        size = {stratum: people for (of, stratum), people in margin.items() if of == wave}
        if margin and not size:
            problems.add("E191", shown, 0, "margin", f"has no row for wave {wave}", "Add the people of this wave")
        stratum = result.frame[asked.stratum]
        made[wave] = census_design(asked, places[wave].psu, stratum, size, shown, problems)
        invited[wave] = sum(size.values())
    if asked.stayed is None:
        return made, invited, {}
    shown, keys = f"{study.folder.as_posix()}/{asked.stayed}", ["from_wave", "to_wave", asked.stratum]
    return (
        made,
        invited,
        _stayed(read_margin(inside(study.folder, asked.stayed), shown, keys, problems), made, shown, problems),
    )


def _stayed(
    margin: Mapping[tuple[str, ...], float], designs: Mapping[str, Design], shown: str, problems: Problems
) -> dict[tuple[str, str], dict[str, float]]:
    """People in both frames by pair of waves and stratum: at least those who answered twice, at most all.

    Problems: E191 a number outside these bounds.
    """
    found: dict[tuple[str, str], dict[str, float]] = {}
    for (first, second, name), people in margin.items():
        pair = [designs[wave] for wave in (first, second) if wave in designs]
        if len(pair) < 2 or any(name not in design.strata for design in pair):
            continue
        strata = [design.strata.index(name) for design in pair]
        members = [set(design.psu[design.stratum == code]) for design, code in zip(pair, strata, strict=True)]
        most = min(design.population_size[code] for design, code in zip(pair, strata, strict=True))
        if not len(members[0] & members[1]) <= people <= most:
            what = f"{name}, {first} to {second}: fewer than answered in both waves, or more than worked in one of them"
            problems.add("E191", shown, 0, "stayed", what, "Correct the margin")
        found.setdefault((first, second), {})[name] = people
    return found


def weight_tables(weighed: Weighed) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The weights of each wave in figures, and each category of each margin before and after calibration."""
    figures, categories = [], []
    for (population, wave), design in weighed.designs.items():
        if not len(design.weight):
            continue
        base = design.calibration.base if design.calibration is not None else design.weight
        told = diagnose(design.weight, base, weighed.margins.get((population, wave), ()))
        key = {"population": population, "wave": wave}
        plain = {name: value for name, value in asdict(told).items() if name not in ("margins", "unmet")}
        figures.append({**key, "weighting": design.weighting, **plain})
        categories += [{**key, **asdict(row)} for row in told.margins]
    columns = ["population", "wave", *(field.name for field in fields(MarginRow))]
    return pd.DataFrame(figures), pd.DataFrame(categories, columns=columns)
