"""Opens a study folder and conducts the stages. Holds no arithmetic."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from cwb_impact.compare.changes import Centring
from cwb_impact.compare.changes import compare as compare_waves
from cwb_impact.disclosure.protect import protect as apply_policy
from cwb_impact.errors import CwbError, Problem, Problems, fail
from cwb_impact.estimate.table import estimate as estimate_all
from cwb_impact.harmonise.coverage import check_decisions, coverage_of
from cwb_impact.harmonise.pseudonyms import key_fingerprint, panel_key, pseudonyms
from cwb_impact.harmonise.wave import HarmonisedWave, harmonise_wave
from cwb_impact.programme.load import Programme, load_programme
from cwb_impact.programme.tables import programme_tables
from cwb_impact.provenance import describe
from cwb_impact.read.raw_file import read_wave
from cwb_impact.report.export import write_release
from cwb_impact.spec.bundle import StudyBundle, inside, open_bundle
from cwb_impact.types import Comparison, EstimateTable, Floats, SafeTable, SampledPsus, Waves
from cwb_impact.weight.base import census_design, read_margin, sample_design

Progress = Callable[[str], None]


def _render(folder: Path, out: Path, langs: list[str], formats: list[str], progress: Progress) -> list[Path]:
    """Render the reports of a release folder. The renderers are an extra: estimates work without them."""
    try:
        from cwb_impact.report.render import render
    except ImportError as error:
        what = f"{error.name} is not installed"
        raise fail("E515", "report", 0, "renderer", what, "pip install 'cwb-impact[report]'") from None
    return render(folder, out, langs, formats, progress)


def _silent(_: str) -> None:
    """Progress for a notebook that wants none."""


def open_study(folder: str | Path, data: str | Path | None = None, release: str | None = None) -> StudyBundle:
    """Open a study folder: study file, wave maps and dictionary, all checked.

    Parameters
    ----------
    folder : the folder that holds study.yml. data : where the raw files are, `raw/` in the study by default.
    release : which release of the study file; the last one by default.

    Raises
    ------
    CwbError
        All problems of the YAML files at once, each with file and line.

    Examples
    --------
    >>> study = open_study("surveys/nieuw_west")
    >>> study.waves
    ('2025Q3', '2026Q3')
    """
    problems = Problems()
    bundle = open_bundle(Path(folder), problems, Path(data) if data is not None else None, release)
    problems.raise_if_errors()
    if bundle is None:
        raise AssertionError("a study without errors has a bundle")
    return bundle


def check(folder: str | Path, data: str | Path | None = None, release: str | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a study and its raw files, errors and warnings. Nothing is written."""
    problems = Problems()
    try:
        _prepare(folder, data, release, problems, _silent)
    except CwbError as error:
        return (*problems, *error.problems)
    return tuple(problems)


def _prepare(
    folder: str | Path, data: str | Path | None, release: str | None, problems: Problems, progress: Progress
) -> Waves | None:
    """Everything that can go wrong before a number is computed, in one pass."""
    bundle = open_bundle(Path(folder), problems, Path(data) if data is not None else None, release)
    if bundle is None:
        return None
    _programme(bundle, problems)
    return _harmonise(bundle, problems, progress)


def harmonise(study: StudyBundle, progress: Progress = _silent) -> Waves:
    """Read and harmonise all waves of the release, and attach weights.

    Raises
    ------
    CwbError
        Every fault of every wave, with file, line and number of respondents.
    """
    problems = Problems()
    waves = _harmonise(study, problems, progress)
    problems.raise_if_errors()
    if waves is None:
        raise AssertionError("waves without errors are complete")
    return waves


def _harmonise(study: StudyBundle, problems: Problems, progress: Progress = _silent) -> Waves | None:
    key = panel_key(study.study.data)
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
    if problems.errors:
        return None
    persons: dict[tuple[str, str], pd.Series] = {}
    for (population, wave), result in harmonised.items():
        panel = study.maps[population, wave].id.scope == "panel"
        domain = population if panel else f"{population}:{wave}"
        persons[population, wave] = pseudonyms(result.frame["person"], domain, key)
    return _assemble(study, harmonised, persons, inputs, problems)


def _assemble(
    study: StudyBundle,
    harmonised: dict[tuple[str, str], HarmonisedWave],
    persons: dict[tuple[str, str], pd.Series],
    inputs: dict[str, str],
    problems: Problems,
) -> Waves | None:
    """Waves from harmonised files: PSUs get one index over all waves of a population."""
    units = {key: _units(key, result, persons[key], study) for key, result in harmonised.items()}
    psus = {
        population: pd.Index(pd.concat([unit for key, unit in units.items() if key[0] == population]).unique())
        for population in dict.fromkeys(population for population, _ in harmonised)
    }
    margins = {name: _margins(study, name, problems) for name in psus}
    designs = {
        key: _design(study, key, result, units[key], psus[key[0]], margins[key[0]][0], problems)
        for key, result in harmonised.items()
    }
    if problems.errors:
        return None
    frame = pd.concat(
        [
            result.frame.assign(population=key[0], wave=key[1], person=persons[key])
            for key, result in harmonised.items()
        ],
        ignore_index=True,
    )
    stayed = {
        (population, first, second): _stayed(margins[population][1], designs[population, first], first, second)
        for population, first in designs
        for second in study.waves
        if (population, second) in designs and any(key[:2] == (first, second) for key in margins[population][1])
    }
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
        stayed,
        pd.DataFrame(response, columns=["population", "wave", "n", "invited", "fieldwork"]),
        coverage_of(study),
        inputs,
        tuple(problems.warnings),
    )


def _units(key: tuple[str, str], result: HarmonisedWave, person: pd.Series, study: StudyBundle) -> pd.Series:
    """PSU labels: the person, or the cluster. A redrawn cluster with the same label is another PSU."""
    if result.psu is None:
        return person
    panel = study.maps[key].id.scope == "panel"
    return result.psu if panel else result.psu + f" in {key[1]}"


def _margins(
    study: StudyBundle, population: str, problems: Problems
) -> tuple[dict[tuple[str, ...], float], dict[tuple[str, ...], float]]:
    design = study.population(population).design
    if design.kind != "census":
        return {}, {}
    name = study.folder.name
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
    unit: pd.Series,
    index: pd.Index,
    margin: dict[tuple[str, ...], float],
    problems: Problems,
) -> SampledPsus:
    design = study.population(key[0]).design
    psu = index.get_indexer(pd.Index(unit)).astype("int64")
    if design.kind == "census":
        size = {stratum: people for (wave, stratum), people in margin.items() if wave == key[1]}
        shown = f"{study.folder.name}/{design.population_size}"
        return census_design(design, psu, result.frame[design.stratum], size, shown, problems)
    return sample_design(design, psu, result.stratum, result.weight, study.maps[key].doc.shown, problems)


def _stayed(margin: dict[tuple[str, ...], float], design: SampledPsus, first: str, second: str) -> Floats:
    return np.array([margin.get((first, second, name), 0.0) for name in design.strata])


def _invited(
    study: StudyBundle,
    key: tuple[str, str],
    result: HarmonisedWave,
    margin: dict[tuple[str, ...], float],
) -> float:
    if study.population(key[0]).design.kind == "census":
        return sum(people for (wave, _), people in margin.items() if wave == key[1])
    return float(result.invited) if result.invited is not None else float("nan")


def estimate(waves: Waves) -> EstimateTable:
    """Estimate every chosen indicator. See `cwb_impact.estimate.table.estimate`."""
    return estimate_all(waves)


def compare(estimates: EstimateTable, centring: Centring = "own_wave") -> Comparison:
    """Changes between waves. See `cwb_impact.compare.changes.compare`."""
    return compare_waves(estimates, centring)


def protect(estimates: EstimateTable, changes: Comparison) -> SafeTable:
    """Apply the disclosure policy, add the programme's public figures, and make what may be published."""
    waves = estimates.waves
    problems = Problems()
    programme = _programme(waves.study, problems)
    problems.raise_if_errors()
    tables = programme_tables(programme) if programme is not None else {}
    source = programme.description() if programme is not None else None
    return apply_policy(estimates, changes, tables, describe(waves, changes.centring, source))


def _programme(study: StudyBundle, problems: Problems) -> Programme | None:
    folder = study.folder / "programme"
    return load_programme(folder, problems, f"{study.folder.name}/programme") if folder.is_dir() else None


def report(
    release: SafeTable,
    lang: str = "nl",
    to: str = "html",
    out: str | Path = "reports",
    progress: Progress = _silent,
) -> list[Path]:
    """Write the summary and the results of a release in one language and format; returns the files.

    Parameters
    ----------
    lang : `nl` or `en`. to : `html`, `pdf` or `docx`. out : folder for the reports.
    """
    if not isinstance(release, SafeTable):
        raise TypeError("a report is made from a SafeTable: call protect(estimates, changes) first")
    with tempfile.TemporaryDirectory() as temporary:
        write_release(release, Path(temporary))
        return _render(Path(temporary), Path(out), [lang], [to], progress)


def run(
    folder: str | Path,
    out: str | Path = ".",
    data: str | Path | None = None,
    release: str | None = None,
    langs: Iterable[str] | None = None,
    formats: Iterable[str] = ("html", "pdf", "docx"),
    progress: Progress = _silent,
) -> list[Path]:
    """The whole path: raw waves in, `releases/<study>` and `restricted/<study>` out. Returns the reports.

    Both folders are built beside their place and moved there at the end; when anything is wrong nothing is written
    and an earlier release stays as it was.
    """
    problems = Problems()
    waves = _prepare(folder, data, release, problems, progress)
    problems.raise_if_errors()
    if waves is None:
        raise AssertionError("waves without errors are complete")
    study = waves.study.study
    if waves.warnings:
        progress(f"{len(waves.warnings)} warnings, listed by cwb-impact check and in restricted/")
    progress(f"estimating {len(study.indicators)} indicators")
    estimates = estimate(waves)
    changes = compare(estimates)
    progress("protecting")
    safe = protect(estimates, changes)
    base = Path(out)
    places = {name: base / name / study.id for name in ("releases", "restricted")}
    for place in places.values():
        place.parent.mkdir(parents=True, exist_ok=True)
    building = {name: Path(tempfile.mkdtemp(prefix=".building-", dir=place.parent)) for name, place in places.items()}
    try:
        write_release(safe, building["releases"])
        _write_restricted(estimates, changes, building["restricted"])
        reports = _render(
            building["releases"],
            building["releases"] / "reports",
            list(langs) if langs is not None else list(study.languages),
            list(formats),
            progress,
        )
        for name, place in places.items():
            building[name].chmod(0o755 if name == "releases" else 0o700)
            _swap(building[name], place)
    finally:
        for path in building.values():
            shutil.rmtree(path, ignore_errors=True)
    return [places["releases"] / "reports" / path.name for path in reports]


def _write_restricted(estimates: EstimateTable, changes: Comparison, folder: Path) -> None:
    """Exact figures and respondents: for the researchers only."""
    waves = estimates.waves
    waves.frame.to_parquet(folder / "harmonised.parquet", index=False)
    estimates.frame.to_csv(folder / "estimates.csv", index=False)
    changes.frame.drop(columns=["from_row", "to_row"]).to_csv(folder / "changes.csv", index=False)
    estimates.exclusions.to_csv(folder / "exclusions.csv", index=False)
    waves.response.to_csv(folder / "response.csv", index=False)
    waves.coverage.to_csv(folder / "coverage.csv", index=False)
    provenance = [
        {
            "population": key[0],
            "wave": key[1],
            "variable": name,
            "file": spec.source.file,
            "column": entry.from_,
            "map": spec.doc.shown,
            "line": spec.doc.line("variables", name),
            "relation": entry.relation,
        }
        for key, spec in waves.study.maps.items()
        if key[1] in waves.study.waves
        for name, entry in spec.variables.items()
    ]
    (folder / "provenance.json").write_text(json.dumps(provenance, indent=1) + "\n", encoding="utf-8")
    (folder / "warnings.txt").write_text("".join(f"{problem}\n" for problem in waves.warnings), encoding="utf-8")


def _swap(new: Path, place: Path) -> None:
    """Put a finished folder in its place; the old one goes only when the new one stands."""
    old = place.with_name(f".old-{place.name}-{os.getpid()}")
    with suppress(FileNotFoundError):
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)
