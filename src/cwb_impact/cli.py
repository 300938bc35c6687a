"""The command line: `cwb-impact run STUDY`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from threadpoolctl import threadpool_limits

from cwb_impact import study as stages
from cwb_impact.errors import CwbError, Problem
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
