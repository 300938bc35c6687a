"""The programme that comes with the package, and any other programme folder without problems."""

from __future__ import annotations

from pathlib import Path

from cwb_impact.errors import Problems
from cwb_impact.programme.load import Programme, load_programme

STUDY = Path(__file__).parents[2] / "surveys/nieuw_west"


def load(study: Path = STUDY) -> Programme:
    """The programme of a study; none of its files may have a problem."""
    problems = Problems()
    programme = load_programme(study / "programme", problems)
    assert programme is not None and not len(problems), [str(problem) for problem in problems]
    return programme
