"""Opens a study folder and conducts the stages. Holds no arithmetic."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pandas as pd

from cwb_impact.assemble import read_and_harmonise
from cwb_impact.compare.changes import compare as compare_waves
from cwb_impact.compare.contrasts import Contrast, Function, contrasts_of_study
from cwb_impact.compare.contrasts import contrast as contrast_of
from cwb_impact.disclosure.ledger import Ledger, ledger_folder
from cwb_impact.disclosure.ledger_file import ledger_with, read_ledger, write_ledger
from cwb_impact.disclosure.protect import Protected, what_was_done
from cwb_impact.disclosure.protect import protect as apply_policy
from cwb_impact.disclosure.sketch import Sketches
from cwb_impact.dossier.words import LANGUAGES
from cwb_impact.errors import CwbError, Problem, Problems, fail
from cwb_impact.estimate.covariance import Centring
from cwb_impact.estimate.scale_reliability import scale_reliability
from cwb_impact.estimate.table import estimate as estimate_all
from cwb_impact.examples import run_examples
from cwb_impact.explain.beside import printed_beside
from cwb_impact.explain.card import Card, card
from cwb_impact.explain.pages import definitions
from cwb_impact.explain.words import language
from cwb_impact.harmonise.pseudonyms import panel_key
from cwb_impact.impute.sensitivity import check_analysis, sensitivity_of_study
from cwb_impact.labelled import FORMATS
from cwb_impact.output import new_folders, release_folders, write_harmonised, write_restricted
from cwb_impact.programme.tables import programme_tables
from cwb_impact.provenance import describe
from cwb_impact.registers.collect import programme_of
from cwb_impact.registers.figures import register_figures
from cwb_impact.report.export import write_release
from cwb_impact.spec.bundle import StudyBundle, open_bundle
from cwb_impact.spec.definitions import nearest
from cwb_impact.spec.dictionary_folder import load_dictionary
from cwb_impact.types import Comparison, EstimateTable, Inference, RegisterFigures, SafeTable, Waves

Progress = Callable[[str], None]
Found = TypeVar("Found")


def _render(folder: Path, out: Path, langs: Iterable[str], formats: Iterable[str], progress: Progress) -> list[Path]:
    """Render the reports of a release folder. The renderers are an extra: estimates work without them."""
    try:
        from cwb_impact.report.render import render
    except ImportError as error:
        what = f"{error.name} is not installed"
        raise fail("E515", "report", 0, "renderer", what, "pip install 'cwb-impact[report]'") from None
    return render(folder, out, list(langs), list(formats), progress)


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
    return _complete(bundle, problems)


def check(folder: str | Path, data: str | Path | None = None, release: str | None = None) -> tuple[Problem, ...]:
    """Everything that is wrong with a study and its raw files, errors and warnings. Nothing is written."""
    problems = Problems()
    waves = _prepare(folder, data, release, problems, _silent)
    if waves is not None:  # lists alone are read without a key; the release ledger needs it
        try:
            panel_key(waves.study.study)
        except CwbError as error:
            problems.extend(error.problems)
    return tuple(problems)


def _prepare(
    folder: str | Path, data: str | Path | None, release: str | None, problems: Problems, progress: Progress
) -> Waves | None:
    """Everything that can go wrong before a number is computed, in one pass. Adds to `problems`, raises nothing."""
    try:
        bundle = open_bundle(Path(folder), problems, Path(data) if data is not None else None, release)
        if bundle is None:
            return None
        waves = read_and_harmonise(bundle, problems, progress)
        if waves is not None:
            for analysis in bundle.study.sensitivity:
                check_analysis(waves, analysis, problems)
        return waves
    except CwbError as error:
        problems.extend(error.problems)
        return None


def _complete(found: Found | None, problems: Problems) -> Found:
    """What was found, or all problems. Nothing found without a problem is a fault of ours."""
    problems.raise_if_errors()
    if found is None:
        raise AssertionError("nothing was found and no problem was told")
    return found


def harmonise(study: StudyBundle, progress: Progress = _silent) -> Waves:
    """Read and harmonise all waves of the release, and attach weights.

    Raises
    ------
    CwbError
        Every fault of every wave, with file, line and number of respondents.
    """
    problems = Problems()
    return _complete(read_and_harmonise(study, problems, progress), problems)


def harmonise_files(
    folder: str | Path,
    out: str | Path = ".",
    data: str | Path | None = None,
    formats: Iterable[str] = ("parquet",),
    lang: str = "en",
    progress: Progress = _silent,
) -> Waves:
    """Harmonise a study and write `restricted/<study>_harmonised`: respondents, originals and the report about them.

    The folder is built beside its place and moved there at the end; when anything is wrong nothing is written.

    Parameters
    ----------
    formats : `parquet`, `csv`, `sav`, `dta`. lang : `nl` or `en`, for the labels in .sav and .dta.
    """
    problems = Problems()
    chosen = [known for known in FORMATS if known in set(formats)]
    if strange := sorted(set(formats) - set(FORMATS)):
        fix = f"Formats: {', '.join(FORMATS)}"
        problems.add("E514", "harmonise", 0, "format", f"{', '.join(strange)} is not known", fix)
    if lang not in LANGUAGES:
        problems.add("E514", "harmonise", 0, "lang", f"{lang} is not known", f"Languages: {', '.join(LANGUAGES)}")
    problems.raise_if_errors()
    waves = _complete(_prepare(folder, data, None, problems, progress), problems)
    place = Path(out) / "restricted" / f"{waves.study.study.id}_harmonised"
    with new_folders([place]) as (new,):
        write_harmonised(waves, new, chosen, "nl" if lang == "nl" else "en")
    return waves


def check_examples(files: Iterable[str | Path], study: str | Path | None = None) -> tuple[int, tuple[Problem, ...]]:
    """Run the worked examples of wave maps and indicator files: how many there were, and every one that differs."""
    problems = Problems()
    count = sum(run_examples(Path(file), problems, Path(study) if study is not None else None) for file in files)
    return count, tuple(problems)


def explain(indicator: str, lang: str = "en", study: str | Path | None = None) -> Card:
    """Everything about one indicator: definition, wording, scoring, examples, parameters, breaks, benchmarks.

    Parameters
    ----------
    indicator : its id, or its code, such as E05. study : adds the study's own words, and where the indicator runs.

    Raises
    ------
    CwbError
        E131 no such indicator; E514 an unknown language.

    Examples
    --------
    >>> explain("E05").title
    'E05 Net labour participation (version 1.0.0)'
    """
    chosen, problems = language(lang), Problems()
    bundle = open_study(study) if study is not None else None
    dictionary = bundle.dictionary if bundle is not None else load_dictionary(problems)
    problems.raise_if_errors()
    codes = {known.code.casefold(): known for known in dictionary.indicators.values()}
    found = dictionary.indicators.get(indicator) or codes.get(indicator.casefold())
    if found is None:
        fix = nearest(indicator, [*dictionary.indicators, *(known.code for known in dictionary.indicators.values())])
        raise fail("E131", "data_dictionary/indicators", 0, indicator, "is no indicator", fix)
    return card(found, dictionary, chosen, bundle)


def estimate(waves: Waves, inference: Inference = "finite_population") -> EstimateTable:
    """Estimate every chosen indicator. See `cwb_impact.estimate.table.estimate`."""
    return estimate_all(waves, inference)


def compare(estimates: EstimateTable, centring: Centring = "own_wave") -> Comparison:
    """Changes between waves. See `cwb_impact.compare.changes.compare`."""
    return compare_waves(estimates, centring)


def contrast(
    estimates: EstimateTable,
    of: Sequence[Mapping[str, str]],
    function: str | Sequence[float] | Function = "difference",
    centring: Centring = "own_wave",
) -> Contrast:
    """A contrast of any estimates by name. See `cwb_impact.compare.contrasts.contrast`."""
    return contrast_of(estimates, of, function, centring)


def protect(estimates: EstimateTable, changes: Comparison, out: str | Path = ".") -> SafeTable:
    """Apply the disclosure policy to surveys and registers, add the programme's own figures: what may be published.

    All figures are attacked together with those of earlier releases, which stand in the ledger under `out`. Only a run
    and `cwb-impact publish` add to the ledger.

    Raises
    ------
    CwbError
        E410 to E415: see docs/protection.md.
    """
    return _protected(estimates, changes, register_figures(estimates), Path(out)).release


def protection(
    folder: str | Path,
    data: str | Path | None = None,
    release: str | None = None,
    out: str | Path = ".",
    progress: Progress = _silent,
) -> tuple[Protected, StudyBundle]:
    """Everything up to protection, and what it did. Nothing is written."""
    problems = Problems()
    waves = _complete(_prepare(folder, data, release, problems, progress), problems)
    estimates = estimate(waves)
    progress("protecting")
    return _protected(estimates, compare(estimates), register_figures(estimates), Path(out), progress), waves.study


def _protected(
    estimates: EstimateTable, changes: Comparison, kept: RegisterFigures, out: Path, progress: Progress = _silent
) -> Protected:
    waves = estimates.waves
    problems = Problems()
    programme = programme_of(waves.study, problems)
    problems.raise_if_errors()
    tables = programme_tables(programme) if programme is not None else {}
    source = programme.description() if programme is not None else None
    key = panel_key(waves.study.study)
    manifest = {
        **describe(waves, changes.centring, estimates.inference, source, key),
        "benchmarks": printed_beside(waves.study),
        "definitions": _definitions(waves.study),
    }
    ledger = _earlier_releases(waves.study, out, Sketches({}, key).fingerprint, progress)
    return apply_policy(estimates, changes, kept, tables, manifest, ledger, key, datetime.now(UTC).date())


def _earlier_releases(study: StudyBundle, out: Path, key: str, progress: Progress) -> Ledger:
    """The release ledger. Where there is none that is told: another `out`, or a folder that was deleted, has no memory.

    Raises
    ------
    CwbError
        E411 to E415 of `read_ledger`. E411 also when a release of personal data is there and the ledger is not.
    """
    place, release = ledger_folder(out, study.study.id), out / "releases" / study.study.id / "manifest.json"
    ledger = read_ledger(place, key)
    if not ledger.lines:
        if study.study.data == "personal" and release.exists():
            fix = f"Put it back from its back-up; when it is lost for good, move {release.parent} away first"
            raise fail("E411", place.as_posix(), 0, "ledger", "is not there, although a release is", fix)
        progress(f"there is no release ledger in {place}: compared with no earlier release")
    return ledger


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


def _definitions(study: StudyBundle) -> dict[str, str]:
    """Language -> the definitions of the chosen indicators. No figure from the data stands in them."""
    return {lang: definitions(study.indicators, study.dictionary, lang, study) for lang in LANGUAGES}


def _exact_tables(
    estimates: EstimateTable, kept: RegisterFigures
) -> tuple[dict[str, pd.DataFrame], tuple[Problem, ...]]:
    """What researchers get beside estimates and changes, and what they must know about it."""
    problems = Problems()
    scales, items = scale_reliability(estimates.waves, problems)
    tables = {
        "contrasts": contrasts_of_study(estimates),
        "reliability": scales,
        "reliability_items": items,
        "sensitivity": sensitivity_of_study(estimates),
        "register_figures": kept.frame,
    }
    return tables, (*estimates.warnings, *problems.warnings)


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
    langs, formats = list(langs or ()), list(formats)
    if strange := sorted({*langs, *formats} - {"nl", "en", "html", "pdf", "docx"}):
        fix = "Languages: nl, en; formats: html, pdf, docx"
        problems.add("E514", "report", 0, "report", f"{', '.join(strange)} is not known", fix)
    problems.raise_if_errors()
    waves = _complete(_prepare(folder, data, release, problems, progress), problems)
    study = waves.study.study
    if not study.indicators:
        fix = "Choose indicators, or use cwb-impact harmonise"
        raise fail("E131", study.doc.shown, 1, "indicators", "names none, so there is nothing to estimate", fix)
    if waves.warnings:
        progress(f"{len(waves.warnings)} warnings, listed by cwb-impact check and in restricted/")
    progress(f"estimating {len(study.indicators)} indicators")
    estimates = estimate(waves)
    if estimates.warnings:
        progress(f"{len(estimates.warnings)} warnings about the figures, in restricted/")
    changes = compare(estimates)
    progress("protecting")
    kept = register_figures(estimates)
    protected = _protected(estimates, changes, kept, Path(out), progress)
    safe = protected.release
    exact, told = _exact_tables(estimates, kept)
    exact |= what_was_done(protected)
    if protected.problems:  # without a release the errors were raised: these are warnings
        progress(f"{len(protected.problems)} warnings about protection, told by cwb-impact protect and in restricted/")
    told += protected.problems
    with release_folders(Path(out), study.id) as folders:
        write_release(safe, folders.release)
        write_ledger(folders.ledger, ledger_with(ledger_folder(Path(out), study.id), protected.entry))
        write_restricted(estimates, changes, exact, told, folders.restricted)
        chosen = langs or study.languages
        reports = _render(folders.release, folders.release / "reports", chosen, formats, progress)
    return [Path(out) / "releases" / study.id / "reports" / path.name for path in reports]
