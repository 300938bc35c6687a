"""The command line: `cwb-impact run STUDY`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from threadpoolctl import threadpool_limits

from cwb_impact import study as stages
from cwb_impact.dossier.console import show as show_dossier
from cwb_impact.dossier.content import dossier_of
from cwb_impact.errors import CwbError, Problem, fail
from cwb_impact.explain.console import show as show_card
from cwb_impact.explain.console import show_lacks
from cwb_impact.explain.words import language
from cwb_impact.inspect import WaveGuess, inspect_file, to_json
from cwb_impact.inspect import show as show_inspection
from cwb_impact.questionnaire.console import show as show_questionnaire
from cwb_impact.questionnaire.make import make_questionnaire
from cwb_impact.registers.template import make_template, template_names
from cwb_impact.scaffold import scaffold as draft_of
from cwb_impact.simulate import simulate as simulate_waves

app = typer.Typer(
    help="Does Community Wealth Building do people any good? Survey waves in, a protected and honest report out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
_out = Console(highlight=False, soft_wrap=True)
_err = Console(stderr=True, highlight=False, soft_wrap=True)

StudyFolder = Annotated[Path, typer.Argument(help="The folder that holds study.yml.")]
DataFolder = Annotated[
    Path | None, typer.Option("--data", help="Where the raw files are; raw/ in the study by default.")
]
ReleaseId = Annotated[str | None, typer.Option("--release", help="Which release of study.yml; the last by default.")]


def _print_problems(problems: tuple[Problem, ...] | list[Problem]) -> int:
    """Print every problem on one line each; the number of errors."""
    for problem in problems:
        _err.print(str(problem), style="red" if problem.is_error else "yellow", markup=False)
    return sum(problem.is_error for problem in problems)


@app.command()
def run(
    study: StudyFolder,
    out: Annotated[Path, typer.Option(help="Where releases/ and restricted/ go.")] = Path(),
    data: DataFolder = None,
    release: ReleaseId = None,
    lang: Annotated[list[str] | None, typer.Option(help="nl, en; all languages of the study by default.")] = None,
    to: Annotated[list[str] | None, typer.Option(help="html, pdf, docx; all by default.")] = None,
) -> None:
    """Read, harmonise, weight, estimate, compare, protect, report."""
    formats = to or ["html", "pdf", "docx"]
    reports = stages.run(study, out, data, release, lang, formats, lambda step: _out.print(f"  {step}", style="dim"))
    _out.print("Reports:")
    for path in reports:
        _out.print(f"  {path}", markup=False)


@app.command()
def check(study: StudyFolder, data: DataFolder = None, release: ReleaseId = None) -> None:
    """Everything that is wrong, in one run, with file and line. Writes nothing."""
    problems = stages.check(study, data, release)
    errors = _print_problems(problems)
    _out.print(f"{errors} errors, {len(problems) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A raw survey file: .sav, .zsav, .dta, .csv, .xlsx.")],
    scaffold: Annotated[bool, typer.Option("--scaffold", help="Draft a wave map instead.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The description for programs.")] = False,
    study: Annotated[Path | None, typer.Option(help="The study whose dictionary and needs count.")] = None,
    like: Annotated[Path | None, typer.Option(help="An earlier wave's map to take over.")] = None,
    same_codes: Annotated[
        bool, typer.Option("--same-codes", help="With --like: the codebook says that unlabelled codes are the same.")
    ] = False,
    population: Annotated[str, typer.Option(help="Population of the file.")] = WaveGuess.population,
    wave: Annotated[str, typer.Option(help="Id of the wave.")] = WaveGuess.wave,
    fieldwork: Annotated[str, typer.Option(help="From/to, such as 2026-09/2026-10.")] = WaveGuess.fieldwork,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None,
    encoding: Annotated[str | None, typer.Option(help="When the file does not tell.")] = None,
    out: Annotated[Path | None, typer.Option(help="A new file for the draft; standard output by default.")] = None,
) -> None:
    """Describe a raw file, or draft a wave map from it. Shows codes and counts, never a person."""
    found = inspect_file(file, sheet, encoding)
    if not scaffold:
        if as_json:
            print(json.dumps(to_json(found), indent=1, ensure_ascii=False))
        else:
            show_inspection(found, _out)
        return
    draft = draft_of(found, WaveGuess(wave, population, fieldwork), study, like, same_codes)
    if out is None:
        print(draft, end="")
        return
    try:
        with out.open("x", encoding="utf-8") as new:
            new.write(draft)
    except FileExistsError:
        raise fail("E523", str(out), 0, "out", "is there already", "Name a new file") from None
    except OSError as error:
        what = f"cannot be written ({error.strerror or 'the system refuses'})"
        raise fail("E530", str(out), 0, "out", what, "Make the folder, or name another file") from None
    _out.print(str(out), markup=False)


@app.command()
def harmonise(
    study: StudyFolder,
    out: Annotated[Path, typer.Option(help="Where restricted/ goes.")] = Path(),
    data: DataFolder = None,
    to: Annotated[list[str] | None, typer.Option(help="parquet, csv, sav, dta; parquet by default.")] = None,
    lang: Annotated[str, typer.Option(help="nl or en: labels in .sav and .dta, and the report on screen.")] = "en",
) -> None:
    """Harmonise only: respondents, their original codes, and the report of how one became the other."""
    waves = stages.harmonise_files(
        study, out, data, to or ["parquet"], lang, lambda step: _out.print(f"  {step}", style="dim")
    )
    _print_problems(waves.warnings)
    show_dossier(dossier_of(waves.study, waves.records, waves.warnings), _out, "nl" if lang == "nl" else "en")
    _out.print(str(out / "restricted" / f"{waves.study.study.id}_harmonised"), markup=False)


@app.command("test-map")
def test_map(
    files: Annotated[list[Path], typer.Argument(help="Wave maps or indicator files with examples.")],
    study: Annotated[Path | None, typer.Option(help="The study folder, when the file does not lie in it.")] = None,
) -> None:
    """Run the worked examples inside maps and definitions: rows in, values out, no data needed."""
    count, problems = stages.check_examples(files, study)
    errors = _print_problems(problems)
    _out.print(f"{count} examples, {errors} errors")
    if errors:
        raise typer.Exit(1)


@app.command()
def explain(
    indicator: Annotated[str, typer.Argument(help="The id of an indicator, or its code, such as E05.")],
    lang: Annotated[str, typer.Option(help="nl or en.")] = "en",
    study: Annotated[Path | None, typer.Option(help="A study: its own words, and where the indicator runs.")] = None,
) -> None:
    """Everything about one indicator: definition, wording, scoring, examples, parameters, breaks, benchmarks."""
    show_card(stages.explain(indicator, lang, study), _out)


@app.command()
def indicators(
    study: StudyFolder, lang: Annotated[str, typer.Option(help="nl or en.")] = "en", release: ReleaseId = None
) -> None:
    """Every indicator of the dictionary: where it runs in this study, or which input it lacks."""
    bundle = stages.open_study(study, release=release)
    runs = show_lacks(bundle, _out, language(lang))
    _out.print(f"{runs} of {len(bundle.dictionary.indicators)} indicators can be computed")


@app.command()
def questionnaire(
    study: StudyFolder,
    wave: Annotated[str, typer.Argument(help="A wave of the study, or the id of the next one, such as 2027Q3.")],
    to: Annotated[str, typer.Option(help="xlsform, limesurvey or docx.")] = "xlsform",
    out: Annotated[Path, typer.Option(help="Where the folder with the questionnaire goes.")] = Path(),
    population: Annotated[list[str] | None, typer.Option(help="All that the study has by default.")] = None,
    lang: Annotated[list[str] | None, typer.Option(help="Beside nl and en: tr, ar.")] = None,
    fieldwork: Annotated[str | None, typer.Option(help="From/to, such as 2027-09/2027-10.")] = None,
) -> None:
    """The questions of a wave from the dictionary, and the wave map that harmonises the answers."""
    made = make_questionnaire(study, wave, to, out, population or (), lang or (), fieldwork)
    show_questionnaire(made, _out)


@app.command()
def template(
    register: Annotated[str | None, typer.Argument(help="Such as people or spend; without it all are listed.")] = None,
    to: Annotated[str, typer.Option(help="xlsx or csv.")] = "xlsx",
    lang: Annotated[str, typer.Option(help="nl or en.")] = "nl",
    out: Annotated[Path, typer.Option(help="Where the file goes.")] = Path(),
) -> None:
    """An empty register for a co-op, an anchor organisation or the programme to fill in."""
    if register is None:
        for name, about in template_names(language(lang)):
            _out.print(f"{name:12} {about}", markup=False)
        return
    _out.print(str(make_template(register, language(lang), to, out)), markup=False)


@app.command()
def simulate(
    study: StudyFolder,
    seed: Annotated[int | None, typer.Option(help="Another seed than that of study.yml.")] = None,
    out: Annotated[Path | None, typer.Option(help="Another folder than the study itself.")] = None,
) -> None:
    """Make the synthetic raw waves of a study from its dictionary and maps."""
    for path in simulate_waves(study, out, seed):
        _out.print(str(path), markup=False)


def main() -> None:
    """Entry point: problems are printed without a traceback, and the exit code is 1."""
    try:
        # products of matrices differ in their last bits with the number of threads
        with threadpool_limits(limits=1):
            app()
    except CwbError as error:
        count = _print_problems(list(error.problems))
        _err.print(f"{count} problems; nothing was written")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
