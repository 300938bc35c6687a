"""The command line: `cwb-impact run STUDY`."""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from threadpoolctl import threadpool_limits

from cwb_impact import study as stages
from cwb_impact.disclosure.people import people_of
from cwb_impact.dossier.console import show as show_dossier
from cwb_impact.dossier.content import dossier_of
from cwb_impact.errors import CwbError, Problem, fail
from cwb_impact.explain.console import show as show_card
from cwb_impact.explain.console import show_lacks
from cwb_impact.explain.protection import explained
from cwb_impact.explain.protection_console import show_explained
from cwb_impact.explain.protection_console import show_rows as show_hidden
from cwb_impact.explain.protection_console import show_short as show_protection
from cwb_impact.explain.words import language
from cwb_impact.inspect import WaveGuess, inspect_file, to_json
from cwb_impact.inspect import show as show_inspection
from cwb_impact.personal.console import show_forgotten, show_kept, show_rotated
from cwb_impact.personal.forget import Who
from cwb_impact.personal.forget import forget as forget_person
from cwb_impact.personal.retention import kept
from cwb_impact.personal.rotate import rotate_key as change_key
from cwb_impact.publish import publish as publish_release
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
    where = "" if out == Path() else f" --out {out}"
    _out.print(f"When it leaves the building: cwb-impact publish {study}{where}", markup=False)


@app.command()
def publish(
    study: StudyFolder, out: Annotated[Path, typer.Option(help="Where releases/ and restricted/ are.")] = Path()
) -> None:
    """Write in the release ledger that the release that was made last is published now."""
    entry, new = publish_release(study, out)
    _out.print(f"Release {entry.release} of {entry.day} {'is' if new else 'was already'} in the ledger as published")


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
def protect(
    study: StudyFolder,
    explain: Annotated[
        bool, typer.Option("--explain", help="Why, what it cost, and which grouping would publish more.")
    ] = False,
    rows: Annotated[bool, typer.Option("--rows", help="Every hidden row with its reason.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same for programs.")] = False,
    lang: Annotated[str, typer.Option(help="nl or en.")] = "en",
    data: DataFolder = None,
    release: ReleaseId = None,
    out: Annotated[Path, typer.Option(help="Where restricted/ with the release ledger is.")] = Path(),
) -> None:
    """What would be hidden to protect people. For researchers; writes nothing."""
    chosen = language(lang)
    made, bundle = stages.protection(study, data, release, out, lambda step: _err.print(f"  {step}", style="dim"))
    found = explained(made.levels, made.figures, made.people, made.bounds, bundle, groupings=explain)
    if as_json:
        print(json.dumps(asdict(found), indent=1, ensure_ascii=False))
    else:
        (show_explained if explain else show_protection)(found, bundle, _out, chosen)
        if rows:
            show_hidden(found, bundle, _out, chosen)
    if _print_problems(made.problems):
        raise typer.Exit(1)


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


@app.command()
def forget(
    study: StudyFolder,
    pseudonym: Annotated[str | None, typer.Argument(help="As in restricted/; or use --id-from.")] = None,
    id_from: Annotated[
        typer.FileText | None,
        typer.Option(
            "--id-from",
            encoding="utf-8-sig",
            errors="replace",
            help="A file with the person's own id; - for standard input.",
        ),
    ] = None,
    population: Annotated[str | None, typer.Option(help="Whose ids these are.")] = None,
    wave: Annotated[str | None, typer.Option(help="Where an id holds in one wave only.")] = None,
    data: DataFolder = None,
    out: Annotated[Path, typer.Option(help="Where restricted/ is.")] = Path(),
) -> None:
    """Somebody withdraws: leave the person out of every wave from now on, and say what is left to do by hand."""
    who = Who(pseudonym, id_from.readline().strip("\r\n") if id_from is not None else None, population, wave)
    show_forgotten(forget_person(stages.open_study(study, data), who, out), _out)


@app.command()
def retention(study: StudyFolder, data: DataFolder = None) -> None:
    """Until when each wave is kept, days left, and the files that hold people. Exit 1 when some must be deleted."""
    if not show_kept(kept(stages.open_study(study, data)), date.today(), _out):
        raise typer.Exit(1)


@app.command("rotate-key")
def rotate_key(
    study: StudyFolder,
    new: Annotated[Path, typer.Option(help="The file of the new key: at least 32 random bytes.")],
    no_ledger: Annotated[bool, typer.Option("--no-ledger", help="No release was ever made.")] = False,
    data: DataFolder = None,
    out: Annotated[Path, typer.Option(help="Where restricted/ is.")] = Path(),
) -> None:
    """Another key for the pseudonyms: who withdrew stays left out, earlier releases can still be compared."""
    bundle = stages.open_study(study, data)
    made = change_key(bundle, new, lambda every: people_of(stages.estimate(stages.harmonise(every))), out, no_ledger)
    _print_problems(made.warnings)
    show_rotated(made, _out)


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
    except Exception as error:
        _print_fault(error)
        raise SystemExit(1) from None


def _print_fault(error: Exception) -> None:
    """Where an unexpected fault arose, without its message: that of a library can hold an answer."""
    _err.print("".join(traceback.format_tb(error.__traceback__)), markup=False, end="")
    what = "its message is left out, as it could hold an answer"
    _err.print(f"{type(error).__name__} ({what}). This is a fault of cwb-impact: please report the lines above")


if __name__ == "__main__":
    main()
